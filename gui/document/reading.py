"""Workflows read with node types that are data alone, as the editor knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from nodegraph.declare import NodeType
from nodegraph.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodegraph.spec import NodeSpec


def registry_of(catalogue: Mapping[str, NodeSpec]) -> Registry:
    """Return node types that can be read and wired, but not run: running is the engine's.

    They have no migrations, so a file of an older version of a node type is refused.
    """
    return Registry({name: NodeType(spec, _elsewhere) for name, spec in catalogue.items()})


def _elsewhere(*_: Any, **__: Any) -> NoReturn:
    raise NotImplementedError("nodes run in the engine; the editor knows only what they look like")
