"""What transformers are led with here: pictures, texts, noise and the walk they share."""

import torch

from nodes import control
from nodes.lib.latents import to_model_space
from nodes.lib.sampling import Walk, sample
from nodes.types import (
    Condition,
    Conditioning,
    Image,
    Noise,
    Sampler,
    Schedule,
)
from tests.tiny import controls

LONG, SHORT, LENGTH, WIDTH, HEIGHT = 32, 16, 7, 96, 64


SIGMAS = (1.0, 0.75, 0.25)


SCALE = 0.8


TOLERANCE = {"rtol": 1e-4, "atol": 1e-4}
"""Of latents of about unit variance, after three steps of float32."""


def load(tmp_path, lead, name="net"):
    return control.load(control=str(controls.write(tmp_path / name, lead)))


def picture(seed=8, count=1):
    generator = torch.Generator().manual_seed(seed)
    return Image(torch.rand((count, HEIGHT, WIDTH, 3), generator=generator))


def signed(image):
    return image.pixels.movedim(-1, 1) * 2 - 1


def text(seed, pooled, **options):
    generator = torch.Generator().manual_seed(seed)
    embedding = torch.randn((1, LENGTH, LONG), generator=generator)
    whole = torch.randn((1, pooled), generator=generator)
    return Conditioning((Condition(embedding, whole, options=options),))


def noise():
    return torch.randn((2, 16, 8, 12), generator=torch.Generator().manual_seed(1))


def ours(loaded, positive, negative, cfg):
    walk = Walk(
        loaded.model, Sampler("euler"), Schedule((*SIGMAS, 0.0), "custom"), Noise(noise(), 0)
    )
    result = sample(walk, loaded.model, positive, negative, cfg, lambda walk: None)
    return to_model_space(result.samples, loaded.model.latent_format)


def embedded(positive, negative=None):
    found = {
        "prompt_embeds": positive.entries[0].embedding.repeat(2, 1, 1),
        "pooled_prompt_embeds": positive.entries[0].pooled.repeat(2, 1),
    }
    if negative is not None:
        found["negative_prompt_embeds"] = negative.entries[0].embedding.repeat(2, 1, 1)
        found["negative_pooled_prompt_embeds"] = negative.entries[0].pooled.repeat(2, 1)
    return found


def sides(pooled=LONG):
    return text(5, pooled), text(6, pooled)


def told():
    return text(5, SHORT, guidance=2.5)
