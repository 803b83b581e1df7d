"""What can be typed. Signatures only: each body imports what does the work, so that help is quick.

Annotations here are read when the commands are made, so this file does not postpone them.
"""

from pathlib import Path
from typing import Annotated

import typer

from nodegraph.cli.arguments import (
    AsJson,
    Batch,
    Debug,
    Device,
    DType,
    Out,
    Ray,
    Settings,
    Sweeps,
    Targets,
    WorkflowFile,
)
from nodegraph.cli.usage import Commands

app = typer.Typer(
    cls=Commands,
    help="Run, check and show Nodegraph workflows. The editor opens the same files.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        from nodegraph import __version__

        typer.echo(f"nodegraph {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Say which version."),
    ] = False,
) -> None:
    """Options of every command."""


@app.command("run")
def run_file(
    file: WorkflowFile,
    settings: Settings = None,
    sweeps: Sweeps = None,
    targets: Targets = None,
    out: Out = Path("outputs"),
    device: Device = None,
    dtype: DType = None,
    json: Annotated[bool, typer.Option("--json", help="Print events as JSON lines.")] = False,
    previews: Annotated[
        bool, typer.Option("--previews", help="With --json: previews too, in base64.")
    ] = False,
    cache: Annotated[
        bool, typer.Option("--cache/--no-cache", help="Keep costly values between runs.")
    ] = True,
    batch: Batch = 1,
    ray: Ray = None,
    debug: Debug = False,
) -> None:
    """Run a workflow, or what made a picture, again.

    Prints the paths of the files that were written, and nothing else, to stdout.

    Exit status: 0 done; 1 a node failed; 2 the file or the arguments are wrong and nothing ran;
    130 interrupted.
    """
    from nodegraph.cli.guard import guarded
    from nodegraph.cli.output import Output
    from nodegraph.cli.run import Request, run

    output = Output(json_lines=json, previews=previews)
    request = Request(
        file=file,
        settings=tuple(settings or ()),
        sweeps=tuple(sweeps or ()),
        targets=tuple(targets) if targets else None,
        out=out,
        device=device,
        dtype=dtype,
        cache=cache,
    )
    with guarded(output, debug=debug):
        if ray is not None or batch > 1:
            from nodegraph.cli.spread import spread

            raise typer.Exit(spread(request, output, batch=batch, ray=ray))
        raise typer.Exit(run(request, output, debug=debug))


@app.command()
def edit(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE]...",
            readable=False,
            help="Workflows, or pictures that one saved; left out, what was open before.",
        ),
    ] = None,
) -> None:
    """Open the editor."""
    from nodegraph.cli.edit import open_editor

    raise typer.Exit(open_editor(tuple(files or ())))


@app.command()
def check(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", readable=False, help="Workflows, pictures.")
    ],
    debug: Debug = False,
) -> None:
    """Say all that keeps workflows from running."""
    from nodegraph.cli.check import check_files
    from nodegraph.cli.guard import guarded
    from nodegraph.cli.output import Output

    output = Output()
    with guarded(output, debug=debug):
        raise typer.Exit(check_files(files, output))


@app.command()
def show(file: WorkflowFile, debug: Debug = False) -> None:
    """Show a workflow as text.

    Nodes come in the order they run in, with their links and settings, zones indented.
    """
    from nodegraph.cli.guard import guarded
    from nodegraph.cli.output import Output
    from nodegraph.cli.show import show_file

    output = Output()
    with guarded(output, debug=debug):
        show_file(file, output)


@app.command("import")
def import_(
    file: WorkflowFile,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", readable=False, help="Left out, to stdout."),
    ] = None,
    report: Annotated[
        bool, typer.Option("--report", help="Print what became of each node, as a table.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    debug: Debug = False,
) -> None:
    """Make a workflow of one of ComfyUI's, or of a picture that carries one.

    Its editor's files, prompts in API format, and PNG, WebP, FLAC, MP4, WebM and latents with one
    inside; of A1111 the text in a picture.
    """
    from nodegraph.cli.guard import guarded
    from nodegraph.cli.imports import Request, import_file
    from nodegraph.cli.output import Output

    output = Output()
    with guarded(output, debug=debug):
        import_file(Request(file, out, report, json), output)


@app.command()
def export(
    file: WorkflowFile,
    python: Annotated[
        bool, typer.Option("--python", help="As a script that needs diffusers alone.")
    ] = False,
    comfyui: Annotated[
        bool, typer.Option("--comfyui", help="As a prompt for ComfyUI's API.")
    ] = False,
    ui: Annotated[
        bool, typer.Option("--ui", help="With --comfyui: for its editor, with places.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", readable=False, help="Left out, to stdout."),
    ] = None,
    settings: Settings = None,
    targets: Targets = None,
    debug: Debug = False,
) -> None:
    """Write a workflow as something that runs without Nodegraph."""
    from nodegraph.cli.export import Request
    from nodegraph.cli.export import export as write
    from nodegraph.cli.guard import guarded
    from nodegraph.cli.output import Output

    if python == comfyui:
        raise typer.BadParameter("say as what: --python or --comfyui", param_hint="--python")
    if ui and not comfyui:
        raise typer.BadParameter("it goes with --comfyui", param_hint="--ui")
    if targets and comfyui:
        raise typer.BadParameter("it goes with --python", param_hint="--target")
    output = Output()
    form = "python" if python else "comfyui editor" if ui else "comfyui"
    request = Request(file, tuple(settings or ()), tuple(targets) if targets else None, out, form)
    with guarded(output, debug=debug):
        write(request, output)


@app.command()
def nodes(
    word: Annotated[
        str, typer.Argument(metavar="WORD", help="Only types with this in their id or summary.")
    ] = "",
    json: AsJson = False,
    debug: Debug = False,
) -> None:
    """List the node types; a whole id shows that type in full."""
    from nodegraph.cli.guard import guarded
    from nodegraph.cli.nodes import list_nodes
    from nodegraph.cli.output import Output

    output = Output(json_lines=json)
    with guarded(output, debug=debug):
        list_nodes(word, output, as_json=json)


@app.command()
def pack(
    folder: Annotated[
        Path, typer.Argument(metavar="NEW_FOLDER", readable=False, help="Named as the pack is.")
    ],
    debug: Debug = False,
) -> None:
    """Begin a pack of nodes of your own, from a template that is tested."""
    from nodegraph.cli.guard import guarded
    from nodegraph.cli.output import Output
    from nodegraph.cli.pack import new_pack

    output = Output()
    with guarded(output, debug=debug):
        new_pack(folder, output)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a workflow file."""
    from json import dumps

    from nodegraph.schema import json_schema

    typer.echo(dumps(json_schema(), indent=2))


@app.command()
def info(json: AsJson = False, debug: Debug = False) -> None:
    """Say what is installed: versions, devices, caches, node packs."""
    from nodegraph.cli.guard import guarded
    from nodegraph.cli.info import show_info
    from nodegraph.cli.output import Output

    output = Output(json_lines=json)
    with guarded(output, debug=debug):
        show_info(output, as_json=json)
