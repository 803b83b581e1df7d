"""The catalogue of node types as data: what an engine serves and an editor keeps on disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from nodegraph import __version__
from nodegraph.registry import broken_packs
from nodegraph.sockets import STYLES
from nodegraph.spec import NodeSpec


def to_json(specs: Iterable[NodeSpec]) -> dict[str, Any]:
    """Return node types, the looks of socket types, and packs that failed, as JSON data."""
    return {
        "nodegraph": __version__,
        "nodes": {spec.id: {"category": spec.category} | asdict(spec) for spec in specs},
        "sockets": {
            name: {"color": style.color, "shape": style.shape} for name, style in STYLES.items()
        },
        "broken_packs": dict(broken_packs),
    }


def from_json(data: Mapping[str, Any]) -> dict[str, NodeSpec]:
    """Return the node types that ``to_json`` wrote, by id.

    Raises:
        pydantic.ValidationError: It is no catalogue.
    """
    from pydantic import TypeAdapter

    adapter = TypeAdapter(dict[str, NodeSpec])
    fields = {
        type_id: {name: value for name, value in entry.items() if name != "category"}
        for type_id, entry in data["nodes"].items()
    }
    return adapter.validate_python(fields)
