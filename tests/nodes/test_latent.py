import pytest
import torch

from nodegraph.errors import ParamError
from nodegraph.registry import registry
from nodes.latent import batch, empty, noise, pick, repeat, unbatch
from nodes.lib.latents import SizeError, to_model_space
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


def drawn(model, latent):
    return noise(model, latent, seed=11).samples


def test_an_empty_latent_is_nothing_to_the_network(loaded):
    found = empty(loaded.model, width=64, height=48, batch_size=2)
    assert found.samples.shape == (2, 4, 6, 8)
    assert not to_model_space(found.samples, loaded.model.latent_format).any()


@pytest.mark.parametrize("index", [0, 1, 2, -1])
def test_a_picture_picked_from_a_batch_gets_the_noise_it_had_there(loaded, index):
    whole = Latent(torch.randn(3, 4, 4, 6))
    one = pick(whole, index=index)
    assert torch.equal(one.samples, whole.samples[[index]])
    assert torch.equal(drawn(loaded.model, one), drawn(loaded.model, whole)[[index]])


def test_noise_of_odd_sizes_is_drawn_picture_by_picture_from_one_generator(loaded):
    one = pick(Latent(torch.zeros(4, 4, 3, 5)), index=2)
    generator = torch.Generator().manual_seed(11)
    expected = [torch.randn(1, 4, 3, 5, generator=generator) for _ in range(3)][2]
    assert torch.equal(drawn(loaded.model, one), expected)


def test_repeated_pictures_get_noise_of_their_own(loaded):
    latent = Latent(torch.randn(2, 4, 4, 6), torch.rand(2, 8, 8))
    twice = repeat(latent, times=2)
    assert torch.equal(twice.samples, latent.samples.repeat(2, 1, 1, 1))
    assert torch.equal(twice.mask, latent.mask.repeat(2, 1, 1))
    assert twice.batch_index == ()
    second = repeat(pick(latent, index=1), times=2)
    assert second.batch_index == (1, 2)
    assert torch.equal(drawn(loaded.model, second)[0], drawn(loaded.model, latent)[1])


def test_a_batch_taken_apart_and_put_together_is_the_same(loaded):
    latent = Latent(torch.randn(3, 4, 4, 6), torch.rand(1, 8, 8), gradual=True)
    apart = unbatch(latent)
    again = batch(apart[:1], apart[1:])
    assert torch.equal(again.samples, latent.samples)
    assert torch.equal(again.mask, latent.mask.expand(3, 8, 8))
    assert (again.gradual, again.batch_index) == (True, ())
    shuffled = batch([apart[2], apart[0]])
    assert torch.equal(drawn(loaded.model, shuffled), drawn(loaded.model, latent)[[2, 0]])


def test_latents_that_do_not_fit_make_no_batch():
    with pytest.raises(SizeError, match="latents must be of one size; here are 6 x 4, 5 x 4"):
        batch([Latent(torch.zeros(1, 4, 4, 6)), Latent(torch.zeros(1, 4, 4, 5))])
    with pytest.raises(SizeError, match="several channels belong to different models"):
        batch([Latent(torch.zeros(1, 4, 4, 6)), Latent(torch.zeros(1, 16, 4, 6))])
    with pytest.raises(SizeError, match="there are 2 in this batch, so 2 from number 1 cannot"):
        pick(Latent(torch.zeros(2, 4, 4, 6)), index=1, count=2)
