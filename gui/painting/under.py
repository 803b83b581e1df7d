"""The picture that a mask is painted over: which one it is, and how it is read from a file."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtGui import QImage, QImageReader

from nodegraph.execution.context import Options
from nodegraph.storage import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nodegraph.graph import Graph
    from nodegraph.spec import NodeSpec

Output: TypeAlias = "tuple[str, str]"
"""A node and one of its outputs."""

IMAGE = "Image"
MEGABYTES = 1024
"""That a picture may take in memory; Qt's own limit is less than one of 8192 x 8192 needs."""


def picture_under(graph: Graph, node_id: str) -> Output | None:
    """Return the output whose picture a node's mask belongs to.

    That is what is linked to the node, or else the nearest picture that goes where the mask goes.
    """
    own = _linked(graph, node_id)
    if own is not None:
        return own
    after = list(_walk(graph, node_id, down=True))
    for one in after:
        for before in _walk(graph, one, down=False):
            output = first_output(graph.spec(before), IMAGE)
            if output and before != node_id and before not in after:
                return before, output
    return None


def file_of(graph: Graph, source: Output, base: Path) -> Path | None:
    """Return the file whose picture an output gives as it is, where it does."""
    node_id, _ = source
    spec = graph.spec(node_id)
    if spec.inputs or len(spec.file_params) != 1 or graph.inputs(node_id):
        return None
    (param,) = spec.file_params
    value = str(graph[node_id].params.get(param, ""))
    return Options(base=base).resolve(value) if value and spec.params[param].names_file else None


def first_output(spec: NodeSpec, kind: str) -> str:
    """Return the name of the first output of a socket type; empty where there is none."""
    return next((name for name, one in spec.outputs.items() if one.type == kind), "")


def read_picture(path: Path | str) -> QImage:
    """Read a picture, upright as its camera says.

    Raises:
        StorageError: It cannot be read.
    """
    QImageReader.setAllocationLimit(max(QImageReader.allocationLimit(), MEGABYTES))
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    image = reader.read()
    if image.isNull():
        raise StorageError(f"cannot read {path}: {reader.errorString()}; choose another picture")
    return image


def _linked(graph: Graph, node_id: str) -> Output | None:
    inputs = graph.spec(node_id).inputs
    for name, sources in graph.inputs(node_id).items():
        if sources and name in inputs and inputs[name].type == IMAGE:
            return sources[0]
    return None


def _walk(graph: Graph, node_id: str, *, down: bool) -> Iterator[str]:
    """Yield a node and those after it, or before it, the nearest first."""
    step = graph.dag.successors if down else graph.dag.predecessors
    seen, waiting = {node_id}, deque([node_id])
    while waiting:
        one = waiting.popleft()
        yield one
        for other in sorted(step(one)):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
