from pathlib import Path

import pytest
import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel

from nodes.handles import Model
from nodes.lib import models
from nodes.lib.folders import Part
from nodes.lib.latents import LatentFormat
from nodes.lib.model_sampling import ModelSampling
from nodes.lib.predict import predict
from nodes.types import Condition, Conditioning, Latent


def tiny_unet(**options):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        return UNet2DConditionModel(
            sample_size=8,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
            block_out_channels=(8, 16),
            layers_per_block=1,
            norm_num_groups=4,
            cross_attention_dim=12,
            attention_head_dim=(2, 4),
            transformer_layers_per_block=(1, 2),
            use_linear_projection=True,
            **options,
        ).eval()


def model_of(name, unet):
    part = Part(name, "unet", "cpu", "float32", Path())
    models.hold(part, unet)
    sampling = ModelSampling.from_scheduler_config({"beta_schedule": "scaled_linear"})
    return Model(part, sampling, LatentFormat(channels=4, downscale=8, scale=0.5))


@pytest.fixture(scope="module")
def unet():
    """A UNet that reads a pooled text and the picture's size, as SDXL's does."""
    return tiny_unet(
        addition_embed_type="text_time",
        addition_time_embed_dim=4,
        projection_class_embeddings_input_dim=6 * 4 + 10,
    )


@pytest.fixture
def model(unet):
    return model_of("of SDXL", unet)


def text(generator):
    embedding = torch.randn((1, 5, 12), generator=generator)
    return Conditioning((Condition(embedding, torch.randn((1, 10), generator=generator)),))


def test_a_network_of_sdxl_reads_pooled_texts_and_sizes(model, unet):
    generator = torch.Generator().manual_seed(0)
    positive, negative = text(generator), text(generator)
    samples, sigma = torch.randn((2, 4, 6, 8), generator=generator), 3.0
    entries = [*negative.entries, *positive.entries]
    with torch.inference_mode():
        inner = samples * 0.5
        output = unet(
            torch.cat([inner, inner]) / (sigma**2 + 1) ** 0.5,
            model.sampling.timestep(sigma),
            torch.cat([entry.embedding.repeat(2, 1, 1) for entry in entries]),
            added_cond_kwargs={
                "text_embeds": torch.cat([entry.pooled.repeat(2, 1) for entry in entries]),
                "time_ids": torch.tensor([[48.0, 64.0, 0.0, 0.0, 48.0, 64.0]] * 4),
            },
        ).sample
    expected = [model.sampling.denoised(inner, one, sigma) / 0.5 for one in output.chunk(2)]
    found = predict(model, Latent(samples), sigma, positive, negative)
    torch.testing.assert_close(found.negative.denoised.samples, expected[0])
    torch.testing.assert_close(found.positive.denoised.samples, expected[1])


def test_a_pooled_text_changes_what_it_predicts(model):
    generator = torch.Generator().manual_seed(0)
    (entry,) = text(generator).entries
    other = Conditioning((Condition(entry.embedding, entry.pooled + 1),))
    x = Latent(torch.randn((1, 4, 8, 8), generator=generator))
    one, two = (predict(model, x, 3.0, it) for it in (Conditioning((entry,)), other))
    assert not torch.equal(one.positive.denoised.samples, two.positive.denoised.samples)


def test_a_network_that_pools_the_text_itself_gets_no_more_than_the_text():
    unet = tiny_unet(addition_embed_type="text", addition_embed_type_num_heads=3)
    model = model_of("pools itself", unet)
    generator = torch.Generator().manual_seed(0)
    texts = torch.randn((2, 5, 12), generator=generator)
    positive, negative = (Conditioning((Condition(one[None]),)) for one in texts)
    samples, sigma = torch.randn((1, 4, 8, 8), generator=generator), 3.0
    found = predict(model, Latent(samples), sigma, positive, negative)
    inner = samples * 0.5
    for prediction, one in zip(found, texts, strict=True):
        with torch.inference_mode():
            scaled, t = inner / (sigma**2 + 1) ** 0.5, model.sampling.timestep(sigma)
            output = unet(scaled, t, one[None]).sample
        expected = model.sampling.denoised(inner, output, sigma) / 0.5
        torch.testing.assert_close(prediction.denoised.samples, expected)
    assert not torch.equal(found.positive.denoised.samples, found.negative.denoised.samples)
