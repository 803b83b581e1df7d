"""Guiders: each gives the bits of the nodes that do the same in the open loop."""

import json
from pathlib import Path

import pytest
import torch

from nodegraph import Executor
from nodegraph.overrides import override
from nodegraph.workflow import loads
from nodes import guiding, sampling
from nodes.lib.stepper import NoNegativeError
from nodes.types import Latent
from tests.nodes.driving import drive
from tests.nodes.guided import momentum, random

WORKFLOWS = Path(__file__).parents[2] / "workflows"


SAMPLERS = ["euler", "dpmpp_2m_sde", "heun"]


def plain(it, turn):
    return sampling.guidance(*it.predict(turn, it.positive, it.negative), cfg=4.0).denoised


def dual(it, turn, **options):
    positive, negative = it.predict(turn, it.positive, it.negative)
    middle = it.predict(turn, it.middle).positive
    return guiding.dual(positive, middle, negative, **options).denoised


def projected(it, turn):
    predicted = it.predict(turn, it.positive, it.negative)
    return guiding.projected(*predicted, cfg=4.0, norm_threshold=20.0).denoised


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


def test_outside_of_the_interval_the_negative_is_not_evaluated(critters, calls):
    it = critters
    negative = guiding.interval(it.negative, start=0.25, end=0.75)
    schedule = sampling.schedule(it.model, scheduler="normal", steps=5)
    made = guiding.cfg_guider(it.model, it.positive, negative, cfg=4.0)
    guiding.sample_guided(made, sampling.sampler(), schedule, it.noise)
    ways = [1 - it.model.sampling.timestep(sigma) / 999 for sigma in schedule.sigmas[:-1]]
    assert calls == [4 if 0.25 <= way <= 0.75 else 2 for way in ways]
    assert set(calls) == {2, 4}


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
