"""An inpainting UNet of 9 channels, end to end against diffusers' pipeline for it."""

import torch

from nodes import inpaint, latent, sampling, text
from nodes.lib.latents import to_model_space
from nodes.model import load_model
from nodes.types import Image, Mask
from tests.tiny import families


def test_an_inpainting_model_is_the_diffusers_pipeline(tmp_path):
    from diffusers.pipelines.stable_diffusion import StableDiffusionInpaintPipeline
    from diffusers.schedulers import EulerDiscreteScheduler
    from transformers.models.clip.tokenization_clip import CLIPTokenizer

    folder = families.write_family(tmp_path / "m", "sd1", unet=lambda: families.sd(in_channels=9))
    model, clip, vae = load_model(model=str(folder))
    generator = torch.Generator().manual_seed(1)
    pixels = torch.rand(1, 48, 64, 3, generator=generator)
    mask = torch.rand(1, 48, 64, generator=generator)
    words = [text.encode(clip, text=one) for one in ("a cat", "")]
    noise = latent.noise(model, seed=3, width=64, height=48)
    schedule = sampling.schedule(model, scheduler="simple", steps=3)

    positive, negative, _ = inpaint.inpaint_conditioning(
        words[0], vae, Image(pixels), Mask(mask), words[1], keep=False
    )
    euler = sampling.sampler(sampler_name="euler")
    found = sampling.sample(model, positive, euler, schedule, noise, negative, cfg=5.0)

    parts = {name: network_of(folder, name) for name in ("unet", "vae", "text_encoder")}
    pipeline = StableDiffusionInpaintPipeline(
        **parts,
        tokenizer=CLIPTokenizer.from_pretrained(folder / "tokenizer"),
        scheduler=EulerDiscreteScheduler.from_pretrained(
            folder / "scheduler", timestep_spacing="leading"
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.set_progress_bar_config(disable=True)
    hole = (mask >= 0.5).float()[:, None]
    with torch.inference_mode():
        shown = (pixels.movedim(-1, 1) * 2 - 1) * (1 - hole)
        emptied = parts["vae"].encode(shown).latent_dist.mode()  # the pipeline draws; we do not
    theirs = pipeline(
        "a cat",
        negative_prompt="",
        image=pixels.movedim(-1, 1),
        mask_image=hole,
        masked_image_latents=emptied * parts["vae"].config.scaling_factor,
        height=48,
        width=64,
        sigmas=list(schedule.sigmas),
        guidance_scale=5.0,
        latents=noise.samples,
        output_type="latent",
    ).images
    ours = to_model_space(found.samples, model.latent_format)
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)


def network_of(folder, name):
    """Load one network by its own class."""
    from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
    from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
    from transformers.models.clip.modeling_clip import CLIPTextModel

    classes = {"unet": UNet2DConditionModel, "vae": AutoencoderKL, "text_encoder": CLIPTextModel}
    options = {} if name == "text_encoder" else {"low_cpu_mem_usage": False}
    return classes[name].from_pretrained(folder / name, **options).eval()
