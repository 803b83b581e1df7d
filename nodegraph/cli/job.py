"""The runs of a series: one for every combination of the sweeps' values."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nodegraph.cli.output import clean
from nodegraph.execution.run import resolve_seeds
from nodegraph.graph import SUBGRAPH
from nodegraph.overrides import drawn, override

if TYPE_CHECKING:
    from nodegraph.graph import Graph


@dataclass(frozen=True)
class Job:
    """One run of the series that a sweep makes.

    Attributes:
        name: The file's.
        number: From 1.
        graph: What runs: all is set and every random seed drawn.
        values: What the sweep set, by ``node.param``.
        drawn: The seeds that were random and first hold for this run, by ``node.param``.
    """

    name: str
    number: int
    total: int
    graph: Graph
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    drawn: dict[str, Any] = field(default_factory=dict[str, Any])

    def with_values(self, number: int, values: dict[str, Any]) -> Job:
        """Return the run of that number; the first also tells what all have in common."""
        asked = override(self.graph, values) if values else self.graph
        ready = resolve_seeds(asked)
        found = drawn(asked, ready)
        before = self.drawn if number == 1 else {}
        return Job(self.name, number, self.total, ready, values | found, before | found)

    def __str__(self) -> str:
        if self.total == 1:
            return self.name
        shown = ", ".join(f"{place}={shorten(value)}" for place, value in self.values.items())
        return f"run {self.number} of {self.total} ({shown})"


def shorten(value: Any, length: int = 60) -> str:
    """Return a value as text on one line."""
    text = clean(" ".join(str(value).split()))
    return text if len(text) <= length else f"{text[: length - 1]}…"


def title(graph: Graph, path: str) -> str:
    """Return what a node is called: its own title, or its type's, a zone's begin as the zone.

    Args:
        path: The node's id; ``outer/inner`` in a subgraph.
    """
    *outer, last = path.split("/")
    for node_id in outer:
        graph = graph.subgraphs[graph[node_id].type.removeprefix(SUBGRAPH)]
    spec = graph.spec(last)
    own = spec.title.removesuffix(" begin") if spec.role == "begin" else spec.title
    return graph[last].title or own or last


def describe(values: dict[str, dict[str, Any]]) -> list[str]:
    """Return a line for each plain value among the targets' outputs: text, numbers, lists."""
    return [
        f"{target}.{name} = {shorten(json.dumps(value, ensure_ascii=False), 200)}"
        for target, outputs in values.items()
        for name, value in outputs.items()
        if _plain(value)
    ]


def _plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        entries: list[Any] = [*value]
        return bool(entries) and all(isinstance(one, (str, int, float)) for one in entries)
    return isinstance(value, (str, int, float))
