"""Compiling in the background: nobody ever waits for it, and what it makes is tried before use."""

from __future__ import annotations

import math
import os
import shutil
import threading
from collections import Counter
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import torch
from torch.utils import _pytree as trees

from nodegraph import current
from nodes.lib.device import on
from nodes.lib.speed import graphs

if TYPE_CHECKING:
    from nodes.lib.folders import Part

AFTER = {"vae": 5}
USUALLY = 100
"""Calls of one shape after which it is compiled: five pictures, since one would not pay for it."""

SHAPES = 8
"""That are compiled of one network; torch gives up after as many."""

RECORDED = ("unet",)
"""Networks whose kernels are recorded: many short ones, in calls that are made at every step."""

OFF = 0.05
"""How far compiled code may be off, as a share of the largest number: what 16 bits may do."""

_busy = threading.Lock()
"""Held by who compiles, and by who calls what is compiled: torch's switches are the process's."""

_working: list[threading.Thread] = []

_all: WeakSet[Compiled] = WeakSet()


class Compiled:
    """A network that becomes compiled code, shape by shape, once that is there.

    Attributes:
        after: How often a shape is called before it is compiled.
        ready: The shapes that are compiled.
        recorded: Of these, those that one launch is enough for.
        records: Whether kernels are recorded at all.
        problem: Why no more is compiled; empty while all is well.
    """

    def __init__(self, network: Any, part: Part) -> None:
        self.network, self.name = network, part.name
        self.after = AFTER.get(part.name, USUALLY)
        self.code = torch.compile(network._call_impl, dynamic=False)
        self.ready: set[Any] = set()
        self.recorded: dict[Any, graphs.Recorded] = {}
        self.device = part.device
        self.records = part.device.startswith("cuda") and part.name in RECORDED
        self.problem = missing(part.device)
        self._calls: Counter[Any] = Counter()
        self._begun: set[Any] = set()
        _all.add(self)

    def __call__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call the compiled code where there is some, and the network itself until then."""
        found = key(args, kwargs)
        if found in self.ready and _busy.acquire(blocking=False):
            try:
                with torch.compiler.set_stance("eager_on_recompile"):
                    return self._launch(found, args, kwargs)
            finally:
                _busy.release()
        self._count(found, args, kwargs)
        return self.network._call_impl(*args, **kwargs)

    def _launch(self, found: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call compiled code; on a GPU all its kernels in one launch, if they can be recorded."""
        if self.records and found not in self.recorded:
            try:
                self.recorded[found] = graphs.Recorded(self.code, args, kwargs)
            except RuntimeError as error:
                self.records = False
                current().note(f"the {self.name}'s kernels are launched one by one: {_why(error)}")
        if found in self.recorded:
            return self.recorded[found](args, kwargs)
        return self.code(*args, **kwargs)

    def _count(self, found: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Begin to compile a shape when it has been seen often enough."""
        self._calls[found] += 1
        if self._calls[found] < self.after:
            return
        if self.problem:
            current().note(f"the {self.name} is not compiled: {self.problem}")
        elif found not in self._begun and len(self._begun) < SHAPES:
            self._begun.add(found)
            args, kwargs = trees.tree_map_only(torch.Tensor, torch.clone, (args, kwargs))
            begin(lambda: self._compile(found, args, kwargs))

    def _compile(self, found: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Compile for one shape, and see that the code answers as the network does."""
        try:
            with _busy, on(self.device), torch.inference_mode():
                made = self.code(*args, **kwargs)
                off = difference(made, self.network._call_impl(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - whatever a compiler raises, a run goes on
            self.problem = _why(error)
            return
        if off <= OFF:
            self.ready.add(found)
        else:
            self.problem = f"compiled code was off by {off:.0%}"


def _why(error: Exception) -> str:
    reason = " ".join(str(error).split())[:200]
    return f"torch says {type(error).__name__}: {reason}"


def let_go(device: str) -> int:
    """Forget what was recorded on a device, whose memory nothing else can use; tells how much."""
    found = [one for one in _all if one.device == device and one.recorded]
    for one in found:
        one.recorded.clear()
        one.records = False
    return len(found)


def key(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return what code is compiled for: shapes, and all that is no tensor."""
    leaves, spec = trees.tree_flatten((args, kwargs))
    told = tuple(
        (one.shape, one.stride(), one.dtype) if isinstance(one, torch.Tensor) else repr(one)
        for one in leaves
    )
    return told, str(spec)


def difference(made: Any, expected: Any) -> float:
    """Return how far answers are apart at most, as a share of the largest number of one."""
    pairs = zip(trees.tree_leaves(made), trees.tree_leaves(expected), strict=True)
    shares = [(a - b).abs().max() / b.abs().max().clamp(min=1e-6) for a, b in pairs]
    worst = float(torch.stack(shares).max())
    return worst if math.isfinite(worst) else 1.0


def begin(work: Any) -> None:
    """Do something in the background; the process does not end in the middle of it."""
    _prepare()
    _working[:] = [one for one in _working if one.is_alive()]
    thread = threading.Thread(target=work, name="compiling")
    _working.append(thread)
    thread.start()


def wait() -> None:
    """Wait until all is compiled; for measuring."""
    for thread in _working:
        thread.join()


@cache
def _prepare() -> None:
    """Let compiled code be kept across starts."""
    from platformdirs import user_cache_path

    folder = str(user_cache_path("nodegraph") / "compiled")
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", folder)


@cache
def missing(device: str) -> str:
    """Return what compiling lacks here; empty where it lacks nothing."""
    if device.startswith("cuda") and find_spec("triton") is None:
        return "triton is not installed; it comes with torch on Linux, elsewhere install it"
    if not any(map(shutil.which, (os.environ.get("CXX") or "c++", "g++", "clang++", "cl"))):
        return "there is no C++ compiler; install g++ or clang"
    return ""
