import pytest
import torch

from nodegraph.errors import ParamError
from nodegraph.registry import registry
from nodes.latent import noise
from nodes.lib.latents import SizeError
from nodes.types import Latent


def test_noise_is_what_the_cpu_generator_gives(loaded):
    drawn = noise(loaded.model, seed=7, width=64, height=32, batch_size=2)
    torch.manual_seed(7)
    assert torch.equal(drawn.samples, torch.randn(2, 4, 4, 8))
    assert drawn.seed == 7


def test_a_latent_gives_the_noise_its_size(loaded):
    drawn = noise(loaded.model, Latent(torch.zeros(3, 4, 2, 6)), width=64, height=64)
    assert drawn.samples.shape == (3, 4, 2, 6)


def test_sides_that_are_no_multiples_are_refused_with_those_that_are(loaded):
    with pytest.raises(SizeError, match=r"130 x 67 pixels .*; use 128 x 64"):
        noise(loaded.model, width=130, height=67)


def test_more_noise_than_there_is_memory_for_is_refused_in_a_sentence(loaded):
    with pytest.raises(SizeError, match=r"takes 256.0 GB, more than there is; lower width"):
        noise(loaded.model, width=16384, height=16384, batch_size=4096)


@pytest.mark.parametrize(
    ("name", "value"),
    [("width", 0), ("height", 8), ("batch_size", 0), ("seed", 2**64), ("seed", -1)],
)
def test_values_out_of_range_are_refused(name, value):
    with pytest.raises(ParamError, match=f"{value} is (below|above)"):
        registry["latent.noise"].spec.params[name].check(value)
