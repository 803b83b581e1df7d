"""Which sockets a dragged link may end at, and why not the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import networkx as nx

from nodegraph.edits import Batch, Connect, Disconnect
from nodegraph.errors import GraphError
from nodegraph.graph import Link

if TYPE_CHECKING:
    from nodegraph.edits import Edit
    from nodegraph.graph import Graph


networkx: Any = nx


@dataclass(frozen=True, slots=True)
class End:
    """A socket at one end of a link."""

    id: str
    name: str
    output: bool


@dataclass
class Linkable:
    """Answers for one drag; each socket is asked about once.

    Attributes:
        fixed: The end that stays.
        moved: A link that the drag takes away from where it is.
    """

    graph: Graph
    fixed: End
    moved: Link | None = None
    _reasons: dict[End, str] = field(default_factory=dict[End, str])
    _barred: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        walk = networkx.ancestors if self.fixed.output else networkx.descendants
        self._barred = {self.fixed.id, *walk(self.graph.dag, self.fixed.id)}

    def may(self, end: End) -> bool:
        """Tell whether the link may end there."""
        return end.id not in self._barred and not self.why_not(end)

    def why_not(self, end: End) -> str:
        """Return in a sentence why the link may not end there; nothing where it may."""
        if end.output == self.fixed.output:
            kind = "outputs" if end.output else "inputs"
            return f"both are {kind}; a link leads from an output to an input"
        if end not in self._reasons:
            try:
                self.graph.check(self.edit(end))
                self._reasons[end] = ""
            except GraphError as error:
                self._reasons[end] = str(error)
        return self._reasons[end]

    def edit(self, end: End) -> Edit:
        """Return what links the two: what the socket had goes, what was dragged away goes too."""
        link = self.link(end)
        if link == self.moved:
            return Batch((), "Keep the link")
        gone = [] if self.moved is None else [self.moved]
        if not self.graph.spec(link.target).variadic(link.input):
            gone += [one for one in self._taken(link) if one != self.moved]
        edits = [*map(Disconnect, gone), Connect(link)]
        return edits[0] if len(edits) == 1 else Batch(tuple(edits), "Link")

    def link(self, end: End) -> Link:
        """Return the link between the two; at an input that takes many, behind the others."""
        start, stop = (self.fixed, end) if self.fixed.output else (end, self.fixed)
        index = 0
        if self.graph.spec(stop.id).variadic(stop.name):
            kept = [one for one in self._at(stop) if one != self.moved]
            index = max((one.index for one in kept), default=-1) + 1
        return Link(start.id, start.name, stop.id, stop.name, index)

    def _taken(self, link: Link) -> list[Link]:
        return self._at(End(link.target, link.input, output=False))

    def _at(self, end: End) -> list[Link]:
        into = self.graph.links_of(end.id)
        return [one for one in into if (one.target, one.input) == (end.id, end.name)]
