"""Loading a model, and calling its networks."""

import math
from functools import cache
from importlib.resources import files  # noqa: F401 - where the model is that comes along

import torch
from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline

device = "cuda" if torch.cuda.is_available() else "cpu"


def load_model(name):
    """Load the networks of a Stable Diffusion 1.x or 2.x: a folder, or a model of the hub."""
    parts = {"safety_checker": None, "requires_safety_checker": False}
    return StableDiffusionPipeline.from_pretrained(name, use_safetensors=True, **parts).to(device)


def load_model_xl(name):
    """Load the networks of an SDXL: a folder, or a model of the hub."""
    return StableDiffusionXLPipeline.from_pretrained(name, use_safetensors=True).to(device)


@cache
def training_sigmas(model):
    """Return the noise levels that the network was trained on, ascending."""
    config = model.scheduler.config
    start, end, count = config.beta_start, config.beta_end, config.num_train_timesteps
    if config.beta_schedule == "scaled_linear":
        betas = torch.linspace(start**0.5, end**0.5, count, dtype=torch.float64) ** 2
    elif config.beta_schedule == "linear":
        betas = torch.linspace(start, end, count, dtype=torch.float64)
    else:
        raise ValueError(f"this script does not know the betas {config.beta_schedule!r}")
    alphas = torch.cumprod(1 - betas, dim=0)
    if config.get("rescale_betas_zero_snr"):
        root = alphas.sqrt()
        alphas = ((root - root[-1]) * root[0] / (root[0] - root[-1])) ** 2
        alphas = alphas.clamp(min=2**-24)
    return ((1 - alphas) / alphas).sqrt().float()


@torch.inference_mode()
def encode_text(model, text):
    """Return what the network reads, (1, T, D)."""
    tokenizer, length = model.tokenizer, model.tokenizer.model_max_length
    check_text(tokenizer, text)
    ids = tokenizer(text, padding="max_length", max_length=length, return_tensors="pt").input_ids
    return model.text_encoder(ids.to(device)).last_hidden_state


@torch.inference_mode()
def encode_text_xl(model, text):
    """Return what SDXL's network reads: the text, (1, T, D), and the whole of it, (1, P)."""
    check_text(model.tokenizer, text)
    embeds, _, pooled, _ = model.encode_prompt(text, do_classifier_free_guidance=False)
    return embeds, pooled


def check_text(tokenizer, text):
    """Refuse what nodes read otherwise than this script: weights, and texts of several pieces."""
    if "(" in text or ")" in text:
        raise ValueError("this script does not weigh words; take the parentheses out")
    if len(tokenizer(text).input_ids) > tokenizer.model_max_length:
        raise ValueError("this script reads a text in one piece; shorten it")


def draw_noise(model, width, height, batch_size, seed):
    """Draw the noise that pictures of a size begin with, on the CPU: the same everywhere."""
    cell = model.vae_scale_factor
    shape = (batch_size, model.unet.config.in_channels, height // cell, width // cell)
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def draw_noise_like(latent, seed):
    """Draw noise of the size of a latent, on the CPU: the same everywhere."""
    return torch.randn(latent.shape, generator=torch.Generator().manual_seed(seed))


def noised(model, noise, sigmas, latent=None):
    """Bring a latent, or nothing, to the first noise level."""
    x = noise.to(device)
    full = math.isclose(sigmas[0], float(training_sigmas(model)[-1]), rel_tol=1e-5)
    x = x * (math.sqrt(1 + sigmas[0] ** 2) if full else sigmas[0])
    return x if latent is None else latent.to(device) * model.vae.config.scaling_factor + x


@torch.inference_mode()
def predict(model, x, sigma, positive, negative=None, **more):
    """Let the network say what picture is in x: with the prompt, and with the negative one."""
    texts = [positive] if negative is None else [negative, positive]
    known = training_sigmas(model).log()
    time = float((known - math.log(sigma)).abs().argmin())
    output = model.unet(
        torch.cat([x / math.sqrt(sigma**2 + 1)] * len(texts)),
        torch.full((len(x) * len(texts),), time, device=device),
        encoder_hidden_states=torch.cat([text.expand(len(x), -1, -1) for text in texts]),
        **more,
    ).sample
    kind = model.scheduler.config.prediction_type
    estimates = []
    for each in output.chunk(len(texts)):
        if kind == "v_prediction":
            variance = sigma**2 + 1
            estimates.append(x / variance - each * (sigma / math.sqrt(variance)))
        else:
            estimates.append(each if kind == "sample" else x - each * sigma)
    return estimates[-1], None if negative is None else estimates[0]


def predict_xl(model, x, sigma, positive, negative=None):
    """Do the same with SDXL, which is told the picture's size and the texts as wholes too."""
    texts = [positive] if negative is None else [negative, positive]
    height, width = (side * model.vae_scale_factor for side in x.shape[-2:])
    size = torch.tensor([[height, width, 0.0, 0.0, height, width]], device=device)
    added = {
        "text_embeds": torch.cat([pooled.expand(len(x), -1) for _, pooled in texts]),
        "time_ids": size.repeat(len(x) * len(texts), 1),
    }
    embeds = [None if text is None else text[0] for text in (positive, negative)]
    return predict(model, x, sigma, *embeds, added_cond_kwargs=added)


def guide(positive, negative, cfg):
    """Lean away from the negative estimate: classifier-free guidance, arXiv:2207.12598."""
    return positive if negative is None else negative + cfg * (positive - negative)


@torch.inference_mode()
def decode_latent(model, latent):
    """Turn latents into pictures, (B, H, W, 3) in 0 to 1."""
    decoded = model.vae.decode(latent.to(device)).sample
    return (decoded / 2 + 0.5).clamp(0, 1).movedim(1, -1).cpu()


@torch.inference_mode()
def encode_picture(model, pixels):
    """Turn pictures into latents, cropped about the centre to whole cells."""
    cell = model.vae_scale_factor
    height, width = pixels.shape[1:3]
    top, left = height % cell // 2, width % cell // 2
    pixels = pixels[:, top : top + height // cell * cell, left : left + width // cell * cell]
    return model.vae.encode((pixels * 2 - 1).movedim(-1, 1).to(device)).latent_dist.mode()
