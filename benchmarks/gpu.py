"""Pictures a second on a GPU: our speed settings beside diffusers' own pipeline.

   python -m benchmarks.gpu [--minutes 9]

Stable Diffusion 1.5 and SDXL at their true size with random bfloat16 weights, made on the device:
nothing is fetched. All sides take the same noise, levels and encoded texts, 20 steps of Euler's
method with guidance, decode, and hand over pictures on the CPU; ours is the code of the closed
sampler and of decoding in ``nodes/lib``. Runs alternate; figures are medians. The share of the
chip is the arithmetic of all forwards, counted by torch, over the time, over the rate of a large
matrix product in the same run. What has to be compiled comes last, one picture at once, as far as
the minutes reach; then a step and a decoding by themselves beside the limit and the goal, and the
best batch; with ``--comfyui CHECKOUT`` ComfyUI's step in a process of its own. Without a GPU it
says so and ends; ``--device cpu --tiny`` tries every line on tiny networks.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import torch
from diffusers.pipelines.stable_diffusion import StableDiffusionPipeline
from diffusers.pipelines.stable_diffusion_xl import StableDiffusionXLPipeline
from diffusers.schedulers import EulerDiscreteScheduler
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from benchmarks import comfyui_peer, gpu_parts
from benchmarks.true_models import NOISE, SD15, SDXL, TOKENS, Family, Made, make, text, tiny
from nodes.lib import latents, sampling, schedules
from nodes.lib.autoencoder import decode
from nodes.lib.speed import compiling, quick
from nodes.types import Conditioning, Latent, Noise, Sampler, Schedule

CFG = 5.0
ROUNDS = 3
COMPILING = 300
"""Seconds a compiled row may take; none is begun with less left."""

SPEEDS = ("safe", "fast", "fastest")
COLUMNS = (*SPEEDS, "diffusers")
COMPILED = ("fast", "fastest", "diffusers")
"""Of these, what is measured compiled too."""
ABOVE = "as above"
NEVER = 10**9


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


@dataclass(eq=False)
class Bench:
    """One family's networks at every speed, and diffusers' pipeline around those that are safe."""

    family: Family
    device: str
    rate: float
    tiny_ones: bool

    def __post_init__(self) -> None:
        self.made = {speed: make(self.family, self.device, speed) for speed in SPEEDS}
        self.pipe = pipeline(self.made["safe"])

    def sides(self, size: int, batch: int, steps: int) -> dict[str, Callable[[], object]]:
        """Return what makes pictures, by the name of its column."""
        scenes = {name: scene(made, size, batch, steps) for name, made in self.made.items()}
        found: dict[str, Callable[[], object]] = {
            name: partial(ours, it) for name, it in scenes.items()
        }
        return found | {"diffusers": partial(theirs, scenes["safe"], self.pipe)}

    def row(self, size: int, batch: int, steps: int, mode: str) -> str:
        """Measure one row of the table."""
        sides, seconds = self.sides(size, batch, steps), dict[str, list[float]]()
        for name in set(sides) - set(COMPILED) if mode == "compiled" else ():
            del sides[name]
        peaks = {name: _peak(call, self.device) for name, call in sides.items()}  # warms up too
        for _ in range(ROUNDS):
            for name, call in sides.items():
                seconds.setdefault(name, []).append(timed(call, self.device))
        took = {name: statistics.median(found) for name, found in seconds.items()}
        forward, decoding = flops(self.family.name, size, self.tiny_ones)
        work = batch * (forward * steps + decoding)
        figures = [f"{batch / took[name]:.2f}" if name in took else ABOVE for name in COLUMNS]
        shares = [f"{work / took[name] / self.rate:.0%}" for name in ("fast", "diffusers")]
        held = ("safe", "fast", "diffusers")
        beside = [f"{peaks[name]:.1f}" if name in peaks else ABOVE for name in held]
        return _line(self.family.name, size, batch, mode, *figures, *shares, *beside)

    def parts(self, size: int, steps: int) -> Iterator[str]:
        """Measure a step and a decoding by themselves, and the best batch, as things are now."""
        sides = self.sides(size, 1, steps)
        latent = Latent(scene(self.made["safe"], size, 1, steps).noise.samples.to(self.device))
        both = (self.made["fast"].vae, self.made["safe"].autoencoder)
        forward, decoding = flops(self.family.name, size, self.tiny_ones)
        for row in gpu_parts.parts(
            self.family.name,
            size,
            (sides["fast"], sides["diffusers"]),
            (gpu_parts.decoder(both[0], latent), gpu_parts.decoder(both[1], latent)),
            (forward / self.rate, decoding / self.rate),
            steps,
            lambda call: timed(call, self.device),
        ):
            yield _line(*row)

    def best(self, size: int, steps: int) -> str:
        """Measure how many pictures a second many at once make."""
        return gpu_parts.best_batch(
            self.family.name,
            lambda batch: partial(ours, scene(self.made["fast"], size, batch, steps)),
            lambda call: timed(call, self.device),
        )

    def compile(self, size: int, steps: int) -> None:
        """Compile for one picture of a size, ours by the setting, diffusers' by torch."""
        sides, both = self.sides(size, 1, steps), (self.made["fast"], self.made["fastest"])
        for network in (one for made in both for one in (made.unet, made.autoencoder.decoder)):
            call = network._compiled_call_impl
            if isinstance(call, quick.Call) and call.compiled is not None:
                call.compiled.after = 1
        # in place, so our safe networks are diffusers' compiled ones from here on
        self.made["safe"].unet.compile(dynamic=False)
        for name in COMPILED:
            sides[name]()
            compiling.wait()


def _line(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def _peak(call: Callable[[], object], device: str) -> float:
    """Return the GiB a call needs at most beside what lies on the device already."""
    if device != "cuda":
        call()
        return 0.0
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    call()
    return (torch.cuda.max_memory_allocated() - before) / 2**30


def rows(device: str, tiny_ones: bool, steps: int, end: float) -> Iterator[str]:
    """Yield the rows of what is not compiled, then those of what is, as far as the time reaches."""
    rate, (small, large) = matrix_rate(device), (64, 128) if tiny_ones else (512, 1024)
    yield f"A bfloat16 matrix product runs at {rate / 1e12:.3g} TFLOP/s.\n"
    figures = [f"{name} img/s" for name in COLUMNS]
    shares = [f"{name} of the chip" for name in ("fast", "diffusers")]
    beside = [f"{name} GiB beside the weights" for name in ("safe", "fast", "diffusers")]
    head = ["model", "size", "batch", "mode", *figures, *shares, *beside]
    yield _line(*head)
    yield _line(*["---"] * len(head))
    benches = [Bench(family, device, rate, tiny_ones) for family in families(tiny_ones)]
    native = dict(zip(benches, (small, large), strict=True))
    for bench, size in native.items():
        for batch in (1, 4):
            yield bench.row(size, batch, steps, "eager")
    for bench, size in native.items():
        if time.monotonic() + COMPILING > end:
            yield _line(bench.family.name, size, 1, "compiled", "left out: no time")
            continue
        bench.compile(size, steps)
        yield bench.row(size, 1, steps, "compiled")
    yield ""
    yield _line(*gpu_parts.HEAD)
    yield _line(*["---"] * len(gpu_parts.HEAD))
    for bench, size in native.items():
        yield from bench.parts(size, steps)
    for bench, size in native.items():
        yield f"\n{bench.best(size, steps)}"


def beside(checkout: str, steps: int) -> Iterator[str]:
    """Yield what a step takes in ComfyUI, to be held against ours."""
    for family, size in ((SD15, 512), (SDXL, 1024)):
        told = (family.name, size, steps, "cuda", CFG)
        seconds = comfyui_peer.in_a_process("comfyui_steps", family.name, checkout, *told)
        yield f"\n{family.name} at {size}: a step of ComfyUI takes {seconds * 1e3:.2f} ms"


def main(argv: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--tiny", action="store_true", help="tiny networks, to try this out")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=9.0)
    parser.add_argument("--comfyui", metavar="CHECKOUT", help="measure its steps too")
    options = parser.parse_args(argv)
    end = time.monotonic() + 60 * options.minutes
    compiling.USUALLY, compiling.AFTER = NEVER, {}  # not before the rows that are about it
    if options.device == "cuda" and not torch.cuda.is_available():
        print("There is no CUDA device here, so nothing was measured.")
        return
    name = torch.cuda.get_device_name() if options.device == "cuda" else "the processor"
    print(f"torch {torch.__version__}, {name}, {options.steps} steps\n")
    for line in rows(options.device, options.tiny, options.steps, end):
        print(line, flush=True)
    for line in beside(options.comfyui, options.steps) if options.comfyui else ():
        print(line, flush=True)


if __name__ == "__main__":
    main()
