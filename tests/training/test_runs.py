from __future__ import annotations

import pytest
import torch
from diffusers import UNet2DConditionModel
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModel

from training import train_diffusion
from training.architecture import CAPTION_LENGTH, make_autoencoder, make_scheduler
from training.calibrate import fold, latent_statistics
from training.diffusion import EncodedStream, Examples, contrast, draw_timesteps, velocity_loss
from training.runs import Run, cosine
from training.tokenizer import load_tokenizer, save_tokenizer


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr("training.diffusion.BLOCK", 2)


@pytest.fixture(scope="module")
def vae():
    torch.manual_seed(0)
    vae = make_autoencoder().eval()
    vae.register_to_config(scaling_factor=1.0)
    return vae


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokenizer")
    save_tokenizer(folder)
    return load_tokenizer(folder)


def tiny_networks(vocabulary: int) -> nn.ModuleDict:
    torch.manual_seed(1)
    unet = UNet2DConditionModel(
        sample_size=16,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        block_out_channels=(8, 16),
        layers_per_block=1,
        cross_attention_dim=16,
        attention_head_dim=2,
        norm_num_groups=4,
    )
    config = CLIPTextConfig(
        vocab_size=vocabulary,
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=CAPTION_LENGTH,
        bos_token_id=vocabulary - 2,
        eos_token_id=vocabulary - 1,
    )
    return nn.ModuleDict({"unet": unet, "text_encoder": CLIPTextModel(config)})


def tiny_run(folder, vocabulary: int) -> Run:
    networks = tiny_networks(vocabulary)
    run = Run(folder, networks, torch.optim.AdamW(networks.parameters()))
    torch.manual_seed(2)
    run.resume()
    return run


def three_losses(run: Run, vae, tokenizer) -> list[float]:
    examples = Examples(EncodedStream(vae), tokenizer, 3, size=4, fresh=1, step=run.step)
    losses = []
    for _ in range(3):
        latents, ids = examples.batch(2, run.step)
        loss = velocity_loss(*run.networks.values(), make_scheduler(), latents, ids)
        run.learn(loss, 1e-3)
        losses.append(loss.item())
    return losses


def test_a_resumed_run_goes_on_to_the_same_losses(vae, tokenizer, tmp_path):
    unbroken = tiny_run(tmp_path / "unbroken", len(tokenizer))
    three_losses(unbroken, vae, tokenizer)
    wanted = three_losses(unbroken, vae, tokenizer)

    first = tiny_run(tmp_path / "broken", len(tokenizer))
    three_losses(first, vae, tokenizer)
    first.save()
    resumed = tiny_run(tmp_path / "broken", len(tokenizer))

    assert resumed.step == 3
    assert three_losses(resumed, vae, tokenizer) == pytest.approx(wanted, rel=1e-4)


def test_looking_at_the_average_changes_neither_weights_nor_noise(tmp_path):
    run = tiny_run(tmp_path, 10)
    before = [p.clone() for p in run.networks.parameters()]
    run.average = [torch.zeros_like(p) for p in before]
    torch.manual_seed(4)
    with run.averaged():
        assert all((p == 0).all() for p in run.networks.parameters())
        torch.randn(3)
    drawn = torch.randn(3)
    torch.manual_seed(4)
    assert torch.equal(drawn, torch.randn(3))
    assert all(torch.equal(a, b) for a, b in zip(before, run.networks.parameters(), strict=True))


def test_folding_gives_latents_unit_scale_and_keeps_the_pictures(vae):
    picture = torch.rand(1, 3, 64, 64) * 2 - 1
    with torch.no_grad():
        before = vae.decode(vae.encode(picture).latent_dist.mean).sample
        mean, deviation = latent_statistics(vae, range(4))
        fold(vae, mean, deviation)
        after = vae.decode(vae.encode(picture).latent_dist.mean).sample
    mean, deviation = latent_statistics(vae, range(4))
    assert mean == pytest.approx([0.0] * 4, abs=0.1)
    assert deviation == pytest.approx([1.0] * 4, abs=0.1)
    assert torch.allclose(before, after, atol=1e-4)


def test_the_learning_rate_rises_and_then_falls():
    rates = [cosine(step, 1000, 1.0) for step in (0, 100, 500, 1000)]
    assert rates[0] < 0.02
    assert rates[1] > rates[2] > rates[3] > 0


def test_cells_that_tell_twins_apart_count_more():
    latents = torch.zeros(2, 4, 16, 16)
    latents[1, :, 3, 5] = 1
    weights = contrast(latents)
    assert weights.shape == (2, 1, 16, 16)
    assert torch.equal(weights[0], weights[1])
    assert weights[0, 0, 3, 5] == weights.max() > 5 * weights[0, 0, 0, 0]


def test_steps_in_which_only_the_caption_can_tell_are_trained_most():
    torch.manual_seed(6)
    steps = draw_timesteps(4000, 1000)
    assert 0 <= steps.min() < 100 < 900 < steps.max() < 1000
    assert ((steps > 450) & (steps < 800)).float().mean() > 0.5


def test_only_the_unet_is_trained_and_it_pools_the_text(tmp_path, monkeypatch):
    monkeypatch.setenv("NODEGRAPH_TRAINING", str(tmp_path))
    run = train_diffusion.start(tmp_path / "run", 0, 100, torch.device("cpu"))
    trained = [name for name, p in run.networks.named_parameters() if p.requires_grad]
    assert all(name.startswith("unet.") for name in trained)
    assert "unet.add_embedding.proj.weight" in trained
