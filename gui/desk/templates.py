"""The workflows that come along, to begin with: each is opened as a copy without a file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gui.desk.opening import read, sentence
from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from gui.desk.desk import Desk
    from gui.document.document import Document
    from nodegraph.graph import Graph

FOLDER = Path(__file__).parents[2] / "workflows"
"""Beside the packages, in a checkout as in an installation."""

EXAMPLE = "text_to_image"
"""The one that a first start opens, and that stands first."""

PLAIN = "Examples"
"""The group of those that stand in no folder of their own."""


@dataclass(frozen=True)
class Template:
    """A workflow that comes along.

    Attributes:
        title: As ``extra.title`` in the file says, or else from its name.
        description: A sentence or two, from ``extra.description``.
        group: Shown together; called as the folder is.
    """

    path: Path
    title: str
    description: str
    group: str = PLAIN

    @property
    def thumbnail(self) -> Path:
        """Its picture, which need not be there."""
        return self.path.parent / "images" / f"{self.path.stem}.png"


def templates(folder: Path = FOLDER) -> list[Template]:
    """Return the workflows that come along; what cannot be read is left out."""
    plain = sorted(folder.glob("*.json"), key=lambda path: (path.stem != EXAMPLE, path.stem))
    named = [(path, path.parent.name.capitalize()) for path in sorted(folder.glob("*/*.json"))]
    found = (_described(*one) for one in [*((path, PLAIN) for path in plain), *named])
    return [one for one in found if one is not None]


def open_copy(desk: Desk, path: Path) -> Document | None:
    """Open a copy without a file; where it cannot be read, the desk says why."""
    try:
        graph = read(path, desk.catalogue).graph
    except NodegraphError as error:
        desk.failed.emit(path, sentence(path, error))
        return None
    for name in ("title", "description"):
        graph.extra.pop(name, None)
    anchor(graph, path.parent)
    return desk.new(graph)


def anchor(graph: Graph, folder: Path) -> None:
    """Say in full where the files lie that stand beside a workflow, since a copy stands nowhere."""
    for one in (graph, *graph.subgraphs.values()):
        for node in [*one]:
            for name in one.spec_of(node).file_params:
                value = str(node.params.get(name, ""))
                if value and not Path(value).is_absolute() and (folder / value).exists():
                    one.keep(one[node.id].with_param(name, str((folder / value).resolve())))


def _described(path: Path, group: str) -> Template | None:
    try:
        data: Any = json.loads(path.read_bytes())
        extra: Any = data.get("extra", {})
        title, description = extra.get("title"), extra.get("description")
    except (OSError, ValueError, RecursionError, AttributeError):
        return None
    plain = path.stem.replace("_", " ").capitalize()
    return Template(path, str(title or plain), str(description or ""), group)
