"""``nodegraph check``: everything that keeps workflows from running."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nodegraph import workflow
from nodegraph.cli.counts import count, several
from nodegraph.cli.guard import WRONG, say
from nodegraph.cli.packs import warn_of_broken_packs
from nodegraph.errors import NodegraphError, PlanError, Problem
from nodegraph.execution.context import Options
from nodegraph.execution.fingerprints import fingerprints
from nodegraph.execution.plan import plan
from nodegraph.registry import load_packs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nodegraph.cli.output import Output
    from nodegraph.graph import Graph


def check_files(files: Sequence[Path], output: Output) -> int:
    """Check each file, and return the exit code."""
    warn_of_broken_packs(output)
    good = [_check(path, output) for path in files]
    return 0 if all(good) else WRONG


def _check(path: Path, output: Output) -> bool:
    try:
        graph = workflow.load(path)
        targets = _plan(graph, path)
    except NodegraphError as error:
        say(error, replace(output, file=str(path)))
        return False
    groups = f", {several(len(graph.subgraphs), 'subgraph')}" if graph.subgraphs else ""
    output.line(f"{path}: ok, {count(graph)}{groups}, {several(targets, 'target')}")
    return True


def _plan(graph: Graph, path: Path) -> int:
    """Plan a run and look for the files it reads; returns the number of targets.

    Raises:
        PlanError: With all problems, of targets that others could run without too.
    """
    ready = plan(graph, load_packs())
    problems: list[Problem] = [one for found in ready.skipped.values() for one in found]
    try:
        fingerprints(ready, Options(base=path.resolve().parent))
    except PlanError as error:
        problems += error.problems
    if problems:
        raise PlanError(list(dict.fromkeys(problems)))
    return len(ready.targets)
