"""Latents after eight steps, equal to 1e-3, for each deterministic sampler on each schedule."""

import math

import numpy as np
import pytest
import torch

from nodes.lib.model_sampling import ModelSampling
from nodes.lib.noise import NoNoise
from nodes.lib.samplers import SAMPLERS
from tests.parity.conftest import SCALE
from tests.parity.levels import SCHEDULES
from tests.parity.walks import GUIDED, WALKS

FAR_AHEAD = {
    ("lms", "linear_quadratic"): 0.2,
    ("deis", "linear_quadratic"): 0.02,
    ("dpm_adaptive", "normal"): 0.05,
}
"""Its steps grow a hundredfold, and polynomials through the small ones reach so far beyond them
that the rounding of float32 shows; in float64 they too are equal, see below. dpm_adaptive looks at
levels between those of training, which rounding brings to one or the other of two times."""

SCALES = dict.fromkeys(GUIDED, 0.8)
"""CFG++ guides by a share."""
FEW = {
    **dict.fromkeys((*GUIDED, "exp_heun_2_x0"), ("normal", "karras", "linear_quadratic")),
    **dict.fromkeys(("dpm_fast", "dpm_adaptive"), ("normal",)),
    "ipndm_v": ("normal", "karras"),
}
"""Those that see the ends of a schedule alone, or are tried on all of them below; ipndm_v's
weights grow with those of linear_quadratic's steps beyond all bounds."""

ONE_LESS = ("dpm_2", "uni_pc", "uni_pc_bh2")
"""KSampler makes their schedule one step longer and leaves out its last level but one."""

STABLE_DIFFUSION = ModelSampling.from_scheduler_config(
    {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}
)


def test_there_is_a_reference_for_every_deterministic_sampler():
    assert {*WALKS, *GUIDED} == {name for name, spec in SAMPLERS.items() if spec.noise == "none"}


def visited(reference, sampler, scheduler, steps=8):
    found = SCHEDULES[scheduler](reference.levels, steps + (sampler in ONE_LESS))
    return np.delete(found, -2) if sampler in ONE_LESS else found


def begun(sigmas, seed, highest):
    """Return x at the first level: as in training where that is the highest."""
    noise = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(seed)).double().numpy()
    whole = math.isclose(sigmas[0], highest, rel_tol=1e-5)
    return noise * (math.sqrt(1 + sigmas[0] ** 2) if whole else sigmas[0])


@pytest.mark.parametrize("sampler", [*WALKS, *GUIDED])
def test_a_prompt_gives_the_latent_of_the_published_formulas(sampler, prompt, posted, reference):
    texts = [reference.read(reference.tokens(text)) for text in ("fox", "")]
    guided = sampler in GUIDED
    estimate = reference.estimator(*texts, SCALES.get(sampler, 3.0), both=guided)
    cfg = SCALES.get(sampler, 3.0)
    for scheduler in FEW.get(sampler, SCHEDULES):
        sigmas = visited(reference, sampler, scheduler).tolist()
        first = begun(sigmas, 7, reference.levels.levels[-1])
        x = (WALKS | GUIDED)[sampler](estimate, first, sigmas)
        got = posted(prompt(sampler, scheduler, cfg=cfg), "sample_3.latent").samples
        expected = torch.tensor(x / SCALE, dtype=torch.float32)
        off = (got - expected).abs().max().item()
        assert off <= FAR_AHEAD.get((sampler, scheduler), 1e-3), f"{scheduler}: {off}"


@pytest.mark.parametrize("sampler", [*WALKS, *GUIDED])
def test_in_float64_every_walk_is_the_published_one(sampler, reference):
    """With a smooth estimate in place of a network, to 1e-9 of x."""
    start = 10 * torch.randn(1, 2, 4, 4, generator=torch.Generator().manual_seed(1)).double()

    def estimate(x, sigma):
        found = np.tanh(x / (1 + sigma)) + 0.1 * np.sin(x + np.log(sigma))
        return (found, 0.9 * found - 0.1) if sampler in GUIDED else found

    for scheduler in SCHEDULES:
        sigmas = visited(reference, sampler, scheduler).tolist()
        solver = SAMPLERS[sampler].start(start, sigmas, NoNoise(start), STABLE_DIFFUSION)
        expected = (WALKS | GUIDED)[sampler](estimate, start.numpy(), sigmas)
        np.testing.assert_allclose(walked(solver, estimate), expected, rtol=1e-9, atol=1e-8)


def walked(solver, estimate):
    """Drive a sampler of ours to its end."""
    answer = None
    while True:
        try:
            asked = solver.send(answer)
        except StopIteration as end:
            return end.value.numpy()
        found = estimate(asked.x.numpy(), asked.sigma)
        found = found if isinstance(found, tuple) else (found,)
        answer = asked.x, *map(torch.tensor, found)
