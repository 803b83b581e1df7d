"""What our loop costs beside one written by hand: the visible zone and the closed node.

    python -m benchmarks.overhead [--model critters] [--size 128] [--steps 20] [--rounds 15]

By hand is the shortest loop around diffusers' network that does the same: the same weights, noise,
levels and text, one call of the network a step on a batch of both prompts, Euler's method. Ours are
the two workflows that come along, run whole by the executor, its events and previews on where the
row says so. All stop at the latent. That they make the same picture in as many calls is checked
first. Every round runs all of them on one seed, in changing order, and gives a ratio each.

The calls of the network are timed apart, since one differs from the next by more than all the rest
takes. What decides is the ratio by parts, of processor time: each loop's own median around the
network plus the median call, over the same by hand. The ratios of whole rounds stand beside it.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from benchmarks.ratios import quartiles
from nodegraph import Executor, Graph, Options, load
from nodegraph.edits import SetParam
from nodegraph.overrides import override
from nodes.lib.models import network

if TYPE_CHECKING:
    from nodes.handles import Model
    from nodes.types import Conditioning, Schedule

WORKFLOWS = Path(__file__).parent.parent / "workflows"
CPU = Options(device="cpu", dtype="float32")
CFG = 5.0
LIMITS = {"closed": 1.02, "visible": 1.05}
Arm = Callable[[int], Tensor]


@dataclass
class Ours:
    """A workflow that is run again for every seed; all else comes from the cache."""

    graph: Graph
    target: str
    listener: Callable[[object], None] | None = None
    executor: Executor = field(default_factory=Executor)

    def __call__(self, seed: int) -> Tensor:
        """Return the latent, (B, C, h, w)."""
        self.graph.apply(SetParam("noise", "seed", seed))
        result = self.executor.run(self.graph, [self.target], options=CPU, listener=self.listener)
        return result[f"{self.target}.latent"].samples


@dataclass
class ByHand:
    """The loop a script would have; ``context`` is the negative text and the positive one."""

    unet: Any
    sigmas: tuple[float, ...]
    times: list[float]
    context: Tensor
    shape: tuple[int, ...]
    predicts_v: bool
    scale: float

    @torch.inference_mode()
    def __call__(self, seed: int) -> Tensor:
        """Return the latent, (B, C, h, w)."""
        x = torch.randn(self.shape, generator=torch.Generator().manual_seed(seed))
        x = x * math.sqrt(1 + self.sigmas[0] ** 2)
        for (sigma, sigma_next), t in zip(pairwise(self.sigmas), self.times, strict=True):
            variance = sigma**2 + 1
            both = torch.cat([x / math.sqrt(variance)] * 2)
            output = self.unet(both, t, self.context, return_dict=False)[0]
            uncond, cond = output.chunk(2)
            output = uncond + CFG * (cond - uncond)
            if self.predicts_v:
                output = x * (sigma / variance) + output / math.sqrt(variance)
            x = x + output * (sigma_next - sigma)
        return x / self.scale


def arms(model: str, size: int, steps: int) -> dict[str, Arm]:
    """Return what is compared, by name."""
    values = {
        "model.model": model,
        "noise.width": size,
        "noise.height": size,
        "sampler.sampler_name": "euler",
        "schedule.steps": steps,
    }
    visible = override(load(WORKFLOWS / "text_to_image.json"), values | {"guidance.cfg": CFG})
    closed = override(load(WORKFLOWS / "text_to_image_closed.json"), values | {"denoise.cfg": CFG})
    return {
        "by hand": _by_hand(closed),
        "closed": Ours(closed, "denoise"),
        "visible": Ours(visible, "end"),
        "closed, previews": Ours(closed.copy(), "denoise", _look),
        "visible, previews": Ours(visible.copy(), "end", _look),
    }


def _look(_event: object) -> None:
    """Take an event, as an editor does."""


def _by_hand(graph: Graph) -> ByHand:
    """Take from a run of our nodes what a script would load."""
    made = Executor().run(graph, ["model", "negative", "prompt", "schedule", "noise"], options=CPU)
    model: Model = made["model.model"]
    schedule: Schedule = made["schedule"]
    texts: list[Conditioning] = [made["negative"], made["prompt"]]
    read = [text.entries[0].embedding for text in texts]
    length = math.lcm(*(one.shape[1] for one in read))
    return ByHand(
        unet=network(model.part),
        sigmas=schedule.sigmas,
        times=[model.sampling.timestep(sigma) for sigma in schedule.sigmas[:-1]],
        context=torch.cat([one.repeat(1, length // one.shape[1], 1) for one in read]),
        shape=tuple(made["noise"].samples.shape),
        predicts_v=model.sampling.prediction == "v_prediction",
        scale=model.latent_format.scale,
    )


def check(all_arms: dict[str, Arm], unet: Any) -> int:
    """Return how often each calls the network.

    Raises:
        RuntimeError: They do not do the same.
    """
    found: dict[str, tuple[Tensor, int]] = {}
    with timed_calls(unet) as calls:
        for name, arm in all_arms.items():
            calls.clear()
            found[name] = arm(2**32), len(calls)
    latent, count = found["by hand"]
    for name, (other, its_count) in found.items():
        if its_count != count or not torch.allclose(other, latent, rtol=1e-3, atol=1e-3):
            raise RuntimeError(f"{name} is not the same: {its_count} calls, by hand {count}")
        if name != "by hand" and not torch.equal(other, found["closed"][0]):
            raise RuntimeError(f"{name} has not the bits of the closed node")
    return count


@dataclass
class Times:
    """Seconds of each round; ``around`` the network, and of each of its ``calls``."""

    cpu: list[float] = field(default_factory=list[float])
    wall: list[float] = field(default_factory=list[float])
    around: list[float] = field(default_factory=list[float])
    calls: list[float] = field(default_factory=list[float])

    def take(self, run: Callable[[], object], calls: list[float]) -> None:
        """Add a round; ``calls`` fills as it runs."""
        calls.clear()
        cpu, wall = time.process_time(), time.perf_counter()
        run()
        self.cpu.append(time.process_time() - cpu)
        self.wall.append(time.perf_counter() - wall)
        self.around.append(self.cpu[-1] - sum(calls))
        self.calls += calls


@contextmanager
def timed_calls(unet: Any) -> Iterator[list[float]]:
    """Collect the processor seconds of each call of a network."""
    calls: list[float] = []
    begun = 0.0

    def before(*_: object) -> None:
        nonlocal begun
        begun = time.process_time()

    def after(*_: object) -> None:
        calls.append(time.process_time() - begun)

    hooks = [unet.register_forward_pre_hook(before), unet.register_forward_hook(after)]
    yield calls
    for hook in hooks:
        hook.remove()


def measure(all_arms: dict[str, Arm], unet: Any, rounds: int) -> dict[str, Times]:
    """Run all of them in turn, each round beginning with the next."""
    times = {name: Times() for name in all_arms}
    names = list(all_arms)
    with timed_calls(unet) as calls:
        for index in range(rounds):
            turn = index % len(names)
            for name in names[turn:] + names[:turn]:
                times[name].take(lambda arm=all_arms[name], seed=index: arm(seed), calls)
    return times


def table(times: dict[str, Times], steps: int) -> Iterator[str]:
    """Yield the rows."""
    hand = times["by hand"]
    call = statistics.median(second for found in times.values() for second in found.calls)
    around_hand = statistics.median(hand.around) / steps
    yield "| loop | around the network, µs a step | ratio by parts | limit | kept | cpu | wall |"
    yield "|---|---|---|---|---|---|---|"
    for name, found in times.items():
        around = statistics.median(found.around) / steps
        ratio = (call + around) / (call + around_hand)
        limit = LIMITS.get(name.partition(",")[0])
        verdict = "" if limit is None else "yes" if ratio <= limit else "NO"
        yield (
            f"| {name} | {around * 1e6:.0f} | {ratio:.3f} | {limit or ''} | {verdict} "
            f"| {quartiles(found.cpu, hand.cpu)} | {quartiles(found.wall, hand.wall)} |"
        )
    yield f"\nA call of the network: {call * 1e3:.1f} ms. cpu, wall: of whole rounds, quartiles."


def main(argv: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="critters")
    parser.add_argument("--size", type=int, default=128, help="pixels, a multiple of 8")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args(argv)
    all_arms = arms(options.model, options.size, options.steps)
    hand = all_arms["by hand"]
    assert isinstance(hand, ByHand)
    calls = check(all_arms, hand.unet)
    print(
        f"{options.model}, {options.size} px, {calls} calls of the network, "
        f"{options.rounds} rounds, {torch.get_num_threads()} threads\n"
    )
    for line in table(measure(all_arms, hand.unet, options.rounds), calls):
        print(line)


if __name__ == "__main__":
    main()
