"""``nodegraph import``: a workflow of ComfyUI's as one of ours, and what became of its nodes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nodegraph import storage, workflow
from nodegraph.cli.packs import warn_of_broken_packs
from nodegraph.comfy.importing import is_imported, missing, report
from nodegraph.comfy.locating import locate
from nodegraph.errors import Problem, WorkflowError
from nodegraph.execution.context import Options
from nodegraph.registry import load_packs

if TYPE_CHECKING:
    from pathlib import Path

    from nodegraph.cli.output import Output
    from nodegraph.comfy.bringing.report import Report
    from nodegraph.graph import Graph

WIDEST = 40
"""Columns that a class or a title may take in the table."""


@dataclass(frozen=True)
class Request:
    """What was asked for; see ``nodegraph import --help``."""

    file: Path
    out: Path | None
    report: bool
    json: bool


def import_file(request: Request, output: Output) -> None:
    """Write the workflow to its file, or to stdout; the report to stdout where it is asked for.

    Raises:
        NodegraphError: It cannot be read or written, or is none of ComfyUI's.
    """
    graph = workflow.load(request.file)
    warn_of_broken_packs(output)
    if not is_imported(graph):
        message = "this is a workflow of Nodegraph's already; there is nothing to import"
        raise WorkflowError([Problem("$", message)])
    found = examine(graph, request.file, output)
    if request.out is not None:
        storage.write_atomic(request.out, workflow.dumps(graph).encode())
    if request.json:
        output.json(found.to_json())
    elif request.report:
        for line in table(found):
            output.line(line)
    elif request.out is None:
        output.line(workflow.dumps(graph).rstrip("\n"))
    else:
        output.line(str(request.out))
    if not (request.json or request.report):
        tell(found, output)


def examine(graph: Graph, file: Path, output: Output) -> Report:
    """Return the report of a workflow that was imported, with the files that are missing here.

    Files that are here under another name are put into the graph.

    Raises:
        NodegraphError: Where models are, or their hashes, cannot be read or kept.
    """
    options, said = Options(base=file.resolve().parent), report(graph)
    absent = missing(graph, load_packs(), options)
    found = locate(graph, absent, said.models, options, Reading(output))
    if found:
        absent = missing(graph, load_packs(), options)
    return replace(said, missing=absent, located=found)


class Reading:
    """Says which file is read to know its hash, each once, and how much there is to read."""

    def __init__(self, output: Output) -> None:
        self.output = output
        self.path: Path | None = None

    def __call__(self, path: Path, done: int, total: int) -> None:
        """Take in how far it is."""
        if path != self.path:
            self.path = path
            share = f"{done / max(total, 1):.0%} of {total / 2**30:.1f} GiB"
            self.output.note(f"looking for models by their hashes, {share} read: {path.name}")


def tell(found: Report, output: Output) -> None:
    """Say in a few lines what could not be carried over."""
    output.note(f"note: {found.sentence()}")
    for line in found.notes:
        output.note(f"note: {line}")
    for class_type, why in dict.fromkeys(
        (row.class_type, why) for row in found.rows for why in row.why
    ):
        output.note(f"note: {class_type}: {why}")
    for line in _files(found):
        output.note(f"note: {line}")


def table(found: Report) -> list[str]:
    """Return the report as lines: a node each, then what is wrong and what is missing."""
    rows = [("id", "class", "title", "mark", "why")]
    rows += [
        (row.id, row.class_type[:WIDEST], row.title[:WIDEST], row.mark, "; ".join(row.why))
        for row in found.rows
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  ".join([*(row[n].ljust(widths[n]) for n in range(4)), row[4]]).rstrip() for row in rows
    ]
    return [*lines, "", found.sentence(), *found.notes, *_files(found)]


def _files(found: Report) -> list[str]:
    lines = [one.sentence() for one in found.located]
    for one in found.missing:
        absent = one.name and one.why.startswith("there is no")
        what = f"{one.name} is not here" if absent else one.why
        where = f"; the file says it comes from {one.source}" if one.source else ""
        folder = f", into the folder {one.folder}" if one.folder else ""
        lines.append(f"{one.node}: {what}{where}{folder}")
    return lines
