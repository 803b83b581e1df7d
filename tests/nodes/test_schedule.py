"""Schedules cut and turned, and what samplers make of the pieces."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from nodegraph.errors import ParamError
from nodes import schedule as nodes
from nodes.latent import no_noise, noise
from nodes.model import load_model
from nodes.sampling import denoise, sample, sampler, schedule
from nodes.text import encode
from nodes.types import Schedule
from tests.nodes.driving import body, drive

TEN = Schedule((10.0, 7.0, 5.0, 3.0, 1.0, 0.0), "ten")


def test_the_halves_of_a_schedule_meet():
    high, low = nodes.split(TEN, step=2)
    assert high.sigmas == (10.0, 7.0, 5.0)
    assert low.sigmas == (5.0, 3.0, 1.0, 0.0)


def test_a_share_is_that_of_the_second_half():
    high, low = nodes.split_at_share(TEN, denoise=0.4)
    assert (len(high.sigmas) - 1, len(low.sigmas) - 1) == (3, 2)
    assert nodes.split_at_share(TEN, denoise=0.0).high == TEN


@pytest.mark.parametrize(
    ("start", "end", "leftover", "expected"),
    [
        (0, 10000, False, TEN.sigmas),
        (0, 2, False, (10.0, 7.0, 0.0)),
        (0, 2, True, (10.0, 7.0, 5.0)),
        (2, 10000, True, (5.0, 3.0, 1.0, 0.0)),
        (1, 3, False, (7.0, 5.0, 0.0)),
        (4, 10000, False, (1.0, 0.0)),
        (5, 10000, False, ()),
        (3, 3, True, ()),
    ],
)
def test_a_slice_is_that_of_the_advanced_sampler(start, end, leftover, expected):
    got = nodes.slice_of(TEN, start_step=start, end_step=end, leftover=leftover)
    assert got == Schedule(expected, "ten")


@pytest.mark.parametrize("text", ["14.6 7.1 3 1 0", "14.6, 7.1, 3, 1, 0", "[14.6, 7.1,\n3, 1, 0]"])
def test_sigmas_are_read_from_a_text(text):
    assert nodes.custom(sigmas=text).sigmas == (14.6, 7.1, 3.0, 1.0, 0.0)


def test_linked_numbers_come_before_the_text():
    assert nodes.custom([3, 1.5]).sigmas == (3.0, 1.5)


@pytest.mark.parametrize("text", ["1 2 3", "3 3 0", "3 -1", "nan 0", "inf 0"])
def test_sigmas_that_do_not_fall_are_refused(text):
    with pytest.raises(ParamError, match="sigmas fall from each to the next"):
        nodes.custom(sigmas=text)


def test_what_is_no_number_is_named():
    with pytest.raises(ParamError, match="could not convert string to float: 'x'"):
        nodes.custom(sigmas="3 x 0")


def test_a_flipped_schedule_starts_above_0():
    assert nodes.flip(TEN).sigmas == (1e-4, 1.0, 3.0, 5.0, 7.0, 10.0)
    assert nodes.flip(Schedule((5.0, 1.0), "")).sigmas == (1.0, 5.0)


def test_a_part_of_the_way_is_extended():
    got = nodes.extend(TEN, steps=2, start_sigma=8.0, end_sigma=4.0)
    assert got.sigmas == (10.0, 7.0, 6.0, 5.0, 4.0, 3.0, 1.0, 0.0)
    assert nodes.extend(TEN, steps=1) == TEN
    cosine = nodes.extend(Schedule((4.0, 2.0), ""), steps=2, end_sigma=0.0, spacing="cosine")
    assert cosine.sigmas[1] == pytest.approx(4 - 2 * (1 - math.cos(math.pi / 4)))


def test_polyexponential_of_degree_1_is_diffusers_exponential():
    from diffusers import EulerDiscreteScheduler

    theirs = EulerDiscreteScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        use_exponential_sigmas=True,
    )
    theirs.set_timesteps(12)
    got = nodes.polyexponential(steps=12)
    torch.testing.assert_close(torch.tensor(got.sigmas), theirs.sigmas, rtol=1e-4, atol=0)


def test_karras_is_that_of_diffusers():
    from diffusers import EulerDiscreteScheduler

    theirs = EulerDiscreteScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", use_karras_sigmas=True
    )
    theirs.set_timesteps(12)
    got = nodes.karras(steps=12)
    torch.testing.assert_close(torch.tensor(got.sigmas), theirs.sigmas, rtol=1e-4, atol=0)


def test_vp_levels_are_those_of_its_betas():
    """By steps of the process itself: signal falls by beta(t) = min + d t."""
    got, count = nodes.vp(steps=5).sigmas, 200_000
    times = (np.arange(count) + 0.5) / count
    kept = np.exp(-np.cumsum(0.1 + 19.9 * times) / count)
    for time, sigma in zip(np.linspace(1, 0.001, 5), got, strict=False):
        share = kept[round(time * count) - 1]
        assert sigma == pytest.approx((1 / share - 1) ** 0.5, rel=1e-3)
    assert got[-1] == 0


def test_laplace_levels_are_quantiles():
    """Away from the bounds, against scipy, to what the bounded tails change."""
    from scipy import stats

    levels = nodes.laplace(steps=21, mu=0.3, beta=0.4).sigmas
    shares = np.linspace(1, 0, 21)[1:-1]
    expected = np.exp(stats.laplace(0.3, 0.4).ppf(shares))
    np.testing.assert_allclose(levels[1:-1], expected, rtol=1e-3)
    assert levels[0] == 14.614642
    assert levels[-1] == 0.0291675


def test_a_level_counts_once():
    levels = nodes.laplace(steps=100, sigma_max=2.0, sigma_min=0.5).sigmas
    assert len(set(levels)) == len(levels) < 100
    assert list(levels) == sorted(levels, reverse=True)


def test_ten_steps_are_as_published_and_twenty_lie_between():
    ten = nodes.align_your_steps(kind="SDXL").sigmas
    assert ten[:3] == pytest.approx((14.615, 6.315, 3.771))
    twenty = nodes.align_your_steps(kind="SDXL", steps=20).sigmas
    assert twenty[:-1:2] == pytest.approx(ten[:-1])
    assert twenty[1] == pytest.approx((14.615 * 6.315) ** 0.5)
    assert nodes.align_your_steps(kind="SDXL", denoise=0.3).sigmas == ten[-4:]
    assert nodes.align_your_steps(denoise=0.0).sigmas == ()


def test_turbo_and_beta_are_levels_of_the_model(loaded):
    model = loaded.model
    trained = model.sampling.sigmas.tolist()
    assert nodes.turbo(model, steps=2).sigmas == pytest.approx((trained[999], trained[899], 0))
    assert nodes.turbo(model, steps=9, denoise=0.2).sigmas[0] == pytest.approx(trained[199])
    assert nodes.turbo(model, denoise=0.0).sigmas == ()
    usual = schedule(model, scheduler="beta", steps=9).sigmas
    assert nodes.beta(model, steps=9).sigmas == pytest.approx(usual, rel=1e-6)
    even = nodes.beta(model, steps=9, alpha=1.0, beta=1.0).sigmas
    assert even[3] == pytest.approx(trained[round((1 - 3 / 9) * 999)])


def test_a_schedule_begins_at_another_level():
    assert nodes.set_first(TEN, sigma=136.0).sigmas == (136.0, *TEN.sigmas[1:])
    assert nodes.set_first(Schedule((), ""), sigma=1.0).sigmas == ()
    with pytest.raises(ParamError, match="goes on at 7, so it cannot begin at 5; choose more"):
        nodes.set_first(TEN, sigma=5.0)


@pytest.fixture(scope="module")
def unscaled(tiny_v_folder):
    return load_model(model=str(tiny_v_folder))


def scene(loaded, steps=20):
    model = loaded.model
    return SimpleNamespace(
        model=model,
        texts=(encode(loaded.clip, text="a cat"), encode(loaded.clip, text="")),
        schedule=schedule(model, scheduler="karras", steps=steps),
        noise=noise(model, seed=3, width=32, height=32),
    )


def closed(it, name, steps, noise, latent=None):
    positive, negative = it.texts
    return sample(it.model, positive, sampler(sampler_name=name), steps, noise, negative, latent)


def in_two(it, name, step):
    high, low = nodes.split(it.schedule, step=step)
    half = closed(it, name, high, it.noise)
    return closed(it, name, low, no_noise(half), half)


@pytest.mark.parametrize("name", ["euler", "ddim", "heun", "dpm_2"])
def test_two_stages_are_one_bit_by_bit_where_latents_are_not_scaled(unscaled, name):
    it = scene(unscaled)
    assert torch.equal(
        in_two(it, name, 12).samples, closed(it, name, it.schedule, it.noise).samples
    )


def test_two_stages_are_one_but_for_the_rounding_of_a_scale(loaded):
    it = scene(loaded)
    whole = closed(it, "euler", it.schedule, it.noise).samples
    torch.testing.assert_close(in_two(it, "euler", 12).samples, whole, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ["lms", "dpmpp_2m", "ipndm", "deis", "res_multistep", "uni_pc"])
def test_two_stages_of_a_multistep_sampler_begin_anew_and_end_near(unscaled, name):
    it = scene(unscaled)
    whole = closed(it, name, it.schedule, it.noise).samples
    error = (in_two(it, name, 12).samples - whole).norm() / whole.norm()
    assert 0 < error < 0.06  # the history of the first stage is gone


@pytest.mark.parametrize("name", ["euler", "dpmpp_2m", "euler_ancestral"])
def test_the_visible_loop_goes_on_from_leftover_noise_with_the_same_bits(loaded, name):
    it = scene(loaded, steps=4)
    high, low = nodes.split(it.schedule, step=2)
    half = closed(it, name, high, it.noise)
    nothing = no_noise(half, seed=9)
    chosen = sampler(sampler_name=name)
    zone = denoise(it.model, chosen, low, nothing, half)
    opened = drive(zone, body(it.model, *it.texts, 7.0))
    assert torch.equal(opened.samples, closed(it, name, low, nothing, half).samples)


def test_no_noise_leaves_the_latent_where_it_is(unscaled):
    it = scene(unscaled, steps=2)
    half = closed(it, "euler", nodes.split(it.schedule, step=1).high, it.noise)
    low = nodes.split(it.schedule, step=1).low
    zone = denoise(it.model, sampler(), low, no_noise(half), half)
    assert torch.equal(next(zone).x.samples, half.samples)


def test_a_picture_goes_to_noise_and_comes_back(unscaled):
    it = scene(unscaled, steps=40)
    there = nodes.custom(sigmas=" ".join(f"{0.3 + 0.02 * n}" for n in range(39, -1, -1)))
    start = no_noise(closed(it, "euler", nodes.slice_of(it.schedule, end_step=1), it.noise))
    picture = closed(it, "euler", nodes.slice_of(it.schedule, end_step=1), it.noise)
    noisy = closed(it, "heun", nodes.flip(there), start, picture)
    back = closed(it, "heun", there, start, noisy)
    torch.testing.assert_close(back.samples, picture.samples, rtol=0, atol=0.02)


def test_a_sampler_that_draws_does_not_walk_up(unscaled):
    it = scene(unscaled, steps=2)
    with pytest.raises(ParamError, match="euler_ancestral draws noise on its way and only walks"):
        closed(it, "euler_ancestral", nodes.flip(it.schedule), it.noise)
