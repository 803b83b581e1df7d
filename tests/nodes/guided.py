"""What is guided here: a scene of critters, and predictions drawn at random."""

import torch

from nodes import guiding, sampling
from nodes.latent import noise
from nodes.text import encode
from nodes.types import Latent, Prediction


class Scene:
    def __init__(self, loaded, steps=3):
        self.model = loaded.model
        texts = ("a cat on a mat", "a cat", "")
        self.positive, self.middle, self.negative = (encode(loaded.clip, text=t) for t in texts)
        self.schedule = sampling.schedule(self.model, steps=steps)
        self.noise = noise(self.model, seed=3, width=64, height=48, batch_size=2)

    def predict(self, turn, *texts, model=None):
        return sampling.predict(model or self.model, turn.x, turn.sigma, *texts)


def random(seed):
    return torch.randn(2, 4, 6, 8, generator=torch.Generator().manual_seed(seed))


def prediction(seed, sigma=2.0):
    return Prediction(Latent(3 * random(0)), sigma, Latent(random(seed)), 1.0)


def momentum(it, turn):
    predicted = it.predict(turn, it.positive, it.negative)
    return guiding.projected(*predicted, turn.solver, cfg=4.0, momentum=-0.5).denoised
