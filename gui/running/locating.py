"""Models of a workflow that came from ComfyUI, looked for by the engine where they are missing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from nodegraph import workflow
from nodegraph.comfy.importing import is_imported
from nodegraph.comfy.locating import putting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gui.bridge.engine import Engine
    from gui.document.document import Document
    from nodegraph.comfy.bringing.report import Located
    from nodegraph.engine.client import Client
    from nodegraph.errors import NodegraphError
    from nodegraph.graph import Graph


class Locator(QObject):
    """Asks once, when a document is opened; reading files for it may take the engine minutes.

    Attributes:
        told: What was found, a sentence each, and the nodes name it now; or why nothing could be.
    """

    told = Signal(str)

    def __init__(self, engine: Engine, document: Document) -> None:
        super().__init__(document)
        self._document = document
        if is_imported(document.graph):
            copy = document.graph.copy()
            asked = engine.ask(locate, copy, then=self.take, failed=self._fail)
            document.destroyed.connect(lambda: asked.cancel())

    def take(self, found: Sequence[Located]) -> None:
        """Have the document name what was found, as one step."""
        edit = putting(self._document.graph, found)
        if edit.edits:
            self._document.apply(edit)
            self.told.emit(" ".join(f"{one.sentence()}." for one in found))

    def _fail(self, error: NodegraphError) -> None:
        """Say why; that nobody answers is said for everything at once."""
        from nodegraph.engine.client.errors import UnreachableError

        if not isinstance(error, UnreachableError):
            self.told.emit(f"models that are missing could not be looked for: {error}")


async def locate(client: Client, graph: Graph) -> list[Located]:
    """Ask for the models that a graph names otherwise; on the client's thread."""
    return await client.locate(await asyncio.to_thread(workflow.dumps, graph))
