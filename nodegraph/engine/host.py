"""What only a pack knows: devices, memory, models, and what values look like.

A pack offers its host by the entry point group ``nodegraph.host``, as a function that returns one;
so the core computes nothing itself and needs no torch.
"""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Protocol, cast

from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

GROUP = "nodegraph.host"


class Host(Protocol):
    """The machine, as the pack that computes on it sees it."""

    def devices(self) -> dict[str, dict[str, Any]]:
        """Return what there is to compute on, the best first: by name ``name`` and ``bytes``."""
        ...

    def memory(self, device: str) -> dict[str, int]:
        """Return the ``free`` and ``total`` bytes of a GPU; nothing for a CPU."""
        ...

    def warm(self) -> None:
        """Import what most runs need and takes long, before anybody waits for it."""
        ...

    def free_models(self) -> None:
        """Let go of every network held, and of what the device keeps for later."""
        ...

    def models(self, folders: Sequence[Path]) -> list[dict[str, Any]]:
        """Return the models on this machine: ``name``, ``kind``, ``where``, ``bytes``, ``folder``.

        ``holds`` is ``checkpoints`` for whole models, else which part of one it is: ``vae``,
        ``text_encoders``, ``loras`` and the like.

        Args:
            folders: Where to look, apart from the pack's own places. ``where`` is ``folder`` or
                ``file`` for what is found there, else ``embedded`` or ``hub``.
        """
        ...

    def describe(self, value: Any) -> dict[str, Any]:
        """Return what a value is, as JSON data: its type, shape, statistics, its text."""
        ...

    def item(self, value: Any, index: int) -> Any:
        """Return one item of a list, or of a batch, as a value of its own.

        Raises:
            NodegraphError: There is none.
        """
        ...

    def picture(self, value: Any, side: int, *, decoded: bool = False) -> bytes:
        """Return a value as a WebP whose longer side is ``side``; nothing if it has no looks.

        Args:
            decoded: Show a latent as the picture it stands for, which takes longer.
        """
        ...

    def data(self, value: Any, window: Sequence[int] = ()) -> bytes:
        """Return a value's numbers as float32 in NumPy's format; nothing where it has none.

        Args:
            window: Only those of an area of a picture: left, top, width, height.

        Raises:
            NodegraphError: There are too many at once, or there is no such area.
        """
        ...


@dataclass(frozen=True)
class DefaultHost:
    """A machine without a pack that computes: a CPU, no models, plain values."""

    def devices(self) -> dict[str, dict[str, Any]]:
        """Return the CPU."""
        return {"cpu": cpu()}

    def memory(self, device: str) -> dict[str, int]:
        """Return nothing: there is no GPU."""
        return {}

    def warm(self) -> None:
        """Do nothing: there is nothing large to import."""

    def free_models(self) -> None:
        """Do nothing: there are none."""

    def models(self, folders: Sequence[Path]) -> list[dict[str, Any]]:
        """Return nothing."""
        return []

    def describe(self, value: Any) -> dict[str, Any]:
        """Return the type and the text of a value."""
        return {"type": type(value).__name__, "text": shortened(repr(value))}

    def item(self, value: Any, index: int) -> Any:
        """Return one item of a list."""
        return item(value, index)

    def picture(self, value: Any, side: int, *, decoded: bool = False) -> bytes:
        """Return nothing: no value has looks here."""
        return b""

    def data(self, value: Any, window: Sequence[int] = ()) -> bytes:
        """Return nothing: no value is made of numbers here."""
        return b""


class NoItemError(NodegraphError):
    """A list or a batch has no item of that number."""


def item(value: Any, index: int) -> Any:
    """Return one item of a list.

    Raises:
        NoItemError: It is no list, or has no such item.
    """
    if not isinstance(value, (list, tuple)):
        raise NoItemError(f"a {type(value).__name__} has no items; ask for the whole")
    items = cast("Sequence[Any]", value)
    if not 0 <= index < len(items):
        raise NoItemError(f"there is no item {index}; there are {len(items)}, counted from 0")
    return items[index]


TEXT = 10_000


def shortened(text: str) -> str:
    """Return a text that an inspector can take in."""
    return text if len(text) <= TEXT else f"{text[: TEXT - 1]}…"


def cpu() -> dict[str, Any]:
    """Return what this machine's CPU is called, and how many cores it has."""
    return {"name": platform.processor() or platform.machine(), "cores": os.cpu_count()}


def choose(host: Host, names: Sequence[str] | None) -> dict[str, dict[str, Any]]:
    """Return the devices that jobs may run on, a worker's own first.

    Args:
        names: Those to take; ``None`` for every GPU, or the CPU where there is none.
    """
    found = host.devices()
    if names is not None:
        return {name: found.get(name, {}) for name in names}
    return {name: about for name, about in found.items() if name != "cpu"} or found


def load_host() -> Host:
    """Return the first host that an installed pack offers."""
    for entry in entry_points(group=GROUP):
        return entry.load()()
    return DefaultHost()
