"""What can be typed to an engine: its start, its queue. Signatures only, as in ``app``."""

from pathlib import Path
from typing import Annotated

import typer

from nodegraph.cli.app import app
from nodegraph.cli.arguments import (
    AsJson,
    Batch,
    Debug,
    Device,
    DType,
    EngineUrl,
    Out,
    Ray,
    Settings,
    Sweeps,
    Targets,
    Token,
    WorkflowFile,
)
from nodegraph.engine.jobstate import JobState


@app.command()
def submit(
    file: WorkflowFile,
    settings: Settings = None,
    sweeps: Sweeps = None,
    targets: Targets = None,
    device: Device = None,
    dtype: DType = None,
    priority: Annotated[int, typer.Option(help="Higher runs first.")] = 0,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for the end, and fetch what was saved.")
    ] = False,
    out: Out = Path("outputs"),
    engine: EngineUrl = None,
    token: Token = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False,
    debug: Debug = False,
) -> None:
    """Put a workflow, or what made a picture, into an engine's queue.

    Prints the ids of the jobs; with --wait the paths of the files, fetched into --out.
    """
    from nodegraph.cli.engine import Engine
    from nodegraph.cli.guard import guarded
    from nodegraph.cli.output import Output
    from nodegraph.cli.submit import Request, submit_file

    output = Output(json_lines=json)
    with guarded(output, debug=debug):
        request = Request(
            file=file,
            settings=tuple(settings or ()),
            sweeps=tuple(sweeps or ()),
            targets=tuple(targets) if targets else None,
            device=device or "auto",
            dtype=dtype or "auto",
            priority=priority,
            wait=wait,
            out=out,
        )
        raise typer.Exit(submit_file(request, Engine(engine, token), output))


@app.command()
def jobs(
    state: Annotated[JobState | None, typer.Option(help="Only those in this state.")] = None,
    text: Annotated[str, typer.Option(help="Only with this in the title or in what was set.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many.")] = 20,
    engine: EngineUrl = None,
    token: Token = None,
    json: AsJson = False,
    debug: Debug = False,
) -> None:
    """List an engine's jobs, the newest first."""
    from nodegraph.cli.engine import Engine
    from nodegraph.cli.guard import guarded
    from nodegraph.cli.jobs import Request, list_jobs
    from nodegraph.cli.output import Output

    output = Output(json_lines=json)
    with guarded(output, debug=debug):
        list_jobs(Request(state, text, limit), Engine(engine, token), output)


@app.command()
def cancel(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="JOB", help="Numbers or ids of jobs.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that wait or run.")] = False,
    engine: EngineUrl = None,
    token: Token = None,
    debug: Debug = False,
) -> None:
    """Cancel jobs of an engine; one that runs ends within one evaluation of the network."""
    from nodegraph.cli.cancel import cancel_jobs
    from nodegraph.cli.engine import Engine
    from nodegraph.cli.guard import guarded
    from nodegraph.cli.output import Output

    output = Output()
    with guarded(output, debug=debug):
        cancel_jobs(tuple(names or ()), Engine(engine, token), output, everything=everything)


@app.command()
def serve(
    host: Annotated[
        str, typer.Option(help="The address to listen on; one that others reach needs a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 0,
    token: Annotated[
        str | None,
        typer.Option(
            envvar="NODEGRAPH_TOKEN",
            help="What every client must show; drawn when left out.",
        ),
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option(metavar="FILE", readable=False, help="A file with the token.")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", readable=False, help="Where jobs and outputs are kept."),
    ] = None,
    names: Annotated[
        list[str] | None,
        typer.Option("--allow-host", metavar="NAME", help="Another name of it; repeatable."),
    ] = None,
    readable: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="DIR",
            readable=False,
            help="Workflows read files only from here, uploads and outputs; repeatable.",
        ),
    ] = None,
    devices: Annotated[
        list[str] | None,
        typer.Option("--device", metavar="DEVICE", help="Use only this one; repeatable."),
    ] = None,
    comfy: Annotated[
        bool, typer.Option("--comfy-api", help="Answer programs that drive ComfyUI, too.")
    ] = False,
    attached: Annotated[
        bool,
        typer.Option(
            "--attached",
            help="End when standard input does; where an engine has the folder, name that one.",
        ),
    ] = False,
    batch: Batch = 1,
    ray: Ray = None,
    debug: Debug = False,
) -> None:
    """Run an engine: a queue of jobs that outlives crashes, for editors, scripts and programs.

    Prints one line of JSON with its address and token when it answers. Ctrl-C ends it; what runs
    then is queued again.
    """
    from nodegraph.cli.guard import guarded
    from nodegraph.cli.output import Output
    from nodegraph.cli.serve import Request, serve

    output = Output()
    with guarded(output, debug=debug):
        serve(
            Request(
                host=host,
                port=port,
                token=token,
                token_file=token_file,
                data=data,
                names=tuple(names or ()),
                readable=tuple(readable or ()),
                devices=tuple(devices or ()),
                comfy=comfy,
                attached=attached,
                batch=batch,
                ray=ray,
            ),
            output,
        )
