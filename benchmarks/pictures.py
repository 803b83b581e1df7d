"""Whole pictures on a small machine, beside diffusers' own pipeline with the same weights.

    python -m benchmarks.pictures [--steps 20] [--rounds 9]

From a new prompt and a new seed to eight-bit pixels, everything loaded: StableDiffusionPipeline as
its documentation shows it, and our workflow with the closed sampler at each speed. Both use Euler's
method and call the network as often, which is checked first. Every round makes a picture with each
of them, beginning with the next, and gives a ratio each, of processor time and of the wall.

    python -m benchmarks.pictures --fresh [--rounds 5]

In fresh processes instead: seconds from the start of Python to the first step, and to the written
picture, and the most memory that was held.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.ratios import quartiles  # nothing large here: a child's peak counts its parent's

if TYPE_CHECKING:
    from PIL.Image import Image

WORKFLOWS = Path(__file__).parent.parent / "workflows"
CRITTERS = Path(__file__).parent.parent / "nodes" / "critters"
SPEEDS = ("safe", "fast", "fastest")
KINDS, COLORS = ("cat", "dog", "fox", "bear", "pig", "frog"), ("red", "green", "blue", "white")
PROMPTS = [f"a {color} {kind}" for kind, color in product(KINDS, COLORS)]
CFG = 3.0
PIPELINE = "diffusers' pipeline"
Arm = Callable[[int], "Image"]

FRESH = """
import sys
from diffusers import EulerDiscreteScheduler, StableDiffusionPipeline
folder, out, steps, cfg = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
pipe = StableDiffusionPipeline.from_pretrained(folder)
pipe.scheduler = EulerDiscreteScheduler.from_config(pipe.scheduler.config)
def seen(pipe, step, t, kwargs):
    if step == 0:
        print("step", flush=True)
    return kwargs
pipe.set_progress_bar_config(disable=True)
picture = pipe("a red fox", num_inference_steps=steps, guidance_scale=cfg,
    callback_on_step_end=seen).images[0]
picture.save(out)
"""


def pipeline(steps: int) -> Arm:
    """Return diffusers' pipeline."""
    from diffusers import EulerDiscreteScheduler, StableDiffusionPipeline
    from torch import Generator

    pipe: Any = StableDiffusionPipeline.from_pretrained(CRITTERS)
    pipe.scheduler = EulerDiscreteScheduler.from_config(pipe.scheduler.config)
    pipe.set_progress_bar_config(disable=True)

    def make(seed: int) -> Image:
        return pipe(
            PROMPTS[seed % len(PROMPTS)],
            num_inference_steps=steps,
            guidance_scale=CFG,
            generator=Generator().manual_seed(seed),
        ).images[0]

    make.unet = pipe.unet  # type: ignore[attr-defined]
    return make


def ours(speed: str, steps: int) -> Arm:
    """Return our workflow at a speed; texts it read before come from the cache, as always."""
    from nodegraph import Executor, Options, load
    from nodegraph.overrides import override
    from nodes.lib.images import to_pictures

    graph = override(
        load(WORKFLOWS / "text_to_image_closed.json"),
        {
            "model.speed": speed,
            "schedule.steps": steps,
            "sampler.sampler_name": "euler",
            "denoise.cfg": CFG,
        },
    )
    executor = Executor()

    def make(seed: int) -> Image:
        values = {"noise.seed": seed, "prompt.text": PROMPTS[seed % len(PROMPTS)]}
        found = executor.run(override(graph, values), ["decode"], options=Options(device="cpu"))
        return next(iter(to_pictures(found["decode.image"])))

    return make


def warm(steps: int, rounds: int) -> None:
    """Print what a picture costs once all is loaded."""
    import torch

    arms = {PIPELINE: pipeline(steps)} | {speed: ours(speed, steps) for speed in SPEEDS}
    check(arms, steps)
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in arms}
    names = list(arms)
    for turn in range(rounds):
        begin = turn % len(names)
        for name in names[begin:] + names[:begin]:
            times[name].append(spent(lambda name=name, turn=turn: arms[name](turn)))
    print(f"critters, 128 px, {steps} steps, {rounds} rounds, {torch.get_num_threads()} threads\n")
    print("| | processor, s a picture | ratio | ratio of the wall |\n|---|---|---|---|")
    for name, found in times.items():
        columns, beside = (zip(*rows, strict=True) for rows in (found, times[PIPELINE]))
        ratios = map(quartiles, columns, beside)
        median = statistics.median(cpu for cpu, _ in found)
        print(f"| {name} | {median:.3f} | {' | '.join(ratios)} |")


def check(arms: dict[str, Arm], steps: int) -> None:
    """See that pictures come, and that both sides call the network as often.

    Raises:
        RuntimeError: They do not do the same.
    """
    from nodegraph import Executor, Options, load
    from nodes.lib.models import network

    graph = load(WORKFLOWS / "text_to_image_closed.json")
    model = Executor().run(graph, ["model"], options=Options(device="cpu"))["model.model"]
    calls: list[str] = []
    found = {PIPELINE: arms[PIPELINE].unet, "safe": network(model.part)}  # type: ignore[attr-defined]
    hooks = [
        unet.register_forward_pre_hook(lambda *_, name=name: calls.append(name))
        for name, unet in found.items()
    ]
    sizes = {name: arm(1).size for name, arm in arms.items()}
    for hook in hooks:
        hook.remove()
    counts = {name: calls.count(name) for name in found}
    if set(counts.values()) != {steps} or len(set(sizes.values())) != 1:
        raise RuntimeError(f"they do not do the same: calls {counts}, sizes {sizes}")


def spent(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds of the processor and of the wall."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def fresh(steps: int, rounds: int) -> None:
    """Print what a process costs that makes one picture."""
    rows: dict[str, list[tuple[float, float, float]]] = {PIPELINE: [], "nodegraph run": []}
    with tempfile.TemporaryDirectory() as folder:
        script = [sys.executable, "-c", FRESH, str(CRITTERS), f"{folder}/picture.png"]
        commands = {
            PIPELINE: [*script, str(steps), str(CFG)],
            "nodegraph run": [
                *(str(Path(sys.executable).with_name("nodegraph")), "run", "--json", "--no-cache"),
                *(str(WORKFLOWS / "text_to_image.json"), "--out", folder, "--device", "cpu"),
                *("--set", f"schedule.steps={steps}", "--set", "sampler.sampler_name=euler"),
            ],
        }
        for _ in range(rounds):
            for name, command in commands.items():
                rows[name].append(_process(command))
    print("| | first step, s | picture, s | memory, MiB |\n|---|---|---|---|")
    for name, found in rows.items():
        step, whole, memory = (statistics.median(column) for column in zip(*found, strict=True))
        print(f"| {name} | {step:.2f} | {whole:.2f} | {memory:.0f} |")


def _process(command: list[str]) -> tuple[float, float, float]:
    """Return the seconds to the first step and to the end, and the most MiB held."""
    begun, first = time.perf_counter(), 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if not first and _is_step(line):
                first = time.perf_counter() - begun
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or not first:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return first, time.perf_counter() - begun, usage.ru_maxrss / 1024


def _is_step(line: str) -> bool:
    if line.strip() == "step":
        return True
    found = json.loads(line) if line.startswith("{") else {}
    return (found.get("event"), found.get("node")) == ("NodeFinished", "step")


def main(argv: list[str] | None = None) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--fresh", action="store_true", help="in fresh processes")
    options = parser.parse_args(argv)
    (fresh if options.fresh else warm)(options.steps, options.rounds)


if __name__ == "__main__":
    main()
