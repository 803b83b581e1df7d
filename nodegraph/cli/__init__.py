"""The command line: ``nodegraph run``, ``check``, ``show``, ``nodes``, ``schema``, ``info``."""

from __future__ import annotations


def main() -> None:
    """Run the command line; the entry point of the ``nodegraph`` script."""
    from nodegraph.cli.app import app

    app(prog_name="nodegraph")
