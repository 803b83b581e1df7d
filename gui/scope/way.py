"""The way inside: the uses that were entered one after the other, outermost first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.graph import SUBGRAPH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodegraph.graph import Graph


def definitions(root: Graph, uses: Sequence[str]) -> list[str]:
    """Return the definition of each use, as far as they are still there."""
    found: list[str] = []
    here = root
    for use in uses:
        name = here[use].type.removeprefix(SUBGRAPH) if use in here else ""
        if name not in root.subgraphs or not here[use].type.startswith(SUBGRAPH):
            break
        found.append(name)
        here = root.subgraphs[name]
    return found


def titles(root: Graph, uses: Sequence[str], name: str) -> list[str]:
    """Return what the levels are called, the document's name first."""
    return [name, *(_title(root.subgraphs[one], one) for one in definitions(root, uses))]


def prefix(uses: Sequence[str]) -> str:
    """Return what stands before a node's id in a run's paths: ``use/inner/``."""
    return "".join(f"{use}/" for use in uses)


def here(uses: Sequence[str], path: str) -> str:
    """Return the id of the node here that a run's path is, or is inside of; empty for neither."""
    before = prefix(uses)
    return path.removeprefix(before).partition("/")[0] if path.startswith(before) else ""


def _title(definition: Graph, name: str) -> str:
    return str(definition.extra.get("title") or name.replace("_", " "))
