"""What networks are shown beside x and texts, against the same network called by hand."""

from dataclasses import replace

import pytest
import torch

from nodes.lib import autoencoder, inpaint
from nodes.lib import families as calling
from nodes.lib.families import flux
from nodes.lib.families.grouping import ConditionError
from nodes.lib.latents import SizeError
from nodes.lib.models import hold, network
from nodes.reference import reference
from nodes.types import Condition, Conditioning, Image, Mask
from tests.tiny import families

CLOSE = {"rtol": 1e-4, "atol": 1e-5}


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


@pytest.fixture
def condition(generator):
    def make(length, width, pooled, **more):
        embedding = torch.randn((1, length, width), generator=generator)
        return Condition(embedding, torch.randn((1, pooled), generator=generator), **more)

    return make


def with_network(model, name, made):
    """Return a model whose network is another one of its class."""
    part = replace(model.part, identity=name)
    hold(part, made.eval().requires_grad_(False))
    return replace(model, part=part)


def random(*shape, generator):
    return torch.randn(shape, generator=generator)


def call(model, x, sigma, *entries):
    with torch.inference_mode():
        return calling.EVALUATE[model.family](model, x, sigma, entries)


@pytest.mark.parametrize(("name", "width", "channels"), [("sd3", 32, 16), ("flux", 32, 16)])
def test_texts_of_several_lengths_are_read_as_if_each_were_alone(
    family, condition, generator, name, width, channels
):
    model, x = family(name).model, random(2, channels, 8, 8, generator=generator)
    pooled = 32 if name == "sd3" else 16
    entries = [condition(length, width, pooled) for length in (7, 4, 7)]
    together = call(model, x, 0.5, *entries)
    alone = torch.cat([call(model, x, 0.5, entry) for entry in entries])
    torch.testing.assert_close(together, alone, **CLOSE)


def test_a_unet_for_inpainting_reads_mask_and_picture_beside_x(family, condition, generator):
    unet = families.sd(in_channels=9)
    model = with_network(family("sd1").model, "inpainting", unet)
    x, sigma = random(2, 4, 8, 8, generator=generator), 3.0
    beside = random(1, 5, 8, 8, generator=generator)
    entries = [condition(5, 16, 16, beside=beside) for _ in range(2)]
    shown = torch.cat([x / (sigma**2 + 1) ** 0.5, beside.expand(2, -1, -1, -1)], dim=1)
    with torch.inference_mode():
        expected = unet(
            torch.cat([shown, shown]),
            model.sampling.timestep(sigma),
            torch.cat([entry.embedding.expand(2, -1, -1) for entry in entries]),
        ).sample
    torch.testing.assert_close(call(model, x, sigma, *entries), expected, **CLOSE)


def test_what_a_network_wants_beside_x_is_named_where_it_lacks(family, condition, generator):
    model = with_network(family("sd1").model, "inpainting", families.sd(in_channels=9))
    x = random(1, 4, 8, 8, generator=generator)
    with pytest.raises(ConditionError, match=r"reads 5 channels beside the picture's 4, and 0 wer"):
        call(model, x, 3.0, condition(5, 16, 16))
    small = condition(5, 16, 16, beside=random(1, 5, 4, 8, generator=generator))
    with pytest.raises(SizeError, match=r"of another size than x, 8 x 8 cells"):
        call(model, x, 3.0, small)
    plain = family("sd1").model
    with pytest.raises(ConditionError, match=r"reads 0 channels beside the picture's 4, and 5 wer"):
        call(plain, x, 3.0, small)


def flux_by_hand(transformer, tokens, ids, entry, sigma):
    with torch.inference_mode():
        return transformer(
            tokens,
            encoder_hidden_states=entry.embedding,
            pooled_projections=entry.pooled,
            timestep=torch.tensor([sigma]),
            img_ids=ids,
            txt_ids=torch.zeros(entry.embedding.shape[1], 3),
            guidance=torch.tensor([3.5]),
        ).sample


def prepared_ids(height, width):
    """Return the places of tokens as diffusers' pipeline makes them."""
    from diffusers import FluxPipeline

    return FluxPipeline._prepare_latent_image_ids(1, height // 2, width // 2, "cpu", torch.float32)


def test_flux_fill_reads_picture_and_mask_beside_x(family, condition, generator):
    transformer = families.flux(in_channels=384, out_channels=64)
    model = with_network(family("flux").model, "fill", transformer)
    x = random(1, 16, 8, 12, generator=generator)
    masked = random(1, 16, 8, 12, generator=generator)
    mask = random(1, 64, 8, 12, generator=generator)
    entry = condition(6, 32, 16, beside=torch.cat([masked, mask], dim=1))
    tokens = torch.cat([flux.pack(one) for one in (x, masked, mask)], dim=-1)
    expected = flux_by_hand(transformer, tokens, prepared_ids(8, 12), entry, 0.5)
    torch.testing.assert_close(flux.pack(call(model, x, 0.5, entry)), expected, **CLOSE)


def test_what_flux_fill_is_shown_is_what_its_pipeline_shows_it(family, generator):
    from diffusers import FlowMatchEulerDiscreteScheduler, FluxFillPipeline

    vae = family("flux").vae
    image = Image(torch.rand((1, 32, 48, 3), generator=generator))
    mask = Mask((torch.rand((1, 32, 48), generator=generator) > 0.7).float())
    empty = Image((image.pixels - 0.5) * (1 - mask.values[..., None]) + 0.5)
    pipeline = FluxFillPipeline(
        FlowMatchEulerDiscreteScheduler(), network(vae.part), None, None, None, None, None
    )
    encoded = autoencoder.encode(vae, empty).samples
    options = (1, 16, 1, 32, 48, torch.float32, "cpu", None)
    expected = pipeline.prepare_mask_latents(mask.values[:, None], encoded, *options)
    found = flux.pack(inpaint.beside(vae, image, mask))
    torch.testing.assert_close(found, torch.cat([expected[1], expected[0]], dim=-1), **CLOSE)


def test_flux_kontext_looks_at_a_picture_behind_x(family, condition, generator):
    model = family("flux").model
    x = random(1, 16, 8, 12, generator=generator)
    seen = random(1, 16, 4, 6, generator=generator)
    entry = condition(6, 32, 16, beside=seen)
    more = prepared_ids(4, 6)
    more[:, 0] = 1
    tokens = torch.cat([flux.pack(x), flux.pack(seen)], dim=1)
    ids = torch.cat([prepared_ids(8, 12), more])
    expected = flux_by_hand(network(model.part), tokens, ids, entry, 0.5)[:, : 4 * 6]
    torch.testing.assert_close(flux.pack(call(model, x, 0.5, entry)), expected, **CLOSE)


def test_flux_kontext_is_shown_a_picture_as_its_pipeline_shows_it(family, condition, generator):
    from diffusers import FlowMatchEulerDiscreteScheduler, FluxKontextPipeline

    loaded = family("flux")
    image = Image(torch.rand((1, 40, 48, 3), generator=generator))  # 32 x 48 of it are read
    (entry,) = reference(Conditioning((condition(6, 32, 16),)), loaded.vae, image).entries
    pipeline = FluxKontextPipeline(
        FlowMatchEulerDiscreteScheduler(), network(loaded.vae.part), None, None, None, None, None
    )
    signed = image.pixels[:, 4:36].movedim(-1, 1) * 2 - 1
    options = (1, 16, 32, 48, torch.float32, torch.device("cpu"), None)
    _, expected, _, ids = pipeline.prepare_latents(signed, *options)
    torch.testing.assert_close(flux.pack(entry.beside), expected, **CLOSE)
    assert torch.equal(flux.places(4, 6, 1, torch.device("cpu")), ids)


def test_instruct_pix2pix_is_shown_what_the_vae_emits(family, condition, generator):
    loaded = family("sd1")
    model = with_network(loaded.model, "pix2pix", families.sd(in_channels=8))
    image = Image(torch.rand((1, 64, 64, 3), generator=generator))
    (entry,) = reference(Conditioning((condition(5, 16, 16),)), loaded.vae, image).entries
    assert torch.equal(entry.beside, autoencoder.encode(loaded.vae, image).samples)
    x = random(1, 4, 8, 8, generator=generator)
    assert call(model, x, 3.0, entry).shape == x.shape


def test_flux_packs_as_its_pipeline_does(generator):
    from diffusers import FluxPipeline

    x = random(2, 16, 8, 12, generator=generator)
    tokens = flux.pack(x)
    assert torch.equal(tokens, FluxPipeline._pack_latents(x, 2, 16, 8, 12))
    assert torch.equal(flux.unpack(tokens, 8, 12), x)


def test_flux_schnell_is_told_no_guidance(family, condition, generator):
    transformer = families.flux(guidance_embeds=False)
    model = with_network(family("flux").model, "schnell", transformer)
    x, entry = random(1, 16, 8, 8, generator=generator), condition(6, 32, 16)
    told = replace(entry, options={"guidance": 9.0})
    assert torch.equal(call(model, x, 0.5, entry), call(model, x, 0.5, told))


@pytest.mark.parametrize("name", ["sd3", "flux"])
def test_a_size_that_does_not_divide_is_refused(family, condition, generator, name):
    entry = condition(6, 32, 32 if name == "sd3" else 16)
    with pytest.raises(SizeError, match=r"patches of 2 x 2 cells"):
        call(family(name).model, random(1, 16, 7, 8, generator=generator), 0.5, entry)


def test_a_text_without_its_pooled_vector_is_refused(family, condition, generator):
    entry = replace(condition(6, 32, 16), pooled=None)
    with pytest.raises(ConditionError, match="encode it with the clip of the same model"):
        call(family("flux").model, random(1, 16, 8, 8, generator=generator), 0.5, entry)


def test_sdxl_is_told_the_size_that_a_condition_names(family, condition, generator):
    model, x = family("sdxl").model, random(1, 4, 8, 8, generator=generator)
    entry = condition(5, 32, 16)
    same = replace(entry, options={"size": [64, 64, 0, 0, 64, 64]})
    other = replace(entry, options={"size": [32, 64, 8, 0, 64, 64]})
    plain, told, differs = (call(model, x, 3.0, one) for one in (entry, same, other))
    assert torch.equal(plain, told)
    assert not torch.equal(plain, differs)
