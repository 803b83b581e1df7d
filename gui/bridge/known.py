"""The catalogue of node types, kept on the disk so that files open before any engine answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nodegraph import core_nodes, storage
from nodegraph.params import Param, Range
from nodegraph.registry import registry
from nodegraph.sockets import STYLES, SocketStyle
from nodegraph.spec import Input, NodeSpec, Output

if TYPE_CHECKING:
    from pathlib import Path

FILE = "catalogue.json"


@dataclass(frozen=True)
class Known:
    """Node types, those of the core among them.

    Attributes:
        styles: Of socket types, by name.
        broken: Packs of the engine's that failed, and why.
    """

    nodes: Mapping[str, NodeSpec] = field(default_factory=dict[str, NodeSpec])
    styles: Mapping[str, SocketStyle] = field(default_factory=dict[str, SocketStyle])
    broken: Mapping[str, str] = field(default_factory=dict[str, str])

    def adopt(self) -> None:
        """Have sockets painted in these styles from now on."""
        STYLES.update({name: one for name, one in self.styles.items() if name not in STYLES})


def core() -> dict[str, NodeSpec]:
    """Return the node types that every graph knows."""
    names = (core_nodes.INPUT, core_nodes.OUTPUT)
    return {name: registry[name].spec for name in names}


def known(data: Mapping[str, Any]) -> Known:
    """Return what an engine's answer says: ``nodegraph.catalogue.to_json``.

    It is built as it stands, a hundred times faster than checked: an editor shows itself first.

    Raises:
        KeyError, TypeError, AttributeError: It is no catalogue of this version.
    """
    nodes = {name: _spec(entry) for name, entry in data["nodes"].items()}
    styles = {name: SocketStyle(**style) for name, style in data["sockets"].items()}
    return Known(core() | nodes, styles, dict(data["broken_packs"]))


def recall(folder: Path) -> Known:
    """Return the catalogue kept in a folder; the core's alone where there is none."""
    try:
        return known(json.loads((folder / FILE).read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Known(core())


def keep(data: Mapping[str, Any], folder: Path) -> None:
    """Keep a catalogue for the next start.

    Raises:
        StorageError: It cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage.explain("write", folder / FILE, error) from error
    storage.write_atomic(folder / FILE, json.dumps(data, ensure_ascii=False).encode())


def _spec(entry: Mapping[str, Any]) -> NodeSpec:
    fields = dict(entry)
    fields.pop("category")
    fields["inputs"] = {name: Input(**one) for name, one in entry["inputs"].items()}
    fields["params"] = {name: _param(one) for name, one in entry["params"].items()}
    fields["outputs"] = {name: Output(**one) for name, one in entry["outputs"].items()}
    return NodeSpec(**fields)


def _param(entry: Mapping[str, Any]) -> Param:
    bounds = entry["range"]
    fields = dict(entry)
    fields["range"] = None if bounds is None else Range(**bounds)
    fields["choices"] = tuple(entry["choices"])
    return Param(**fields)
