from typing import NamedTuple, get_args

import pytest
import torch

from nodegraph.errors import Cancelled
from nodegraph.execution.context import CancelToken, Context, enter, leave
from nodegraph.execution.events import Progress
from nodes import latent as latents
from nodes import sampling, text
from nodes.handles import Model
from nodes.lib.latents import SizeError, previews, to_latent, to_model_space
from nodes.lib.models import network
from nodes.lib.samplers import SAMPLERS
from nodes.lib.sampling import StepError
from nodes.lib.schedules import SCHEDULERS
from nodes.lib.stepper import NoNegativeError
from nodes.types import Conditioning, Latent, Noise, Prediction, Schedule
from tests.nodes.driving import body, drive


class Scene(NamedTuple):
    """All that sampling takes, on a tiny model."""

    model: Model
    positive: Conditioning
    negative: Conditioning
    noise: Noise
    schedule: Schedule


def draw(*shape):
    """The same noise every time: how near two ways of reckoning come depends on the numbers."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def make_scene(loaded, steps=3, batch_size=2):
    return Scene(
        loaded.model,
        text.encode(loaded.clip, text="a cat"),
        text.encode(loaded.clip, text=""),
        latents.noise(loaded.model, seed=3, width=64, height=48, batch_size=batch_size),
        sampling.schedule(loaded.model, steps=steps),
    )


@pytest.fixture
def scene(loaded):
    return make_scene(loaded)


@pytest.fixture
def calls(scene):
    """The batch size of every call of the network."""
    sizes = []
    unet = network(scene.model.part)
    hook = unet.register_forward_pre_hook(lambda _, args: sizes.append(len(args[0])))
    yield sizes
    hook.remove()


@pytest.fixture
def events():
    seen = []
    token = enter(Context(listener=seen.append))
    yield seen
    leave(token)


def closed(scene, sampler_name="euler", cfg=5.0, negative=True, **options):
    sampler = sampling.sampler(sampler_name=sampler_name)
    inputs = (scene.model, scene.positive, sampler, scene.schedule, scene.noise)
    return sampling.sample(*inputs, scene.negative if negative else None, cfg=cfg, **options)


def opened(scene, sampler_name="euler", cfg=5.0):
    sampler = sampling.sampler(sampler_name=sampler_name)
    zone = sampling.denoise(scene.model, sampler, scene.schedule, scene.noise)
    return drive(zone, body(scene.model, scene.positive, scene.negative, cfg))


def test_the_choices_are_the_tables():
    assert set(get_args(sampling.SamplerName)) == set(SAMPLERS)
    assert set(get_args(sampling.SchedulerName)) == set(SCHEDULERS)


@pytest.mark.parametrize("sampler_name", SAMPLERS)
def test_the_loop_and_the_closed_sampler_give_the_same_bits(either, sampler_name):
    scene = make_scene(either)
    result = closed(scene, sampler_name)
    assert torch.isfinite(result.samples).all()
    assert torch.equal(opened(scene, sampler_name).samples, result.samples)


@pytest.mark.parametrize("cfg", [1.0, 0.6])
@pytest.mark.parametrize("sampler_name", ["euler_cfg_pp", "dpmpp_2s_ancestral_cfg_pp"])
def test_cfg_pp_evaluates_the_negative_at_any_scale(scene, calls, sampler_name, cfg):
    result = closed(scene, sampler_name, cfg)
    assert set(calls) == {4}
    assert torch.equal(opened(scene, sampler_name, cfg).samples, result.samples)


def test_cfg_pp_without_a_negative_says_what_to_link(scene):
    with pytest.raises(NoNegativeError, match="link a negative prompt that counts all the way"):
        closed(scene, "euler_cfg_pp", negative=False)


def test_adaptive_steps_report_where_in_the_schedule_they_are(scene, events):
    closed(scene, "dpm_adaptive")
    steps = [event.step for event in events]
    assert steps == sorted(steps)
    assert len(steps) > 3
    assert {event.total for event in events} == {3}
    assert max(steps) == 1  # the last level above 0 is where it ends


def test_the_same_inputs_give_the_same_bits_again(scene):
    assert torch.equal(closed(scene).samples, closed(scene).samples)


def test_both_predictions_take_one_call_a_turn(scene, calls):
    opened(scene)
    assert calls == [4, 4, 4]


def test_the_closed_sampler_at_cfg_1_never_evaluates_the_negative(scene, calls):
    with_negative = closed(scene, cfg=1.0)
    assert calls == [2, 2, 2]
    assert torch.equal(with_negative.samples, closed(scene, negative=False).samples)


def test_euler_is_the_diffusers_pipeline(tiny_folder, loaded):
    from diffusers.pipelines.stable_diffusion import StableDiffusionPipeline
    from diffusers.schedulers import EulerDiscreteScheduler

    scene = make_scene(loaded)._replace(
        schedule=sampling.schedule(loaded.model, scheduler="simple", steps=5)
    )
    pipeline = StableDiffusionPipeline.from_pretrained(
        tiny_folder, safety_checker=None, low_cpu_mem_usage=False
    )
    # "leading" scales the first noise by sqrt(1 + sigma^2), as we do
    pipeline.scheduler = EulerDiscreteScheduler.from_config(
        pipeline.scheduler.config, timestep_spacing="leading"
    )
    pipeline.set_progress_bar_config(disable=True)
    theirs = pipeline(
        "a cat",
        negative_prompt="",
        sigmas=list(scene.schedule.sigmas),
        num_images_per_prompt=2,
        guidance_scale=5.0,
        latents=scene.noise.samples,
        output_type="latent",
    ).images
    ours = to_model_space(closed(scene).samples, loaded.model.latent_format)
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)


def test_a_prediction_is_what_the_network_says(either):
    scene = make_scene(either)
    model, samples, sigma = scene.model, draw(2, 4, 6, 8), 2.0
    texts = [scene.negative, scene.positive]
    inner = samples * model.latent_format.scale
    with torch.inference_mode():
        output = network(model.part)(
            torch.cat([inner, inner]) / (sigma**2 + 1) ** 0.5,
            model.sampling.timestep(sigma),
            torch.cat([one.entries[0].embedding.repeat(2, 1, 1) for one in texts]),
        ).sample.chunk(2)
    predicted = sampling.predict(model, Latent(samples), sigma, scene.positive, scene.negative)
    for found, said in zip((predicted.negative, predicted.positive), output, strict=True):
        expected = model.sampling.denoised(inner, said, sigma) / model.latent_format.scale
        torch.testing.assert_close(found.denoised.samples, expected)


def test_the_noise_seen_by_an_eps_network_is_its_output(scene):
    outputs = []
    unet = network(scene.model.part)
    hook = unet.register_forward_hook(lambda _module, _args, output: outputs.append(output[0]))
    x = Latent(draw(1, 4, 6, 8))
    predicted = sampling.predict(scene.model, x, 2.0, scene.positive)
    hook.remove()
    torch.testing.assert_close(predicted.positive.eps, outputs[0], rtol=1e-4, atol=1e-4)


def test_texts_of_several_lengths_are_repeated_to_a_common_one(scene):
    entry = scene.negative.entries[0].embedding
    short = Conditioning((type(scene.negative.entries[0])(entry[:, :8]),))
    x = Latent(draw(1, 4, 6, 8))
    alone = sampling.predict(scene.model, x, 2.0, short).positive
    beside = sampling.predict(scene.model, x, 2.0, scene.positive, short).negative
    # attention adds the repeated tokens up in another order
    torch.testing.assert_close(
        beside.denoised.samples, alone.denoised.samples, rtol=1e-4, atol=1e-4
    )


def test_several_entries_count_by_their_mean(scene):
    both = Conditioning(scene.positive.entries + scene.negative.entries)
    x = Latent(draw(1, 4, 6, 8))
    one, other = sampling.predict(scene.model, x, 2.0, scene.positive, scene.negative)
    mean = sampling.predict(scene.model, x, 2.0, both).positive.denoised.samples
    torch.testing.assert_close(mean, (one.denoised.samples + other.denoised.samples) / 2)


def prediction(value):
    latent = Latent(torch.full((1, 4, 2, 2), value))
    return Prediction(latent, 1.0, latent, scale=1.0)


@pytest.mark.parametrize(("cfg", "expected"), [(0.0, 1.0), (1.0, 3.0), (7.0, 15.0)])
def test_guidance_leans_away_from_the_negative(cfg, expected):
    guided = sampling.guidance(prediction(3.0), prediction(1.0), cfg=cfg)
    assert torch.equal(guided.denoised.samples, torch.full((1, 4, 2, 2), expected))


def test_guidance_without_a_negative_is_the_positive():
    positive = prediction(3.0)
    assert sampling.guidance(positive, cfg=7.0).denoised is positive.denoised


def test_a_solver_steps_once_a_turn(scene):
    turn = next(sampling.denoise(scene.model, sampling.sampler(), scene.schedule, scene.noise))
    sampling.step(turn.solver, turn.x)
    with pytest.raises(StepError, match="this turn's step is taken already; link one"):
        sampling.step(turn.solver, turn.x)


def test_a_loop_without_a_step_is_an_error_and_not_endless(scene):
    zone = sampling.denoise(scene.model, sampling.sampler(), scene.schedule, scene.noise)
    with pytest.raises(StepError, match="the loop took no scheduler step"):
        drive(zone, lambda turn: turn.x)


def test_a_loop_may_change_x(scene):
    plain = body(scene.model, scene.positive, scene.negative, 5.0)
    zone = sampling.denoise(scene.model, sampling.sampler(), scene.schedule, scene.noise)
    result = drive(zone, lambda turn: Latent(plain(turn).samples * 0 + 0.5))
    assert torch.equal(result.samples, torch.full_like(result.samples, 0.5))


def test_a_step_may_start_from_another_x(scene):
    moved = Latent(torch.ones_like(scene.noise.samples))
    zone = sampling.denoise(scene.model, sampling.sampler(), scene.schedule, scene.noise)
    turn = next(zone)
    stepped = sampling.step(turn.solver, Latent(torch.zeros_like(moved.samples)), moved)
    share = scene.schedule.sigmas[1] / scene.schedule.sigmas[0]
    torch.testing.assert_close(stepped.x.samples, torch.full_like(moved.samples, share))


def test_denoise_0_leaves_the_latent_as_it_is(scene):
    latent = Latent(draw(2, 4, 6, 8))
    nothing = scene._replace(schedule=sampling.schedule(scene.model, denoise=0.0))
    assert closed(nothing, latent=latent).samples is latent.samples


def test_a_latent_is_where_a_part_of_the_way_starts(scene):
    latent = Latent(draw(2, 4, 6, 8))
    part = scene._replace(schedule=sampling.schedule(scene.model, steps=2, denoise=0.1))
    zone = sampling.denoise(scene.model, sampling.sampler(), part.schedule, scene.noise, latent)
    noise = to_latent(scene.noise.samples, scene.model.latent_format)
    expected = latent.samples + noise * part.schedule.sigmas[0]
    torch.testing.assert_close(next(zone).x.samples, expected)


def test_a_latent_of_another_size_than_the_noise_is_refused(scene):
    with pytest.raises(SizeError, match=r"the noise is \(2, 4, 6, 8\) and the latent \(1, 4, 6, 8"):
        closed(scene, latent=Latent(torch.zeros(1, 4, 6, 8)))


def test_a_latent_of_another_model_is_refused(scene):
    with pytest.raises(SizeError, match="of 4 channels; this one has 16"):
        sampling.predict(scene.model, Latent(torch.zeros(1, 16, 4, 4)), 1.0, scene.positive)


def test_every_evaluation_reports_its_step(scene, events):
    closed(scene, "heun")
    assert [(event.step, event.total) for event in events] == [
        (0, 3),
        (0, 3),
        (1, 3),
        (1, 3),
        (2, 3),
    ]


def test_previews_are_jpegs_of_the_estimate(scene, events, monkeypatch):
    monkeypatch.setattr(previews, "EVERY", 0.0)
    monkeypatch.setattr(previews, "SHARE", float("inf"))
    closed(scene)
    shown = [event.preview[:2] for event in events if isinstance(event, Progress)]
    assert shown == [b"", b"\xff\xd8", b"\xff\xd8"]


def test_previews_come_less_often_where_they_take_too_much_of_the_run(scene, events, monkeypatch):
    monkeypatch.setattr(previews, "EVERY", 0.0)
    monkeypatch.setattr(previews, "SHARE", 1e-9)
    closed(scene)
    assert sum(bool(event.preview) for event in events if isinstance(event, Progress)) == 1


def test_a_cancelled_run_ends_before_the_next_evaluation(scene, calls):
    cancel = CancelToken()
    token = enter(Context(cancel=cancel, listener=lambda event: cancel.cancel()))
    try:
        with pytest.raises(Cancelled):
            closed(scene)
    finally:
        leave(token)
    assert len(calls) == 1
