"""What the library shows: node types by category, or the best fits of what is typed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gui.canvas.adding import title
from gui.canvas.fuzzy import score
from nodegraph.graph import SUBGRAPH
from nodegraph.subgraphs import interface

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gui.scope.reusable import Kept
    from nodegraph.graph import Graph
    from nodegraph.spec import NodeSpec

FAVORITES, RECENT = "Favorites", "Recently used"
HERE, SAVED = "Subgraphs of this workflow", "Saved subgraphs"
FOUND = "Found"
KEPT = "kept/"
"""Before the names of saved subgraphs, which no node has for a type."""
NAMES = {"vae": "VAE", "graph": "Inputs and outputs"}
"""Of categories that are not simply written large."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category and its types, in order."""

    title: str
    specs: tuple[NodeSpec, ...]


@dataclass(frozen=True, slots=True)
class Stock:
    """All that may be placed.

    Attributes:
        types: The node types by id.
        here: The subgraphs of the document.
        saved: The subgraphs kept for every document, by ids that begin with ``KEPT``.
    """

    types: Mapping[str, NodeSpec]
    here: Sequence[NodeSpec] = ()
    saved: Sequence[NodeSpec] = ()

    @property
    def all(self) -> dict[str, NodeSpec]:
        """Everything by id, a zone by its begin alone."""
        types = [spec for spec in self.types.values() if spec.role != "end"]
        return {spec.id: spec for spec in (*types, *self.here, *self.saved)}


def subgraphs(graph: Graph | None) -> list[NodeSpec]:
    """Return the subgraphs of a document as node types."""
    found = {} if graph is None else graph.subgraphs
    return [interface(SUBGRAPH + name, definition) for name, definition in found.items()]


def saved(library: Iterable[Kept]) -> list[NodeSpec]:
    """Return the subgraphs kept for every document as node types."""
    return [replace(one.spec, id=KEPT + one.name) for one in library]


def shelves(stock: Stock, favorites: Iterable[str], recent: Iterable[str]) -> list[Shelf]:
    """Return the categories that have something in them: one's own first, then by name."""
    known = stock.all
    own = [
        Shelf(FAVORITES, _sorted(known[id] for id in favorites if id in known)),
        Shelf(RECENT, tuple(known[id] for id in recent if id in known)),
        Shelf(HERE, _sorted(stock.here)),
        Shelf(SAVED, _sorted(stock.saved)),
    ]
    kinds: dict[str, list[NodeSpec]] = {}
    for spec in stock.types.values():
        if spec.role != "end":
            kinds.setdefault(spec.category, []).append(spec)
    rest = [Shelf(category_title(name), _sorted(specs)) for name, specs in kinds.items()]
    return [shelf for shelf in (*own, *sorted(rest, key=lambda one: one.title)) if shelf.specs]


def found(stock: Stock, query: str) -> list[Shelf]:
    """Return one shelf of what fits a query, the best first; none where nothing does."""
    fits = [(_fit(query, spec), spec) for spec in stock.all.values()]
    best = sorted((-fit, title(one), one.id, one) for fit, one in fits if fit is not None)
    return [Shelf(FOUND, tuple(spec for *_, spec in best))] if best else []


def category_title(name: str) -> str:
    """Return what a category is called: ``vae`` is VAE, ``my_pack`` My pack."""
    return NAMES.get(name) or name.replace("_", " ").capitalize()


def _fit(query: str, spec: NodeSpec) -> float | None:
    return score(query, f"{title(spec)} {spec.category} {spec.id}")


def _sorted(specs: Iterable[NodeSpec]) -> tuple[NodeSpec, ...]:
    return tuple(sorted(specs, key=lambda spec: title(spec).lower()))
