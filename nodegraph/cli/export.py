"""``nodegraph export``: a workflow as a Python script, or for ComfyUI."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from nodegraph import storage, workflow
from nodegraph.cli.packs import warn_of_broken_packs
from nodegraph.execution.context import Context, Options, enter, leave
from nodegraph.execution.run import resolve_seeds
from nodegraph.export import write_script
from nodegraph.overrides import override, parse_setting

if TYPE_CHECKING:
    from pathlib import Path

    from nodegraph.cli.output import Output
    from nodegraph.graph import Graph


@dataclass(frozen=True)
class Request:
    """What was asked for; see ``nodegraph export --help``."""

    file: Path
    settings: tuple[str, ...]
    targets: tuple[str, ...] | None
    out: Path | None
    form: Literal["python", "comfyui", "comfyui editor"] = "python"


def export(request: Request, output: Output) -> None:
    """Write the script, or what ComfyUI reads, to its file or to stdout.

    Raises:
        NodegraphError: The workflow cannot be read, cannot run or cannot be written so.
    """
    graph = workflow.load(request.file)
    warn_of_broken_packs(output)
    settings = dict(parse_setting(graph, text) for text in request.settings)
    ready = resolve_seeds(override(graph, settings) if settings else graph)
    text = _script(ready, request) if request.form == "python" else _prompt(ready, request)
    if request.out is None:
        output.line(text.rstrip("\n"))
    else:
        storage.write_atomic(request.out, text.encode())
        output.line(str(request.out))


def _script(ready: Graph, request: Request) -> str:
    token = enter(Context(Options(base=request.file.resolve().parent)))
    try:
        return write_script(ready, request.file.name, request.targets)
    finally:
        leave(token)


def _prompt(ready: Graph, request: Request) -> str:
    from nodegraph.comfy.exporting.api import to_api
    from nodegraph.comfy.exporting.ui import to_ui

    made = to_api(ready) if request.form == "comfyui" else to_ui(ready)
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"
