"""A pack without torch: nodes that behave, and nodes that do not."""

import os
import signal
import sys
import time
from pathlib import Path
from typing import NamedTuple

from nodegraph import FilePath, Seed, current, node
from nodegraph.engine.host import DefaultHost
from nodegraph.storage import write_new


class Host(DefaultHost):
    """A machine with two devices."""

    freed = 0

    def devices(self):
        return {"toy:0": {"name": "First", "bytes": 10}, "toy:1": {"name": "Second", "bytes": 20}}

    def memory(self, device):
        return {"free": 7 if self.freed else 3, "total": 10}

    def free_models(self):
        self.freed += 1

    def models(self, folders):
        return [{"name": "toy", "kind": "toy", "where": "embedded", "bytes": 1, "folder": ""}]

    def picture(self, value, side, *, decoded=False):
        if value == "ugly":
            raise ValueError("it cannot be drawn")
        return f"{value} at {side}".encode()


class Written(NamedTuple):
    files: list[Path]


@node("toy.number")
def number(*, value: int = 0) -> int:
    return value


@node("toy.word")
def word(*, value: str = "") -> str:
    return value


@node("toy.next")
def following(value: int) -> int:
    return value + 1


@node("toy.save", effect=True)
def save(value: int, *, name: str = "number") -> Written:
    out = current().options.out
    return Written([write_new(out / "deep", name, ".txt", str(value).encode())])


@node("toy.elsewhere", effect=True)
def elsewhere(*, folder: str = "") -> Written:
    return Written([write_new(Path(folder), "away", ".txt", b"away")])


@node("toy.read")
def read(*, path: FilePath = "") -> str:
    return current().options.resolve(path).read_text()


@node("toy.device", effect=True)
def device(*, asked: str = "") -> str:
    current().progress(1, 1, note=current().options.device, preview=b"picture")
    return current().options.device


@node("toy.meet", effect=True)
def meet(*, number: int = 0, seed: Seed = 0, crash: bool = False) -> Written:
    """Write with whom this run is in company; crash where that is asked for, or one of them is."""

    def answer(numbers):
        return [numbers] * len(numbers)

    met = current().together("meet", seed, answer)
    if crash and seed == number:
        os.kill(os.getpid(), signal.SIGSEGV)
    text = " ".join(map(str, sorted(met)))
    return Written([write_new(current().options.out, "met", ".txt", text.encode())])


@node("toy.rounds", effect=True)
def rounds(*, until: str = "never", seed: Seed = 0) -> None:
    """Ask again and again, together with others."""

    def answer(numbers):
        time.sleep(0.002)
        return numbers

    while not Path(until).exists():
        current().together("round", seed, answer)
        current().progress(0, 1)


@node("toy.say", effect=True)
def say() -> None:
    sys.stdout.write("a node says something\n")
    sys.stdout.flush()


@node("toy.raise", effect=True)
def fail(*, memory: bool = False) -> None:
    raise MemoryError if memory else ValueError("no good")


@node("toy.cuda", effect=True)
def cuda() -> None:
    raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB.")


@node("toy.lost", effect=True)
def lost() -> None:
    raise RuntimeError("CUDA error: an illegal memory access was encountered")


@node("toy.exit", effect=True)
def leave() -> None:
    sys.exit(3)


@node("toy.interrupt", effect=True)
def interrupt() -> None:
    raise KeyboardInterrupt


@node("toy.wait", effect=True)
def wait(*, until: str = "never") -> None:
    while not Path(until).exists():
        time.sleep(0.005)
        current().progress(0, 1)


def _renamed(params):
    params["size"] = params.pop("width")
    return params


@node("toy.grown", version=2, migrations={1: _renamed})
def grown(*, size: int = 1) -> int:
    return size
