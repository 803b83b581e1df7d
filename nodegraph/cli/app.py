"""What can be typed. Signatures only: each body imports what does the work, so that help is quick.

Annotations here are read when the commands are made, so this file does not postpone them.
"""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Run, check and show Nodegraph workflows. The editor opens the same files.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

WorkflowFile = Annotated[
    Path,
    typer.Argument(metavar="FILE", readable=False, help="A workflow, or a picture that one saved."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of what went wrong.")]


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
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NODE.PARAM=VALUE", help="Set a parameter; repeatable."),
    ] = None,
    sweeps: Annotated[
        list[str] | None,
        typer.Option(
            "--sweep",
            metavar="NODE.PARAM=1..8",
            help="Run once for each value: 1..8, 1..9..2 or a,b,c; several make a grid.",
        ),
    ] = None,
    targets: Annotated[
        list[str] | None,
        typer.Option("--target", metavar="NODE", help="Run up to this node only; repeatable."),
    ] = None,
    out: Annotated[
        Path, typer.Option(metavar="DIR", readable=False, help="Where saved files go.")
    ] = Path("outputs"),
    device: Annotated[
        str | None, typer.Option(metavar="DEVICE", help="auto, cpu, cuda, cuda:1 or mps.")
    ] = None,
    dtype: Annotated[
        str | None,
        typer.Option(metavar="DTYPE", help="auto, float32, float16 or bfloat16, of the networks."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print events as JSON lines.")] = False,
    previews: Annotated[
        bool, typer.Option("--previews", help="With --json: previews too, in base64.")
    ] = False,
    cache: Annotated[
        bool, typer.Option("--cache/--no-cache", help="Keep costly values between runs.")
    ] = True,
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
        raise typer.Exit(run(request, output, debug=debug))


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

    output = Output()
    with guarded(output, debug=debug):
        list_nodes(word, output, as_json=json)


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

    output = Output()
    with guarded(output, debug=debug):
        show_info(output, as_json=json)
