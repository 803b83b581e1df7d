"""``nodegraph export``: a workflow as a Python script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nodegraph import storage, workflow
from nodegraph.cli.packs import warn_of_broken_packs
from nodegraph.execution.context import Context, Options, enter, leave
from nodegraph.execution.run import resolve_seeds
from nodegraph.export import write_script
from nodegraph.overrides import override, parse_setting

if TYPE_CHECKING:
    from pathlib import Path

    from nodegraph.cli.output import Output


@dataclass(frozen=True)
class Request:
    """What was asked for; see ``nodegraph export --help``."""

    file: Path
    settings: tuple[str, ...]
    targets: tuple[str, ...] | None
    out: Path | None


def export(request: Request, output: Output) -> None:
    """Write the script to its file, or to stdout.

    Raises:
        NodegraphError: The workflow cannot be read, cannot run or cannot be written as a script.
    """
    graph = workflow.load(request.file)
    warn_of_broken_packs(output)
    settings = dict(parse_setting(graph, text) for text in request.settings)
    ready = resolve_seeds(override(graph, settings) if settings else graph)
    token = enter(Context(Options(base=request.file.resolve().parent)))
    try:
        text = write_script(ready, request.file.name, request.targets)
    finally:
        leave(token)
    if request.out is None:
        output.line(text.rstrip("\n"))
    else:
        storage.write_atomic(request.out, text.encode())
        output.line(str(request.out))
