"""Single files of weights: which networks are in them, told by the names and shapes of tensors.

``nodes/configs`` has a file for each network that is known: its configuration, which no file of
weights brings along, and the tensors it is told by, ``marks``. There a shape stands for itself, a
null in it for any number, a null in place of it for any shape, and false for a tensor that is not
there. ``told`` names what differs within a family and is read off a tensor: the length of one of
its axes, or whether it is there; or, with ``count``, how many of a row of tensors there are, ``{}``
standing for their numbers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nodegraph.places import OLDER, kind_above
from nodes.lib import header
from nodes.lib.folders import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nodes.lib.header import Entry

SHIPPED = Path(__file__).parents[2] / "configs"
CONFIGS = SHIPPED
COUNT = "count"
TOLD = ("checkpoints", "diffusion_models", "text_encoders", "vae", "controlnet")
"""Kinds of files that are told by what is in them, wherever they are."""


@dataclass(frozen=True, eq=False)
class Piece:
    """One network in a file.

    Attributes:
        spec: Its file in ``nodes/configs``.
        prefix: What its tensors' names begin with.
        layout: How they are called: ``original``, ``diffusers``, ``openclip`` …
        config: Its configuration.
        bytes: Of its tensors.
    """

    spec: Mapping[str, Any]
    prefix: str
    layout: str
    config: Mapping[str, Any]
    bytes: int

    @property
    def title(self) -> str:
        """What people call it."""
        return self.spec["title"]


@cache
def specs(folder: Path) -> tuple[Mapping[str, Any], ...]:
    """Return the networks that are known."""
    return tuple(json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json")))


def inspect(path: Path) -> Mapping[str, Piece]:
    """Return the networks in a file by their names: ``unet``, ``vae``, ``clip_l``, ``t5`` …

    Raises:
        ModelError: It is no safetensors file.
    """
    stat = path.stat() if path.is_file() else None
    size, modified = (stat.st_size, stat.st_mtime_ns) if stat else (0, 0)
    return _inspect(path, size, modified, CONFIGS)


@lru_cache(maxsize=256)
def _inspect(path: Path, _size: int, _modified: int, configs: Path) -> Mapping[str, Piece]:
    tensors = header.entries(path)
    found: dict[str, Piece] = {}
    for spec in specs(configs):
        for layout, prefix in _places(spec):
            if spec["part"] not in found and _marked(spec["marks"][layout], prefix, tensors):
                found[spec["part"]] = _piece(spec, layout, prefix, tensors)
    return found


def _places(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each layout with each prefix that its names may begin with."""
    prefixes = spec["prefixes"]
    for layout in spec["marks"]:
        own = prefixes[layout] if isinstance(prefixes, dict) else prefixes
        yield from ((layout, prefix) for prefix in own)


def _marked(marks: Mapping[str, Any], prefix: str, tensors: Mapping[str, Entry]) -> bool:
    return all(_fits(wanted, tensors.get(prefix + name)) for name, wanted in marks.items())


def _fits(wanted: Any, entry: Entry | None) -> bool:
    if wanted is False or entry is None:
        return wanted is False and entry is None
    if wanted is None:
        return True
    pairs = zip(wanted, entry.shape, strict=False)
    return len(wanted) == len(entry.shape) and all(one in (None, has) for one, has in pairs)


def _piece(
    spec: Mapping[str, Any], layout: str, prefix: str, tensors: Mapping[str, Entry]
) -> Piece:
    config = dict(spec["config"])
    for name, (tensor, axis) in spec["told"].get(layout, {}).items():
        config[name] = _told(prefix + tensor, axis, tensors)
    size = sum(entry.bytes for name, entry in tensors.items() if name.startswith(prefix))
    return Piece(spec, prefix, layout, config, size)


def _told(tensor: str, axis: int | str | None, tensors: Mapping[str, Entry]) -> Any:
    """Return what one tensor says: see above; nothing of an axis of one that is not there."""
    if axis == COUNT:
        return next(n for n in count() if tensor.format(n) not in tensors)
    entry = tensors.get(tensor)
    return entry is not None if axis is None else entry and entry.shape[int(axis)]


def kind_of(path: Path) -> str:
    """Return which kind of file it is, a key of ``nodegraph.places.KINDS``, or nothing.

    By what is in it, if it is of a kind that is told by that, else by the folder it is in.
    """
    above = kind_above(path)
    if path.suffix.lower() in OLDER.get(above, ()):
        return above
    try:
        found = {*inspect(path)}
    except ModelError:
        return ""
    if above and above not in TOLD:
        return above
    if found & {"unet", "transformer"}:
        return "checkpoints" if "vae" in found else "diffusion_models"
    if found:
        return next((name for name in ("vae", "controlnet") if name in found), "text_encoders")
    return above


def describe(path: Path) -> str:
    """Return what a file holds in a few words, or nothing where that is not known."""
    try:
        found = inspect(path)
    except ModelError:
        return ""
    networks = [piece for name, piece in found.items() if name in ("unet", "transformer")]
    if len(found) > 1 and networks:
        return networks[0].title
    return " and ".join(f"{piece.title}, {name} alone" for name, piece in found.items())
