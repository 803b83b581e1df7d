"""Wrong options and arguments, said as JSON to those who asked for JSON."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from nodegraph.cli.output import Output

if TYPE_CHECKING:
    from collections.abc import Generator

ASKED = "nodegraph.json"
RAY, LOCAL = "--ray", "local"
ADDRESS = re.compile(r"auto|local|(ray://)?[^\s/]+:\d+")


def with_address(args: list[str]) -> list[str]:
    """Return arguments in which ``--ray``, which may stand alone, has its address."""
    found: list[str] = []
    for arg, following in zip(args, [*args[1:], ""], strict=True):
        found += [arg, LOCAL] if arg == RAY and not ADDRESS.fullmatch(following) else [arg]
    return found


class Commands(TyperGroup):
    """All commands; those that are never reached, since they are called wrongly, print JSON too."""

    def make_context(self, info_name: str | None, args: list[str], *more: Any, **extra: Any) -> Any:
        """Read the options before the command."""
        args = with_address(args)
        asked = "--json" in args
        with _said(asked):
            context = super().make_context(info_name, args, *more, **extra)
        context.meta[ASKED] = asked
        return context

    def invoke(self, ctx: Any) -> Any:
        """Read the command's own options, and run it."""
        with _said(ctx.meta[ASKED]):
            return super().invoke(ctx)


@contextlib.contextmanager
def _said(asked: bool) -> Generator[None]:
    """Say what is wrong as one line of JSON, where that was asked for.

    Raises:
        typer.Exit: With 2.
    """
    try:
        yield
    except TyperException as error:
        if not asked:
            raise
        Output(json_lines=True).error(error.format_message())
        raise typer.Exit(error.exit_code) from None
