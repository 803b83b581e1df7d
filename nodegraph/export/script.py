"""From a graph to a script."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nodegraph.errors import PlanError
from nodegraph.execution.blocks import Loop
from nodegraph.execution.flatten import flatten
from nodegraph.execution.plan import plan
from nodegraph.export.exporter import ExportError, load_exporter
from nodegraph.export.library import Library
from nodegraph.export.writer import Part, Writer
from nodegraph.registry import load_packs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodegraph.execution.blocks import Item
    from nodegraph.export.exporter import Exporter
    from nodegraph.graph import Graph


def write_script(
    graph: Graph,
    source: str,
    targets: Sequence[str] | None = None,
    exporter: Exporter | None = None,
) -> str:
    """Return a script that makes what a graph saves.

    Args:
        graph: With its seeds drawn.
        source: The file it comes from, for the script to say so.
        targets: The nodes it is for; whatever saves, by default.
        exporter: How nodes are written; as the installed packs say, by default.

    Raises:
        PlanError: The graph cannot run.
        ExportError: A node cannot be written; all that cannot are named.
    """
    exporter = exporter or load_exporter()
    ready = plan(graph, load_packs(), targets or _saving(graph, exporter))
    if ready.skipped:
        raise PlanError([problem for found in ready.skipped.values() for problem in found])
    library = Library.read(exporter.functions)
    writer = Writer(exporter, library.names, flatten(graph).nodes)
    for item in ready.top.items:
        writer.write(_part(item, writer))
    if writer.problems:
        raise ExportError(list(dict.fromkeys(writer.problems)))
    body = "\n".join(writer.lines)
    return f"{_heading(graph, source)}\n\n{library.behind(body)}\n\n{body}\n"


def _saving(graph: Graph, exporter: Exporter) -> list[str] | None:
    """Return the nodes with effects that a script has; nothing where there are none."""
    every = [step for step in flatten(graph).nodes.values() if step.spec.effect]
    return [step.path for step in every if step.spec.id not in exporter.left_out] or None


def _part(item: Item, writer: Writer) -> Part:
    if not isinstance(item, Loop):
        return Part(item, writer)
    body = tuple(_part(inner, writer) for inner in item.body.items)
    return Part(item.begin, writer, body, Part(item.end, writer))


def _heading(graph: Graph, source: str) -> str:
    """Return what the script says of itself; no text of a file ends its quotes."""
    title = str(graph.extra.get("title") or source)
    said = f"{title}, as {json.dumps(source)} says, in plain diffusers."
    safe = said.replace("\\", "/").replace('"""', "'''")
    return (
        f'"""{safe}\n\nWritten by nodegraph export; pip install diffusers transformers pillow.\n"""'
    )
