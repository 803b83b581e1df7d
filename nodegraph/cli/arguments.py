"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

WorkflowFile = Annotated[
    Path,
    typer.Argument(metavar="FILE", readable=False, help="A workflow, or a picture that one saved."),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NODE.PARAM=VALUE",
        help="Set a parameter, or NAME=VALUE of the form; repeatable.",
    ),
]
Sweeps = Annotated[
    list[str] | None,
    typer.Option(
        "--sweep",
        metavar="NODE.PARAM=1..8",
        help="Run once for each value: 1..8, 1..9..2 or a,b,c; several make a grid.",
    ),
]
Targets = Annotated[
    list[str] | None,
    typer.Option("--target", metavar="NODE", help="Run up to this node only; repeatable."),
]
Out = Annotated[Path, typer.Option(metavar="DIR", readable=False, help="Where saved files go.")]
Device = Annotated[
    str | None, typer.Option(metavar="DEVICE", help="auto, cpu, cuda, cuda:1 or mps.")
]
DType = Annotated[
    str | None,
    typer.Option(metavar="DTYPE", help="auto, float32, float16 or bfloat16, of the networks."),
]
EngineUrl = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="URL",
        envvar="NODEGRAPH_ENGINE",
        help="The engine's address; left out, the one of this machine.",
    ),
]
Token = Annotated[
    str | None,
    typer.Option(
        metavar="TOKEN",
        envvar="NODEGRAPH_TOKEN",
        help="The engine's token, as in its ready line; not needed on the same machine.",
    ),
]
Ray = Annotated[
    str | None,
    typer.Option(
        "--ray",
        metavar="[ADDRESS]",
        help="Spread jobs over a Ray cluster: HOST:PORT, auto, or one begun here for this.",
    ),
]
Batch = Annotated[
    int,
    typer.Option(
        "--batch",
        metavar="N",
        min=1,
        max=64,
        help="Run up to N jobs that differ in seeds, words and fractions alone together.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of what went wrong.")]
