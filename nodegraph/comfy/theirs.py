"""The way back: a node of ComfyUI's as an exporter writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nodegraph.graph import Graph, Node, Source


@dataclass(frozen=True)
class Feed:
    """An input that a link of ours feeds: the exporter finds whose output that is of theirs."""

    source: Source


@dataclass(frozen=True)
class Theirs:
    """One node of ComfyUI's for one of ours, or several.

    Attributes:
        inputs: By name: a constant, a ``Feed``, or a ``Theirs``, which is a node of its own whose
            first output feeds the input; the same object twice is one node.
        outputs: Which of its outputs each of ours is, by number.
        absorbed: The nodes of ours that it stands for beside the one it was asked about.
    """

    class_type: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, int] = field(default_factory=dict[str, int])
    absorbed: frozenset[str] = frozenset()


def feed(graph: Graph, node: Node, name: str) -> Feed | None:
    """Return what feeds an input or a parameter of ours, the first of several."""
    sources = graph.inputs(node.id).get(name)
    return Feed(sources[0]) if sources else None


def given(graph: Graph, node: Node, name: str) -> Any:
    """Return an input or a parameter of ours: a ``Feed``, a constant, or nothing."""
    linked = feed(graph, node, name)
    if linked is not None:
        return linked
    params = graph.spec_of(node).params
    return node.params.get(name, params[name].default if name in params else None)
