"""What a search finds: titles, ids, types, parameters, notes, frames and problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from gui.canvas.beside import node_spot
from gui.canvas.hits import Hit
from gui.canvas.values import label, shown
from gui.document.placing import place
from nodegraph.graph import SUBGRAPH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nodegraph.graph import Graph, Node

MOST = 500
"""Matches listed; whoever has more types another letter."""


class Trouble(Protocol):
    """What is wrong with a node, by its path: ``use/inner`` inside of subgraphs."""

    @property
    def node(self) -> str:
        """Return the path."""
        ...

    @property
    def message(self) -> str:
        """Return what is wrong."""
        ...


@dataclass(frozen=True, slots=True)
class Match:
    """One thing that was found.

    Attributes:
        uses: The nodes to enter to come to it, outermost first.
        scope: What the subgraph it is in is called; empty for the document itself.
        spot: What it is.
        title: The node's title, or what else it is on.
        text: What of it the search fits.
        rank: The lower, the better it fits.
    """

    uses: tuple[str, ...]
    scope: str
    spot: Hit
    title: str
    text: str
    rank: int


def matches(
    root: Graph, query: str, here: Sequence[str] = (), problems: Iterable[Trouble] = ()
) -> list[Match]:
    """Return what holds every word of a query, what is in view first, then the best.

    Args:
        root: The document's graph.
        query: What was typed; of nothing, nothing is found.
        here: The uses that were entered to come to what is shown.
        problems: What is wrong with nodes.
    """
    words = query.casefold().split()
    if not words:
        return []
    troubles: dict[str, list[str]] = {}
    for one in problems:
        troubles.setdefault(one.node, []).append(one.message)
    found: list[Match] = []
    for uses, scope, graph in _levels(root, tuple(here)):
        found += sorted(_in_graph(graph, words, uses, scope, troubles), key=_order)
        if len(found) >= MOST:
            break
    return found[:MOST]


def _order(match: Match) -> tuple[int, str, str]:
    return match.rank, match.title, match.text


def _levels(root: Graph, here: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str, Graph]]:
    """Yield each graph once, by one way to it: what is shown, the document, then the others."""
    ways: dict[str, tuple[str, ...]] = {"": ()}
    waiting = [""]
    while waiting:
        name = waiting.pop(0)
        for node in root.subgraphs[name] if name else root:
            inner = node.type.removeprefix(SUBGRAPH)
            if node.type.startswith(SUBGRAPH) and inner in root.subgraphs and inner not in ways:
                ways[inner] = (*ways[name], node.id)
                waiting.append(inner)
    shown = next((name for name, uses in ways.items() if uses == here), _shown(root, here))
    ways[shown] = here
    for name in sorted(ways, key=lambda one: (one != shown, one != "")):
        graph = root.subgraphs[name] if name else root
        yield ways[name], _called(graph, name) if name else "", graph


def _shown(root: Graph, uses: tuple[str, ...]) -> str:
    """Return the definition that one came to, by whichever way."""
    graph, name = root, ""
    for use in uses:
        name = graph[use].type.removeprefix(SUBGRAPH)
        graph = root.subgraphs[name]
    return name


def _called(graph: Graph, name: str) -> str:
    return str(graph.extra.get("title") or name.replace("_", " "))


def _in_graph(
    graph: Graph,
    words: list[str],
    uses: tuple[str, ...],
    scope: str,
    troubles: dict[str, list[str]],
) -> Iterator[Match]:
    before = "".join(f"{use}/" for use in uses)
    for node in graph:
        title = node.title or graph.spec_of(node).title or node.type
        for rank, spot, text in _pieces(graph, node, troubles.get(before + node.id, [])):
            folded = (text if rank == 4 else f"{text} {title}").casefold()
            if all(word in folded for word in words):
                best = rank - 1 if rank == 1 and title.casefold().startswith(words[0]) else rank
                yield Match(uses, scope, spot, title, text, best)
                if rank <= 2:
                    break
    for kind, title in (("notes", "Note"), ("frames", "Frame")):
        for key in graph.view.get(kind, {}):
            text = place(graph, key, kind).text  # type: ignore[arg-type]
            if all(word in text.casefold() for word in words):
                spot = Hit("note" if kind == "notes" else "frame", key)
                yield Match(uses, scope, spot, title, _line(text, words[0]), 5)


def _pieces(graph: Graph, node: Node, troubles: list[str]) -> Iterator[tuple[int, Hit, str]]:
    """Yield the texts of a node by how much they say of it, with what they are about."""
    header = node_spot(node.id)
    yield 1, header, f"{node.id} · {node.type}"
    for trouble in troubles:
        yield 4, header, trouble
    params = graph.spec_of(node).params
    for name, value in node.params.items():
        spot = Hit("field", node.id, name, param=True) if name in params else header
        yield 3, spot, f"{label(name)}: {shown(value)}"


def _line(text: str, word: str) -> str:
    """Return the line of a text that holds a word."""
    lines = text.splitlines()
    return next((line for line in lines if word in line.casefold()), lines[0] if lines else "")
