"""Guiders: each gives the bits of the nodes that do the same in the open loop."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from diffusers.guiders.adaptive_projected_guidance import MomentumBuffer, normalized_guidance
from diffusers.models.attention_processor import PAGIdentitySelfAttnProcessor2_0
from diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion import rescale_noise_cfg

from nodegraph import Executor
from nodegraph.errors import ParamError
from nodegraph.overrides import override
from nodegraph.workflow import loads
from nodes import guiding, sampling
from nodes.latent import noise
from nodes.lib.models import network
from nodes.lib.sampling import StepError
from nodes.lib.stepper import NoNegativeError
from nodes.model import load_model
from nodes.text import encode
from nodes.types import Latent, Prediction
from tests.nodes.driving import drive

WORKFLOWS = Path(__file__).parents[2] / "workflows"
SAMPLERS = ["euler", "dpmpp_2m_sde", "heun"]


class Scene:
    def __init__(self, loaded, steps=3):
        self.model = loaded.model
        texts = ("a cat on a mat", "a cat", "")
        self.positive, self.middle, self.negative = (encode(loaded.clip, text=t) for t in texts)
        self.schedule = sampling.schedule(self.model, steps=steps)
        self.noise = noise(self.model, seed=3, width=64, height=48, batch_size=2)

    def predict(self, turn, *texts, model=None):
        return sampling.predict(model or self.model, turn.x, turn.sigma, *texts)


@pytest.fixture(scope="module")
def critters():
    return Scene(load_model())


def random(seed):
    return torch.randn(2, 4, 6, 8, generator=torch.Generator().manual_seed(seed))


def prediction(seed, sigma=2.0):
    return Prediction(Latent(3 * random(0)), sigma, Latent(random(seed)), 1.0)


def plain(it, turn):
    return sampling.guidance(*it.predict(turn, it.positive, it.negative), cfg=4.0).denoised


def dual(it, turn, **options):
    positive, negative = it.predict(turn, it.positive, it.negative)
    middle = it.predict(turn, it.middle).positive
    return guiding.dual(positive, middle, negative, **options).denoised


def projected(it, turn):
    predicted = it.predict(turn, it.positive, it.negative)
    return guiding.projected(*predicted, cfg=4.0, norm_threshold=20.0).denoised


def momentum(it, turn):
    predicted = it.predict(turn, it.positive, it.negative)
    return guiding.projected(*predicted, turn.solver, cfg=4.0, momentum=-0.5).denoised


def perturbed(it, turn):
    predicted = it.predict(turn, it.positive, it.negative)
    guided = sampling.guidance(*predicted, cfg=4.0).denoised
    spoiled = guiding.perturb_attention(it.model)
    other = it.predict(turn, it.positive, model=spoiled).positive
    return guiding.perturbed(guided, predicted.positive, other, scale=2.0).denoised


def rescaled(it, turn):
    predicted = it.predict(turn, it.positive, it.negative)
    guided = sampling.guidance(*predicted, cfg=4.0).denoised
    return guiding.rescale(it.model, guided, predicted.positive, phi=0.6).denoised


def within(it, turn):
    negative = guiding.interval(it.negative, start=0.3, end=0.9)
    return sampling.guidance(*it.predict(turn, it.positive, negative), cfg=4.0).denoised


def guider(it, **options):
    return guiding.cfg_guider(it.model, it.positive, it.negative, **{"cfg": 4.0} | options)


def dual_guider(it, **options):
    return guiding.dual_guider(it.model, it.positive, it.middle, it.negative, **options)


BOTH = {
    "cfg": (plain, guider),
    "dual": (dual, dual_guider),
    "nested": (
        lambda it, turn: dual(it, turn, style="nested", cfg_conds=3.0, cfg_cond2_negative=2.0),
        lambda it: dual_guider(it, style="nested", cfg_conds=3.0, cfg_cond2_negative=2.0),
    ),
    "projected": (
        projected,
        lambda it: guiding.projected_guider(
            it.model, it.positive, it.negative, cfg=4.0, norm_threshold=20.0
        ),
    ),
    "momentum": (
        momentum,
        lambda it: guiding.projected_guider(
            it.model, it.positive, it.negative, cfg=4.0, momentum=-0.5
        ),
    ),
    "perturbed": (perturbed, lambda it: guiding.perturbed_guider(guider(it), scale=2.0)),
    "rescaled": (rescaled, lambda it: guiding.rescaled_guider(guider(it), phi=0.6)),
    "interval": (
        within,
        lambda it: guiding.cfg_guider(
            it.model, it.positive, guiding.interval(it.negative, start=0.3, end=0.9), cfg=4.0
        ),
    ),
}


@pytest.mark.parametrize("sampler_name", SAMPLERS)
@pytest.mark.parametrize("name", BOTH)
def test_the_loop_and_the_guider_give_the_same_bits(critters, name, sampler_name):
    it, (turn_body, made) = critters, BOTH[name]
    sampler = sampling.sampler(sampler_name=sampler_name)
    zone = sampling.denoise(it.model, sampler, it.schedule, it.noise)
    opened = drive(zone, lambda turn: sampling.step(turn.solver, turn_body(it, turn)).x)
    closed = guiding.sample_guided(made(it), sampler, it.schedule, it.noise)
    assert torch.isfinite(closed.latent.samples).all()
    assert torch.equal(opened.samples, closed.latent.samples)


@pytest.mark.parametrize("name", [name for name in BOTH if name != "interval"])
def test_cfg_pp_gives_the_same_bits_with_every_guider(critters, name):
    it, (turn_body, made) = critters, BOTH[name]
    sampler = sampling.sampler(sampler_name="euler_ancestral_cfg_pp")

    def step(turn):
        denoised = turn_body(it, turn)
        negative = it.predict(turn, it.positive, it.negative).negative
        return sampling.step(turn.solver, denoised, negative=negative).x

    opened = drive(sampling.denoise(it.model, sampler, it.schedule, it.noise), step)
    closed = guiding.sample_guided(made(it), sampler, it.schedule, it.noise)
    assert torch.equal(opened.samples, closed.latent.samples)


def test_cfg_pp_outside_of_the_interval_has_no_negative_to_walk_along(critters):
    it, sampler = critters, sampling.sampler(sampler_name="euler_cfg_pp")
    with pytest.raises(NoNegativeError, match="a negative prompt that counts all the way"):
        guiding.sample_guided(BOTH["interval"][1](it), sampler, it.schedule, it.noise)


def test_momentum_is_that_of_diffusers(critters):
    """Three turns, each with the average of those before it."""
    it, buffer = critters, MomentumBuffer(-0.5)
    zone = sampling.denoise(it.model, sampling.sampler(), it.schedule, it.noise)
    turn = next(zone)
    for number in range(3):
        positive, negative = prediction(number + 1), prediction(number + 5)
        cond, uncond = positive.denoised.samples, negative.denoised.samples
        theirs = normalized_guidance(
            cond, uncond, 4.0 - 1, buffer, 0.3, 5.0, use_original_formulation=True
        )
        options = {"cfg": 4.0, "eta": 0.3, "norm_threshold": 5.0, "momentum": -0.5}
        got = guiding.projected(positive, negative, turn.solver, **options).denoised
        torch.testing.assert_close(got.samples, theirs)
        if number < 2:
            turn = zone.send(sampling.step(turn.solver, turn.x).x)


def test_momentum_without_a_loop_says_what_to_link():
    with pytest.raises(ParamError, match="link its solver to this node too"):
        guiding.projected(prediction(1), prediction(2), momentum=-0.5)


def test_a_loop_keeps_one_running_average(critters):
    it = critters
    turn = next(sampling.denoise(it.model, sampling.sampler(), it.schedule, it.noise))
    momentum(it, turn)
    with pytest.raises(StepError, match="keeps one running average"):
        momentum(it, turn)


def test_the_cfg_guider_is_the_closed_sampler(critters):
    it, sampler = critters, sampling.sampler()
    inputs = (it.model, it.positive, sampler, it.schedule, it.noise, it.negative)
    expected = sampling.sample(*inputs, cfg=4.0)
    got = guiding.sample_guided(guider(it), sampler, it.schedule, it.noise)
    assert torch.equal(got.latent.samples, expected.samples)
    assert torch.equal(got.denoised.samples, expected.samples)  # euler ends on its estimate


def test_the_second_output_is_the_last_estimate(critters):
    from nodes.schedule import slice_of

    it = critters
    part = slice_of(it.schedule, end_step=1, leftover=True)
    got = guiding.sample_guided(guider(it), sampling.sampler(), part, it.noise)
    turn = next(sampling.denoise(it.model, sampling.sampler(), part, it.noise))
    assert torch.equal(got.denoised.samples, plain(it, turn).samples)
    assert not torch.isclose(got.latent.samples, got.denoised.samples).all()


def test_nothing_to_do_leaves_the_latent(critters):
    from nodes.types import Schedule

    latent = Latent(random(1))
    nothing = Schedule((), "")
    got = guiding.sample_guided(guider(critters), sampling.sampler(), nothing, noise_of(2), latent)
    assert got.latent.samples is got.denoised.samples is latent.samples


def noise_of(batch):
    from nodes.types import Noise

    return Noise(torch.zeros(batch, 4, 6, 8), 0)


@pytest.fixture
def calls(critters):
    sizes = []
    unet = network(critters.model.part)
    hook = unet.register_forward_pre_hook(lambda _, args: sizes.append(len(args[0])))
    yield sizes
    hook.remove()


def test_outside_of_the_interval_the_negative_is_not_evaluated(critters, calls):
    it = critters
    negative = guiding.interval(it.negative, start=0.25, end=0.75)
    schedule = sampling.schedule(it.model, scheduler="normal", steps=5)
    made = guiding.cfg_guider(it.model, it.positive, negative, cfg=4.0)
    guiding.sample_guided(made, sampling.sampler(), schedule, it.noise)
    ways = [1 - it.model.sampling.timestep(sigma) / 999 for sigma in schedule.sigmas[:-1]]
    assert calls == [4 if 0.25 <= way <= 0.75 else 2 for way in ways]
    assert set(calls) == {2, 4}


def test_an_interval_keeps_within_the_one_before(critters):
    first = guiding.interval(critters.negative, start=0.2, end=0.6)
    (entry,) = guiding.interval(first, start=0.4, end=0.9).entries
    assert (entry.options["start"], entry.options["end"]) == (0.4, 0.6)
    with pytest.raises(ParamError, match="nothing between"):
        guiding.interval(first, start=0.4, end=0.4)


def test_dual_guidance_is_the_published_sum():
    positive, middle, negative = (prediction(n) for n in (1, 2, 3))
    p, m, n = (one.denoised.samples for one in (positive, middle, negative))
    got = guiding.dual(positive, middle, negative, cfg_conds=5.0, cfg_cond2_negative=1.5)
    # arXiv:2211.09800, eq. 3
    torch.testing.assert_close(got.denoised.samples, n + 1.5 * (m - n) + 5.0 * (p - m))
    nested = guiding.dual(
        positive, middle, negative, cfg_conds=5.0, cfg_cond2_negative=1.5, style="nested"
    )
    inner = m + 5.0 * (p - m)
    torch.testing.assert_close(nested.denoised.samples, n + 1.5 * (inner - n))


def test_dual_guidance_at_1_and_1_is_the_positive():
    positive, middle, negative = (prediction(n) for n in (1, 2, 3))
    got = guiding.dual(positive, middle, negative, cfg_conds=1.0, cfg_cond2_negative=1.0)
    torch.testing.assert_close(got.denoised.samples, positive.denoised.samples)


@pytest.mark.parametrize("phi", [0.0, 0.7, 1.0])
def test_rescaling_is_that_of_diffusers_on_v(critters, phi):
    # x and x0 give v = (x / (1 + sigma^2) - x0) sqrt(1 + sigma^2) / sigma
    positive, sigma = prediction(1), 2.0
    x, guided = positive.x.samples, random(2) * 3
    share = (1 + sigma**2) ** 0.5
    to_v = lambda x0: (x / share**2 - x0) * share / sigma  # noqa: E731
    v = rescale_noise_cfg(to_v(guided), to_v(positive.denoised.samples), phi)
    got = guiding.rescale(critters.model, Latent(guided), positive, phi=phi)
    torch.testing.assert_close(got.denoised.samples, x / share**2 - v * sigma / share)


def test_rescaling_a_v_network_rescales_what_it_says(critters):
    it, said = critters, []
    unet = network(it.model.part)
    hook = unet.register_forward_hook(lambda _module, _args, output: said.append(output[0]))
    x, sigma = Latent(3 * random(0)), 2.0
    predicted = sampling.predict(it.model, x, sigma, it.positive, it.negative)
    hook.remove()
    negative, positive = said[0].chunk(2)
    v = rescale_noise_cfg(negative + 5 * (positive - negative), positive, 0.7)
    expected = it.model.sampling.denoised(x.samples, v, sigma)
    guided = sampling.guidance(*predicted, cfg=5.0).denoised
    got = guiding.rescale(it.model, guided, predicted.positive, phi=0.7).denoised
    torch.testing.assert_close(got.samples, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("threshold", [0.0, 5.0])
def test_projected_guidance_is_that_of_diffusers(eta, threshold):
    positive, negative = (replace(prediction(seed), scale=0.5) for seed in (1, 2))
    cond, uncond = positive.denoised.samples, negative.denoised.samples
    scaled = [one * positive.scale for one in (cond, uncond)]
    theirs = normalized_guidance(
        *scaled, 4.0 - 1, None, eta, threshold, use_original_formulation=True
    )
    got = guiding.projected(positive, negative, cfg=4.0, eta=eta, norm_threshold=threshold)
    torch.testing.assert_close(got.denoised.samples * positive.scale, theirs)


def test_projected_guidance_with_all_of_it_is_plain_guidance():
    positive, negative = prediction(1), prediction(2)
    got = guiding.projected(positive, negative, cfg=4.0, eta=1.0).denoised.samples
    expected = sampling.guidance(positive, negative, cfg=4.0).denoised.samples
    torch.testing.assert_close(got, expected, rtol=1e-5, atol=1e-5)


def test_perturbed_attention_is_that_of_diffusers(critters):
    it, x = critters, Latent(3 * random(0))
    spoiled = guiding.perturb_attention(it.model)
    got = sampling.predict(spoiled, x, 2.0, it.positive).positive.denoised.samples
    layers = [
        module
        for name, module in network(it.model.part).named_modules()
        if "mid_block" in name and name.endswith("attn1")
    ]
    kept = [layer.processor for layer in layers]
    for layer in layers:
        layer.set_processor(PAGIdentitySelfAttnProcessor2_0())  # spoils the second half
    twice = sampling.predict(it.model, x, 2.0, it.positive, it.positive).positive
    for layer, processor in zip(layers, kept, strict=True):
        layer.set_processor(processor)
    torch.testing.assert_close(got, twice.denoised.samples, rtol=1e-4, atol=1e-4)


def test_perturbing_leaves_the_network_as_it_was(critters):
    it, x = critters, Latent(3 * random(0))
    before = sampling.predict(it.model, x, 2.0, it.positive).positive.denoised.samples
    spoiled = guiding.perturb_attention(it.model)
    other = sampling.predict(spoiled, x, 2.0, it.positive).positive.denoised.samples
    after = sampling.predict(it.model, x, 2.0, it.positive).positive.denoised.samples
    assert torch.equal(before, after)
    assert not torch.allclose(before, other)


def test_a_layer_that_is_not_there_says_which_are(critters):
    spoiled = guiding.perturb_attention(critters.model, layer="attic")
    with pytest.raises(ParamError, match=r"is in 'attic'; it is in down_blocks\.1, .*mid_block"):
        sampling.predict(spoiled, Latent(random(0)), 2.0, critters.positive)


def test_a_scale_of_0_asks_no_spoiled_network(critters, calls):
    it = critters
    made = guiding.perturbed_guider(guider(it), scale=0.0)
    guiding.sample_guided(made, sampling.sampler(), it.schedule, it.noise)
    assert calls == [4, 4, 4]


def test_a_guider_without_a_negative_follows_one_text(critters, calls):
    it = critters
    made = guiding.cfg_guider(it.model, it.positive)
    guiding.sample_guided(made, sampling.sampler(), it.schedule, it.noise)
    assert calls == [2, 2, 2]


@pytest.mark.parametrize(
    ("sampler_name", "options"),
    [
        ("euler", {"s_churn": 2.0}),
        ("euler_ancestral", {"eta": 0.5, "noise": "continued"}),
        ("dpmpp_2m_sde", {"solver_type": "heun", "s_noise": 0.9}),
        ("lms", {"order": 1}),
    ],
)
def test_options_count_alike_in_the_loop_and_closed(critters, sampler_name, options):
    it = critters
    usual = sampling.sampler(sampler_name=sampler_name)
    sampler = sampling.sampler_options(usual, **options)
    zone = sampling.denoise(it.model, sampler, it.schedule, it.noise)
    opened = drive(zone, lambda turn: sampling.step(turn.solver, plain(it, turn)).x)
    closed = guiding.sample_guided(guider(it), sampler, it.schedule, it.noise).latent
    as_usual = guiding.sample_guided(guider(it), usual, it.schedule, it.noise).latent
    assert torch.equal(opened.samples, closed.samples)
    assert not torch.allclose(closed.samples, as_usual.samples)


def test_options_at_their_defaults_tell_nothing():
    usual = sampling.sampler(sampler_name="euler")
    assert sampling.sampler_options(usual) == usual


def graph_of(nodes, folder, **params):
    """Read the example whose loop is open or closed, with other nodes in it."""
    name = "text_to_image" if "predict" in nodes else "text_to_image_closed"
    data = json.loads((WORKFLOWS / f"{name}.json").read_text())
    for key, (kind, inputs) in nodes.items():
        old = data["nodes"].get(key, {"type": kind})
        data["nodes"][key] = old | {"type": kind, "inputs": old.get("inputs", {}) | inputs}
    values = {"model.model": str(folder), "schedule.steps": 5, "sampler.sampler_name": "heun"}
    return override(loads(json.dumps(data)), values | params)


def test_a_graph_in_the_open_and_one_with_guiders_give_the_same_bits(tiny_folder):
    interval = {"interval": ("guidance.interval", {"negative": "negative.conditioning"})}
    model = {"model": "model.model"}
    opened = interval | {
        "predict": ("sampling.predict", {"negative": "interval.conditioning"}),
        "spoiled": ("model.perturb_attention", model),
        "again": (
            "sampling.predict",
            {
                "model": "spoiled.model",
                "x": "begin.x",
                "sigma": "begin.sigma",
                "positive": "prompt.conditioning",
            },
        ),
        "perturbed": (
            "guidance.perturbed",
            {
                "denoised": "guidance.denoised",
                "positive": "predict.positive",
                "perturbed": "again.positive",
            },
        ),
        "rescaled": (
            "guidance.rescale",
            model | {"denoised": "perturbed.denoised", "positive": "predict.positive"},
        ),
        "step": ("sampling.step", {"denoised": "rescaled.denoised"}),
    }
    texts = {"positive": "prompt.conditioning", "negative": "interval.conditioning"}
    walk = ("noise.noise", "sampler.sampler", "schedule.schedule")
    closed = interval | {
        "cfg": ("guider.cfg", model | texts),
        "leaning": ("guider.perturbed", {"guider": "cfg.guider"}),
        "rescaled": ("guider.rescale", {"guider": "leaning.guider"}),
        "sampled": (
            "sampling.sample_guided",
            {"guider": "rescaled.guider"} | {one.split(".")[0]: one for one in walk},
        ),
    }
    options = {"noise.seed": 4, "noise.width": 64, "noise.height": 64}
    first = graph_of(opened, tiny_folder, **options, **{"guidance.cfg": 7.0})
    second = graph_of(closed, tiny_folder, **options)
    expected = Executor().run(first, ["end"])["end.latent"]
    found = Executor().run(second, ["sampled"])["sampled.latent"]
    assert torch.isfinite(found.samples).all()
    assert torch.equal(found.samples, expected.samples)
