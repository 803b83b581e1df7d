"""Values by signature, least recently used first out, within a budget in bytes for each place.

The memory tier holds everything; the disk tier behind it, where there is one, keeps what is dear
to make and small to store across restarts.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodegraph.execution.disk import Disk
    from nodegraph.execution.signature import Signature
    from nodegraph.execution.step import Step, Values

RAM, GPU = "ram", "gpu"
SMALL = 64
"""Bytes a plain value is taken to have."""


Entry: TypeAlias = "tuple[Values, int, int]"
"""A node's values, and the bytes they take in RAM and on the GPU."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How many bytes of values to keep."""

    ram: int = 4 * 2**30
    gpu: int = 2 * 2**30


class Cache:
    """Values of finished nodes.

    Attributes:
        ram, gpu: Bytes held now.
    """

    def __init__(self, budget: Budget | None = None, disk: Disk | None = None) -> None:
        self.budget = budget or Budget()
        self.disk = disk
        self.ram = self.gpu = 0
        self._entries: OrderedDict[Signature, Entry] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, signature: Signature, step: Step) -> Values | None:
        """Return the values of a node, from memory or from disk; ``None`` when there are none."""
        entry = self._entries.get(signature)
        if entry is not None:
            self._entries.move_to_end(signature)
            if step.spec.effect and not files_exist(entry[0]):
                self._drop(signature)
                return None
            return entry[0]
        if self.disk is None or step.spec.effect:
            return None
        values = self.disk.get(signature)
        if values is not None:
            self._put(signature, values)
        return values

    def put(self, signature: Signature, values: Values, step: Step, seconds: float) -> int:
        """Keep the values of a node; returns their size in bytes."""
        size = self._put(signature, values)
        if self.disk is not None and not step.spec.effect:
            self.disk.put(signature, values, step.spec, seconds)
        return size

    def _put(self, signature: Signature, values: Values) -> int:
        ram, gpu = measure(values)
        if ram > self.budget.ram or gpu > self.budget.gpu:
            return ram + gpu
        if signature in self._entries:
            self._drop(signature)
        self._entries[signature] = (values, ram, gpu)
        self.ram += ram
        self.gpu += gpu
        while self.ram > self.budget.ram or self.gpu > self.budget.gpu:
            self._drop(self._oldest())
        return ram + gpu

    def _oldest(self) -> Signature:
        """Return the least recently used entry that frees what is short."""
        if self.ram > self.budget.ram:
            return next(key for key, (_, ram, _) in self._entries.items() if ram)
        return next(key for key, (_, _, gpu) in self._entries.items() if gpu)

    def _drop(self, signature: Signature) -> None:
        _, ram, gpu = self._entries.pop(signature)
        self.ram -= ram
        self.gpu -= gpu

    def move(self, places: Mapping[Path, Path]) -> None:
        """Know files of effects, which somebody has moved, by where they are now."""
        for signature, (values, ram, gpu) in self._entries.items():
            if not places.keys().isdisjoint(paths_in(values)):
                self._entries[signature] = (_moved(values, places), ram, gpu)

    def drop(self, device: str) -> int:
        """Forget what is kept on a device, ``cpu`` or any other; returns how many bytes."""
        before, place = self.ram + self.gpu, 1 if device == "cpu" else 2
        for signature in [key for key, entry in self._entries.items() if entry[place]]:
            self._drop(signature)
        return before - self.ram - self.gpu

    def clear(self) -> None:
        """Forget everything in memory."""
        self._entries.clear()
        self.ram = self.gpu = 0


def measure(value: Any) -> tuple[int, int]:
    """Return the bytes a value takes in RAM and on the GPU, as far as it tells.

    A tensor or array tells by ``nbytes`` and ``device``; a value with ``shared_memory`` set is
    held by someone else (a model) and counts as nothing.
    """
    ram = gpu = 0
    stack: list[Any] = [*value] if type(value) is tuple else [value]
    while stack:
        one = stack.pop()
        if type(one) in _PLAIN:
            ram += SMALL + (len(one) if isinstance(one, (str, bytes)) else 0)
        elif isinstance(getattr(one, "nbytes", None), int):
            place = getattr(getattr(one, "device", None), "type", "cpu")
            ram, gpu = (ram + one.nbytes, gpu) if place == "cpu" else (ram, gpu + one.nbytes)
        elif isinstance(one, (list, tuple)):
            ram += SMALL
            stack += one
        elif isinstance(one, dict):
            stack += one.values()
        elif is_dataclass(one) and not getattr(one, "shared_memory", False):
            ram += SMALL
            stack += [getattr(one, field.name) for field in fields(one)]
        else:
            ram += SMALL
    return ram, gpu


_PLAIN = frozenset({int, float, bool, str, bytes, type(None)})


def files_exist(values: Any) -> bool:
    """Tell whether all files an effect wrote are still there."""
    return all(path.exists() for path in paths_in(values))


def paths_in(values: Any) -> list[Path]:
    """Return the paths among the values of an effect, inside lists too, in order."""
    found: list[Path] = []
    stack: list[Any] = [values]
    while stack:
        one = stack.pop()
        if isinstance(one, Path):
            found.append(one)
        elif isinstance(one, (list, tuple)):
            stack += reversed(cast("list[Any]", one))
    return found


def _moved(value: Any, places: Mapping[Path, Path]) -> Any:
    """Return a value with other paths in it, inside lists too."""
    if isinstance(value, Path):
        return places.get(value, value)
    if type(value) in (tuple, list):
        return type(value)(_moved(one, places) for one in value)
    return value
