from __future__ import annotations

import pytest
import torch

from nodes.lib.noise import AncestralNoise, BrownianNoise, initial_noise, noise_source

X = torch.zeros(2, 4, 8, 8)


@pytest.mark.parametrize("seed", [0, 42, 2**63, 2**64 - 1])
def test_initial_noise_is_what_the_global_generator_would_draw(seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        expected = torch.randn(2, 4, 8, 8)
    assert torch.equal(initial_noise((2, 4, 8, 8), seed), expected)


def test_the_global_generator_is_left_alone():
    before = torch.random.get_rng_state()
    initial_noise(X.shape, 1)
    noise_source("ancestral", X, [2.0, 1.0], 1)(2.0, 1.0)
    noise_source("brownian", X, [2.0, 1.0], 1)(2.0, 1.0)
    assert torch.equal(torch.random.get_rng_state(), before)


@pytest.mark.parametrize("kind", ["ancestral", "brownian"])
def test_the_same_seed_gives_the_same_noise(kind):
    sigmas = [10.0, 3.0, 1.0, 0.0]
    first, second = (noise_source(kind, X, sigmas, 5) for _ in range(2))
    for move in [(10.0, 3.0), (3.0, 1.0)]:
        assert torch.equal(first(*move), second(*move))


@pytest.mark.parametrize("kind", ["ancestral", "brownian"])
def test_noise_is_standard_normal_and_independent_between_moves(kind):
    source = noise_source(kind, torch.zeros(1, 4, 64, 64), [10.0, 3.0, 1.0], 5)
    draws = torch.stack([source(10.0, 3.0), source(3.0, 1.0)]).flatten(1)
    # 16,384 samples: four standard errors
    assert draws.mean().abs() < 0.03
    torch.testing.assert_close(torch.cov(draws), torch.eye(2), rtol=0, atol=0.045)


def test_the_first_ancestral_draw_is_not_the_initial_noise_again():
    first = AncestralNoise(X, 5)(10.0, 3.0)
    together = torch.stack([initial_noise(X.shape, 5), first]).flatten(1)
    assert torch.corrcoef(together)[0, 1].abs() < 0.2


def test_the_largest_seed_has_a_successor():
    assert torch.equal(AncestralNoise(X, 2**64 - 1)(2.0, 1.0), initial_noise(X.shape, 0))


def test_brownian_moves_add_up():
    whole = BrownianNoise(X, [9.0, 5.0, 1.0], 3)
    halves = BrownianNoise(X, [9.0, 5.0, 1.0], 3)
    path = whole(9.0, 1.0) * 8**0.5
    parts = halves(9.0, 5.0) * 4**0.5 + halves(5.0, 1.0) * 4**0.5
    torch.testing.assert_close(path, parts, rtol=0, atol=1e-5)


def test_a_brownian_move_backwards_is_the_move_undone():
    source = BrownianNoise(X, [9.0, 1.0], 3)
    assert torch.equal(source(9.0, 4.0), -source(4.0, 9.0))


def test_the_ends_of_a_float32_schedule_lie_on_the_path():
    ends = torch.tensor([14.614641189575195, 0.029167158529162407]).tolist()
    BrownianNoise(X, ends, 3)(*ends)  # torchsde would warn, and warnings fail


def test_no_noise_is_zero():
    assert torch.equal(noise_source("none", X, [1.0, 0.0], 3)(1.0, 0.0), X)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize("kind", ["ancestral", "brownian"])
def test_a_seed_means_the_same_on_the_gpu(kind):
    there = noise_source(kind, X.cuda(), [2.0, 1.0], 5)(2.0, 1.0)
    assert torch.equal(there.cpu(), noise_source(kind, X, [2.0, 1.0], 5)(2.0, 1.0))
