"""From exceptions to sentences and exit codes."""

from __future__ import annotations

import contextlib
import traceback
from typing import TYPE_CHECKING

import typer

from nodegraph.errors import NodegraphError, ProblemsError
from nodegraph.failures import of_node, unexpected

if TYPE_CHECKING:
    from collections.abc import Generator

    from nodegraph.cli.output import Output
    from nodegraph.errors import NodeError

FAILED, WRONG, INTERRUPTED = 1, 2, 130

DEBUG = "run again with --debug for the traceback"


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
        output.error(unexpected(error, DEBUG))
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
    advice = "" if debug else ", or add --debug for more"
    output.error(of_node(error, advice), node=error.node_id)
