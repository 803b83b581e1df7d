"""The way inside: which uses were entered one after the other, and the scope of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.scope.scope import Scope
from nodegraph.errors import GraphError
from nodegraph.graph import SUBGRAPH

if TYPE_CHECKING:
    from gui.document.document import Document
    from nodegraph.graph import Graph


@dataclass(frozen=True, slots=True)
class Step:
    """A subgraph that was entered.

    Attributes:
        use: The node it was entered through; empty where none was, as from a list.
        name: The definition.
    """

    use: str
    name: str


Way = tuple[Step, ...]


def entered(root: Graph, way: Way, use: str) -> Way:
    """Return the way through one more use.

    Raises:
        GraphError: The node is no use of a subgraph that is here.
    """
    here = root.subgraphs[way[-1].name] if way else root
    name = here[use].type.removeprefix(SUBGRAPH)
    if not here[use].type.startswith(SUBGRAPH) or name not in root.subgraphs:
        raise GraphError(f"{use} is no subgraph that could be entered; select one")
    return (*way, Step(use, name))


def prefix(way: Way) -> str:
    """Return what stands before a node's id in a run's paths: ``use/inner/``.

    Empty in the document, and where a definition was entered through no use.
    """
    if not all(step.use for step in way):
        return ""
    return "".join(f"{step.use}/" for step in way)


def shows(way: Way, path: str) -> str:
    """Return the id of the node here that a run's path names; empty where it is none of these."""
    before = prefix(way)
    if not path.startswith(before) or (way and not before):
        return ""
    rest = path.removeprefix(before)
    return "" if "/" in rest else rest


def valid(root: Graph, way: Way) -> Way:
    """Return the way as far as it is still there: uses are removed and definitions renamed."""
    found: Way = ()
    here = root
    for step in way:
        name = step.name
        if step.use:
            if step.use not in here:
                break
            name = here[step.use].type.removeprefix(SUBGRAPH)
        if name not in root.subgraphs:
            break
        found = (*found, Step(step.use, name))
        here = root.subgraphs[name]
    return found


def titles(document: Document, way: Way, name: str) -> list[str]:
    """Return what the levels are called, the document's name first."""
    definitions = document.graph.subgraphs
    return [name, *(_title(definitions[step.name], step.name) for step in way)]


def shown(document: Document, way: Way) -> Document | Scope:
    """Return what a canvas shows at the end of the way."""
    return Scope(document, way[-1].name) if way else document


def _title(definition: Graph, name: str) -> str:
    return str(definition.extra.get("title") or name.replace("_", " "))
