"""Steps of the same networks through a ComfyUI checkout, in the same run as ours.

    python -m benchmarks.gpu --comfyui CHECKOUT

The Python that runs this needs what ComfyUI imports. A process of its own gives ComfyUI a network
of the family's true size with random weights and lets its Euler sampler take the steps, with
guidance, at the settings it chooses for the device. Texts are random and ready; nothing is decoded.
"""

from __future__ import annotations

import json
import logging
import statistics
import sys
import time
from typing import Any

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel

from benchmarks.true_models import SD15, SDXL, TOKENS, Family

ROUNDS = 3
FAMILIES = {one.name: one for one in (SD15, SDXL)}


def measured(
    checkout: str, family: Family, size: int, steps: int, device: str, cfg: float
) -> float:
    """Return the seconds of a step in this process, a median."""
    sys.path.append(checkout)  # behind ours: both have a module called nodes
    logging.disable()
    from comfy.cli_args import args  # type: ignore[import-not-found]

    args.cpu = device == "cpu"  # before anything of theirs looks for a GPU
    import comfy.sample  # type: ignore[import-not-found]
    import comfy.sd  # type: ignore[import-not-found]

    unet = UNet2DConditionModel(**family.unet).to(torch.bfloat16)
    model: Any = comfy.sd.load_diffusion_model_state_dict(
        unet.state_dict(), model_options={"dtype": torch.bfloat16}
    )
    del unet
    noise = torch.randn(1, 4, size // 8, size // 8)
    positive, negative = ([_text(family)] for _ in range(2))

    def sample() -> None:
        comfy.sample.sample(
            *(model, noise, steps, cfg, "euler", "normal", positive, negative),
            torch.zeros_like(noise),
            disable_pbar=True,
            seed=0,
        )

    sample()
    taken: list[float] = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        sample()  # its answer is on the processor, so all is done
        taken.append((time.perf_counter() - begun) / steps)
    return statistics.median(taken)


def _text(family: Family) -> list[Any]:
    embedding = torch.randn(1, TOKENS, family.unet["cross_attention_dim"])
    return [embedding, {"pooled_output": torch.randn(1, family.pooled)} if family.pooled else {}]


def main() -> None:
    """Measure one family and print the seconds as JSON."""
    checkout, name, size, steps, device, cfg = sys.argv[1:]
    found = measured(checkout, FAMILIES[name], int(size), int(steps), device, float(cfg))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
