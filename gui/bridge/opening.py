"""Workflows of older node types, which the engine turns into today's: it has the migrations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from gui.document import reading
from nodegraph import jsontext
from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gui.bridge.engine import Engine
    from nodegraph.graph import Graph
    from nodegraph.spec import NodeSpec


def read(
    engine: Engine,
    text: str | bytes,
    then: Callable[[Graph], object],
    failed: Callable[[NodegraphError], object],
) -> None:
    """Read a workflow's text: at once, or where it has older node types when the engine answers.

    Args:
        then: Called with the graph.
        failed: Called with why it cannot be read.
    """

    def finish(newest: str | bytes) -> None:
        try:
            graph = reading.loads(newest, engine.catalogue)
        except NodegraphError as error:
            failed(error)
        else:
            then(graph)

    try:
        data = jsontext.parse(text)
    except NodegraphError as error:
        failed(error)
        return
    if outdated(data, engine.catalogue):
        engine.ask("migrate", data, then=finish, failed=failed)
    else:
        finish(text)


def outdated(data: Any, catalogue: Mapping[str, NodeSpec]) -> tuple[str, ...]:
    """Return the node types that a workflow's data has in an older version than the catalogue."""
    found = {
        node["type"]
        for node in _nodes(data)
        if isinstance(node.get("type"), str)
        and node["type"] in catalogue
        and isinstance(node.get("version", 1), int)
        and node.get("version", 1) < catalogue[node["type"]].version
    }
    return tuple(sorted(found))


def _nodes(data: Any) -> Iterator[Mapping[str, Any]]:
    """Give what may be nodes, of a workflow and of its subgraphs, whatever the data is."""
    for scope in (data, *_values(data, "subgraphs")):
        yield from (node for node in _values(scope, "nodes") if isinstance(node, dict))


def _values(data: Any, name: str) -> list[Any]:
    inside: Any = cast("dict[str, Any]", data).get(name) if isinstance(data, dict) else None
    return [*cast("dict[str, Any]", inside).values()] if isinstance(inside, dict) else []
