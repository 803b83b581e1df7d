"""Noise, equal bit for bit."""

import pytest
import torch


@pytest.mark.parametrize("seed", [0, 7, 2**64 - 1])
@pytest.mark.parametrize("batch_size", [1, 3])
def test_noise_is_what_the_global_generator_draws_for_the_whole_batch(
    seed, batch_size, prompt, posted
):
    asked = prompt(seed=seed)
    asked["5"]["inputs"]["batch_size"] = batch_size
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        expected = torch.randn(batch_size, 4, 8, 8)
    assert torch.equal(posted(asked, "noise_3.noise").samples, expected)


def test_a_picture_of_a_batch_gets_the_noise_it_had_there(prompt, posted):
    """One draw a picture, and the one that is picked."""
    asked = prompt()
    asked["5"]["inputs"]["batch_size"] = 3
    picked = {"samples": ["5", 0], "batch_index": 2, "length": 1}
    asked["10"] = {"class_type": "LatentFromBatch", "inputs": picked}
    asked["3"]["inputs"]["latent_image"] = ["10", 0]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        expected = [torch.randn(1, 4, 8, 8) for _ in range(3)][2]
    assert torch.equal(posted(asked, "noise_3.noise").samples, expected)


def test_without_noise_there_are_zeros(prompt, posted):
    asked = prompt()
    inputs = asked["3"]["inputs"]
    inputs["noise_seed"] = inputs.pop("seed")
    inputs |= {"add_noise": "disable", "start_at_step": 0, "end_at_step": 10000}
    asked["3"] = {
        "class_type": "KSamplerAdvanced",
        "inputs": inputs | {"return_with_leftover_noise": "disable"},
    }
    assert not posted(asked, "no_noise_3.noise").samples.any()
