"""From exceptions to sentences and exit codes."""

from __future__ import annotations

import contextlib
import traceback
from typing import TYPE_CHECKING

import typer

from nodegraph.errors import NodegraphError, ProblemsError

if TYPE_CHECKING:
    from collections.abc import Generator

    from nodegraph.cli.output import Output
    from nodegraph.errors import NodeError

FAILED, WRONG, INTERRUPTED = 1, 2, 130

MEMORY = (
    "there is not enough memory; lower width, height or batch_size, choose --dtype float16 or "
    "bfloat16, or another --device"
)
MEMORY_SIGNS = ("out of memory", "can't allocate memory", "not enough memory")


@contextlib.contextmanager
def guarded(output: Output, *, debug: bool) -> Generator[None]:
    """End the command with a sentence, whatever is raised inside.

    Raises:
        typer.Exit: With 2 where the file or the arguments are wrong, with 1 for a fault of ours.
    """
    try:
        yield
    except (typer.Exit, BrokenPipeError):
        raise
    except NodegraphError as error:
        if debug:
            traceback.print_exc()
        say(error, output)
        raise typer.Exit(WRONG) from None
    except Exception as error:  # noqa: BLE001 - the top level: nobody above can say it
        if debug:
            traceback.print_exc()
        output.error(unexpected(error))
        raise typer.Exit(FAILED) from None


def say(error: NodegraphError, output: Output) -> None:
    """Say an error that was raised on purpose, every problem in a line."""
    if isinstance(error, ProblemsError):
        for problem in error.problems:
            output.problem(problem)
    else:
        output.error(str(error))


def say_failure(error: NodeError, output: Output, *, debug: bool) -> None:
    """Say which node failed, why, and what to do."""
    cause = error.__cause__
    if debug and cause is not None:
        traceback.print_exception(cause)
    message = f"node {error.node_id} ({error.type_id}) failed: {error.reason}"
    if out_of_memory(cause):
        message = f"node {error.node_id} ({error.type_id}) failed: {MEMORY}"
    elif not isinstance(cause, NodegraphError):
        kind = type(cause).__name__
        reason = "" if error.reason == kind else f": {' '.join(error.reason.split())}"
        message = (
            f"node {error.node_id} ({error.type_id}) failed with {kind}{reason}; check what is "
            "linked to it and its parameters" + ("" if debug else ", or add --debug for more")
        )
    output.error(message, node=error.node_id)


def out_of_memory(cause: BaseException | None) -> bool:
    """Tell whether memory ran out; torch has kinds of its own to say so."""
    text = str(cause).lower()
    return isinstance(cause, MemoryError) or (
        isinstance(cause, RuntimeError) and any(sign in text for sign in MEMORY_SIGNS)
    )


def unexpected(error: Exception) -> str:
    """Say in a sentence what should not have happened."""
    if isinstance(error, MemoryError):
        return MEMORY
    detail = " ".join(str(error).split())
    name = type(error).__name__ + (f" ({detail})" if detail else "")
    return f"Nodegraph stumbled over {name}; run again with --debug for the traceback"
