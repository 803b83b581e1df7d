"""A layered drawing of a graph without loops: links run to the right, and cross seldom.

After Sugiyama, Tagawa & Toda 1981: layers by what needs what, an order in each by the barycentre
of the neighbours, then places as near to the neighbours as the order allows. The same graph is
always drawn the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import networkx as nx

Point: TypeAlias = tuple[float, float]
Size: TypeAlias = tuple[float, float]
Layers: TypeAlias = list[list[str]]
Tops: TypeAlias = dict[str, float]

ACROSS, DOWN = 80.0, 40.0
"""Gaps between the columns, and between those above each other, in px."""

ORDERINGS, SETTLINGS = 8, 6

networkx: Any = nx


def layered(
    sizes: Mapping[str, Size], links: Iterable[tuple[str, str]], first: str = "", last: str = ""
) -> dict[str, Point]:
    """Return the top left corner of everything that has a size; the whole begins at (0, 0).

    Args:
        sizes: Widths and heights in px.
        links: From source to target, which close no loop.
        first: Stands to the left of all others, if it is there.
        last: Stands to the right of all others.
    """
    dag = networkx.DiGraph()
    dag.add_nodes_from(sorted(sizes))
    dag.add_edges_from(sorted(set(links)))
    _enclose(dag, first, last)
    layers = _layers(dag)
    tops = _settled(dag, _ordered(dag, layers, sizes), sizes)
    highest = min(tops.values(), default=0.0)
    lefts = _lefts(layers, sizes)
    return {name: (lefts[name], tops[name] - highest) for name in sorted(tops)}


def _enclose(dag: Any, first: str, last: str) -> None:
    """Let everything come after ``first`` and before ``last``."""
    others = [name for name in dag if name not in (first, last)]
    if first in dag:
        dag.add_edges_from([(first, name) for name in others if not dag.pred[name]])
    if last in dag:
        dag.add_edges_from([(name, last) for name in others if not dag.succ[name]])


def _layers(dag: Any) -> Layers:
    """Return a layer for each step away from the sources; what feeds more than it takes comes
    right before the first that needs it.
    """
    order = list(networkx.lexicographical_topological_sort(dag))
    layer: dict[str, int] = {}
    for name in order:
        layer[name] = max((layer[before] + 1 for before in dag.pred[name]), default=0)
    for name in reversed(order):
        if dag.succ[name] and len(dag.succ[name]) > len(dag.pred[name]):
            layer[name] = min(layer[after] for after in dag.succ[name]) - 1
    layers: Layers = [[] for _ in range(max(layer.values(), default=-1) + 1)]
    for name in order:
        layers[layer[name]].append(name)
    return [found for found in layers if found]


def _ordered(dag: Any, layers: Layers, sizes: Mapping[str, Size]) -> Layers:
    """Return the layers in the order, of those tried, whose links go up and down the least."""
    best, least = layers, float("inf")
    tops = _stacked(layers, sizes)
    for turn in range(ORDERINGS):
        forth = turn % 2 == 0
        for names in layers if forth else layers[::-1]:
            near = dag.pred if forth else dag.succ
            wished = _wished(names, near, tops)
            names.sort(key=lambda name: (wished[name], tops[name]))
            tops.update(_stacked([names], sizes))
        length = sum(abs(tops[one] - tops[other]) for one, other in dag.edges)
        if length < least:
            best, least = [list(names) for names in layers], length
    return best


def _stacked(layers: Layers, sizes: Mapping[str, Size]) -> Tops:
    """Return tops for each layer from its middle up and down."""
    tops: Tops = {}
    for names in layers:
        top = -sum(sizes[name][1] + DOWN for name in names) / 2
        for name in names:
            tops[name] = top
            top += sizes[name][1] + DOWN
    return tops


def _settled(dag: Any, layers: Layers, sizes: Mapping[str, Size]) -> Tops:
    """Move everything as near to its neighbours as the order and the gaps allow."""
    tops = _stacked(layers, sizes)
    for turn in range(SETTLINGS):
        forth = turn % 2 == 0
        for names in layers if forth else layers[::-1]:
            wished = _wished(names, dag.pred if forth else dag.succ, tops)
            heights = [sizes[name][1] + DOWN for name in names]
            spread = spaced([wished[name] for name in names], heights)
            tops.update(zip(names, spread, strict=True))
    return tops


def _wished(names: list[str], near: Any, tops: Tops) -> Tops:
    """Return the mean of the neighbours' tops, and where one is that has none."""
    return {
        name: sum(tops[other] for other in near[name]) / len(near[name])
        if near[name]
        else tops[name]
        for name in names
    }


def spaced(wished: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Return the places nearest to those wished for that keep order and distance.

    Least squares under ``place[i + 1] >= place[i] + heights[i]``, by pooling adjacent violators.
    """
    offsets: list[float] = []
    groups: list[tuple[float, int]] = []  # the sum of what the members wish for, and their number
    offset = 0.0
    for wish, height in zip(wished, heights, strict=True):
        offsets.append(offset)
        total, count = wish - offset, 1
        while groups and groups[-1][0] / groups[-1][1] > total / count:
            before, members = groups.pop()
            total, count = total + before, count + members
        groups.append((total, count))
        offset += height
    bases = [total / count for total, count in groups for _ in range(count)]
    return [base + offset for base, offset in zip(bases, offsets, strict=True)]


def _lefts(layers: Layers, sizes: Mapping[str, Size]) -> dict[str, float]:
    lefts: dict[str, float] = {}
    left = 0.0
    for names in layers:
        lefts.update(dict.fromkeys(names, left))
        left += max(sizes[name][0] for name in names) + ACROSS
    return lefts
