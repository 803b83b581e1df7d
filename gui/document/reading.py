"""Workflows read with node types that are data alone, as the editor knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from nodegraph import workflow
from nodegraph.declare import NodeType
from nodegraph.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nodegraph.graph import Graph
    from nodegraph.spec import NodeSpec


class Known(Registry):
    """Node types that can be read and wired, but not run: running is the engine's.

    They have no migrations, so a file of an older version of a node type is refused.
    """

    def __init__(self, catalogue: Mapping[str, NodeSpec]) -> None:
        super().__init__({name: NodeType(spec, _elsewhere) for name, spec in catalogue.items()})


def load(path: Path, catalogue: Mapping[str, NodeSpec]) -> Graph:
    """Load a workflow file, or the workflow that made a picture.

    Raises:
        StorageError: The file cannot be read.
        WorkflowError: It is no workflow, or a wrong one; every problem has its path.
    """
    return workflow.load(path, Known(catalogue))


def loads(text: str | bytes, catalogue: Mapping[str, NodeSpec]) -> Graph:
    """Load a workflow from JSON text.

    Raises:
        WorkflowError: It is no workflow, or a wrong one; every problem has its path.
    """
    return workflow.loads(text, Known(catalogue))


def _elsewhere(*_: Any, **__: Any) -> NoReturn:
    raise NotImplementedError("nodes run in the engine; the editor knows only what they look like")
