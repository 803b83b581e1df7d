"""Pictures a second on a GPU, ours beside diffusers' own pipeline on the same networks.

    python -m benchmarks.gpu [--minutes 9]

Stable Diffusion 1.5 and SDXL at their true size with random bfloat16 weights, made on the device:
nothing is fetched. Both sides take the same noise, levels and encoded texts, 20 steps of Euler's
method with guidance, decode, and hand over pictures on the CPU; ours is the code of the closed
sampler and of decoding in ``nodes/lib``. Runs alternate; figures are medians. The share of the
chip is the arithmetic of all forwards, counted by torch, over the time, over the rate of a large
matrix product in the same run. The compiled rows come last, as far as the minutes reach.
Without a GPU it says so and ends; ``--device cpu --tiny`` tries every line on tiny networks.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from diffusers.pipelines.stable_diffusion import StableDiffusionPipeline
from diffusers.pipelines.stable_diffusion_xl import StableDiffusionXLPipeline
from diffusers.schedulers import EulerDiscreteScheduler
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.true_models import NOISE, SD15, SDXL, TOKENS, Family, Made, make, text, tiny
from nodes.lib import latents, sampling, schedules
from nodes.lib.autoencoder import decode
from nodes.types import Conditioning, Noise, Sampler, Schedule

CFG = 5.0
ROUNDS = 3
COMPILING = 180
"""Seconds a compiled row may take; none is begun with less left."""


@dataclass(frozen=True)
class Scene:
    """One row's work.

    Attributes:
        size: Pixels.
    """

    made: Made
    noise: Noise
    schedule: Schedule
    positive: Conditioning
    negative: Conditioning
    size: int

    @property
    def batch(self) -> int:
        """Pictures at once."""
        return self.noise.samples.shape[0]


def scene(made: Made, size: int, batch: int, steps: int) -> Scene:
    """Draw the noise and the texts."""
    model, device = made.model, made.model.part.device
    noise = latents.draw_noise(latents.shape(model.latent_format, size, size, batch), seed=0)
    levels = tuple(schedules.sigmas(model.sampling, "normal", steps, 1.0).tolist())
    texts = [text(made.family, seed, device) for seed in (1, 2)]
    return Scene(made, noise, Schedule(levels, "normal"), texts[0], texts[1], size)


def ours(it: Scene) -> Tensor:
    """Return (B, H, W, 3) pictures in 0 to 1, on the CPU."""
    walk = sampling.Walk(it.made.model, Sampler("euler"), it.schedule, it.noise)
    latent = sampling.sample(
        walk, it.made.model, it.positive, it.negative, CFG, report=lambda _: None
    )
    return decode(it.made.vae, latent).pixels


@torch.inference_mode()
def theirs(it: Scene, pipeline: Any) -> Tensor:
    """Return the same from diffusers' pipeline."""
    arguments: dict[str, Any] = {}
    for prefix, said in (("", it.positive), ("negative_", it.negative)):
        (entry,) = said.entries
        arguments[f"{prefix}prompt_embeds"] = entry.embedding
        if entry.pooled is not None:
            arguments[f"{prefix}pooled_prompt_embeds"] = entry.pooled
    pictures = pipeline(
        **arguments,
        num_images_per_prompt=it.batch,
        guidance_scale=CFG,
        sigmas=list(it.schedule.sigmas),
        latents=it.noise.samples.to(it.made.model.part.device, torch.bfloat16),
        height=it.size,
        width=it.size,
        output_type="np",
    ).images
    return torch.from_numpy(pictures)


def pipeline(made: Made) -> Any:
    """Return diffusers' pipeline around the same networks."""
    # "leading" scales the first noise by sqrt(1 + sigma^2), as we do
    scheduler = EulerDiscreteScheduler(**NOISE, timestep_spacing="leading", steps_offset=1)
    parts: dict[str, Any] = {
        "vae": made.autoencoder,
        "unet": made.unet,
        "scheduler": scheduler,
        "text_encoder": None,
        "tokenizer": None,
    }
    if made.family.pooled:
        found: Any = StableDiffusionXLPipeline(
            **parts, text_encoder_2=None, tokenizer_2=None, add_watermarker=False
        )
    else:
        found = StableDiffusionPipeline(
            **parts, safety_checker=None, feature_extractor=None, requires_safety_checker=False
        )
    found.set_progress_bar_config(disable=True)
    return found


@lru_cache
def flops(name: str, size: int, tiny_ones: bool) -> tuple[int, int]:
    """Count one picture's forward with both texts, and its decoding, without computing them."""
    family = next(one for one in families(tiny_ones) if one.name == name)
    made = make(family, "meta")
    cells = size // made.model.latent_format.downscale
    x = torch.empty((2, 4, cells, cells), device="meta", dtype=torch.bfloat16)
    hidden = torch.empty((2, TOKENS, family.unet["cross_attention_dim"])).to(x)
    added = {
        "text_embeds": torch.empty((2, family.pooled)).to(x),
        "time_ids": torch.empty((2, 6), device="meta"),
    }
    with FlopCounterMode(display=False) as forward:
        made.unet(x, torch.empty(2, device="meta"), hidden, added_cond_kwargs=added)
    with FlopCounterMode(display=False) as decoding:
        made.autoencoder.decode(x[:1])
    return forward.get_total_flops(), decoding.get_total_flops()


def families(tiny_ones: bool) -> list[Family]:
    """Return those to measure."""
    return [tiny(one) if tiny_ones else one for one in (SD15, SDXL)]


def timed(call: Callable[[], object], device: str) -> float:
    """Return a call's seconds, the device's work included."""
    wait = torch.cuda.synchronize if device == "cuda" else lambda: None
    wait()
    start = time.perf_counter()
    call()
    wait()
    return time.perf_counter() - start


def matrix_rate(device: str) -> float:
    """Return the operations a second of a large bfloat16 matrix product."""
    side = 8192 if device == "cuda" else 256
    a, b = (torch.randn((side, side), device=device).to(torch.bfloat16) for _ in range(2))

    def ten() -> None:
        for _ in range(10):
            a @ b

    ten()
    return 20 * side**3 / statistics.median(timed(ten, device) for _ in range(5))


def row(it: Scene, mode: str, rate: float, tiny_ones: bool) -> str:
    """Measure one row of the table."""
    device, pipe = it.made.model.part.device, pipeline(it.made)
    sides = {"ours": lambda: ours(it), "diffusers": lambda: theirs(it, pipe)}
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    peaks = {name: _peak(call, device) for name, call in sides.items()}  # warms up too
    for _ in range(ROUNDS):
        for name, call in sides.items():
            seconds[name].append(timed(call, device))
    took = {name: statistics.median(found) for name, found in seconds.items()}
    forward, decoding = flops(it.made.family.name, it.size, tiny_ones)
    work = it.batch * (forward * (len(it.schedule.sigmas) - 1) + decoding)
    return (
        f"| {it.made.family.name} | {it.size} | {it.batch} | {mode} "
        f"| {it.batch / took['ours']:.2f} | {it.batch / took['diffusers']:.2f} "
        f"| {took['diffusers'] / took['ours']:.2f} "
        f"| {peaks['ours']:.1f} | {peaks['diffusers']:.1f} "
        f"| {work / took['ours'] / rate:.0%} | {work / took['diffusers'] / rate:.0%} |"
    )


def _peak(call: Callable[[], object], device: str) -> float:
    """Return the GiB a call needs at most, the networks on the device included."""
    if device != "cuda":
        call()
        return 0.0
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    call()
    return torch.cuda.max_memory_allocated() / 2**30


def rows(device: str, tiny_ones: bool, steps: int, end: float) -> Iterator[str]:
    """Yield the eager rows, then the compiled ones, as far as the time reaches."""
    rate, sizes = matrix_rate(device), (64, 128) if tiny_ones else (512, 1024)
    yield f"A bfloat16 matrix product runs at {rate / 1e12:.3g} TFLOP/s.\n"
    yield (
        "| model | size | batch | mode | ours img/s | diffusers img/s | times as fast "
        "| ours GiB | diffusers GiB | ours of the chip | diffusers of the chip |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|---|"
    for family in families(tiny_ones):
        made = make(family, device)
        for size in sizes:
            for batch in (1, 4):
                yield row(scene(made, size, batch, steps), "eager", rate, tiny_ones)
    for family, size in zip(families(tiny_ones) * 2, sizes + sizes[::-1], strict=True):
        if time.monotonic() + COMPILING > end:
            yield f"| {family.name} | {size} | 1 | compiled | left out: no time |" + " |" * 6
            continue
        made = make(family, device)
        made.unet.compile(dynamic=False)
        yield row(scene(made, size, 1, steps), "compiled", rate, tiny_ones)


def main(argv: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--tiny", action="store_true", help="tiny networks, to try this out")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=9.0)
    options = parser.parse_args(argv)
    end = time.monotonic() + 60 * options.minutes
    if options.device == "cuda" and not torch.cuda.is_available():
        print("There is no CUDA device here, so nothing was measured.")
        return
    name = torch.cuda.get_device_name() if options.device == "cuda" else "the processor"
    print(f"torch {torch.__version__}, {name}, {options.steps} steps\n")
    for line in rows(options.device, options.tiny, options.steps, end):
        print(line, flush=True)


if __name__ == "__main__":
    main()
