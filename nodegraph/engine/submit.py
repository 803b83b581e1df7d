"""From a submission to jobs that can run: read, set, swept, seeds drawn, planned, files found.

Whatever is wrong is said here, all at once, before anything is in the queue.
"""

from __future__ import annotations

import contextlib
import re
import uuid
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from nodegraph import jsontext, workflow
from nodegraph.engine.jobs import Accepted
from nodegraph.engine.likeness import likeness
from nodegraph.engine.submission import Verdict
from nodegraph.errors import NodegraphError, OverrideError, PlanError, Problem, ProblemsError
from nodegraph.execution.context import DEVICES
from nodegraph.execution.fingerprints import absent, fingerprints
from nodegraph.execution.plan import Plan, plan
from nodegraph.execution.run import resolve_seeds
from nodegraph.overrides import drawn, find, grid, named, override, parse_setting, parse_sweep
from nodegraph.registry import Registry, load_packs

if TYPE_CHECKING:
    from collections.abc import Container, Generator, Sequence

    from nodegraph.engine.submission import Submission
    from nodegraph.execution.context import Options
    from nodegraph.graph import Graph

MAX_TEXT = 256 * 2**20
"""Bytes that the workflows of one submission's jobs may have together."""
DEVICE = re.compile(rf"({'|'.join(DEVICES)})(:\d{{1,3}})?")


class SubmissionError(ProblemsError):
    """The submission cannot be run; every problem has its place."""


@dataclass(slots=True)
class Draft:
    """A submission, read and checked as far as that goes.

    Attributes:
        text: The workflow as it came.
        graph: With all that is common to the jobs: parameters set, seeds drawn.
        common: What was set and drawn there, by ``node.param``.
        sweeps: The values of each place swept.
        combinations: One for each job.
        ready: The plan, which is the same for all of them.
        problems: All that is wrong.
    """

    text: str
    graph: Graph
    common: dict[str, Any] = field(default_factory=dict[str, Any])
    sweeps: list[tuple[str, list[Any]]] = field(default_factory=list["tuple[str, list[Any]]"])
    combinations: list[dict[str, Any]] = field(default_factory=list["dict[str, Any]"])
    ready: Plan | None = None
    problems: list[Problem] = field(default_factory=list[Problem])

    @contextlib.contextmanager
    def blaming(self, path: str, place: str = "") -> Generator[None]:
        """Take what is raised inside as a problem at a path of the submission."""
        try:
            yield
        except ProblemsError as error:
            self.problems += error.problems
        except NodegraphError as error:
            node, _, socket = place.rpartition(".")
            self.problems.append(Problem(path, str(error), node, socket))


def prepare(asked: Submission, options: Options, devices: Sequence[str] = ()) -> list[Accepted]:
    """Return the jobs of a submission.

    Args:
        options: Where the workflow's files are looked for, and which may be read.
        devices: Those there are; empty while that is not known.

    Raises:
        WorkflowError: It is no workflow.
        SubmissionError: It cannot run as it was asked for.
    """
    draft = examine(asked, options, devices)
    if draft.problems:
        raise SubmissionError(draft.problems)
    batch = batch_of(asked)
    return [
        _accepted(asked, draft, values, batch, index)
        for index, values in enumerate(draft.combinations)
    ]


def check(asked: Submission, options: Options, devices: Sequence[str] = ()) -> Verdict:
    """Say what a submission would come to; it raises nothing."""
    try:
        draft = examine(asked, options, devices)
    except ProblemsError as error:
        return Verdict(error.problems)
    ready = draft.ready
    if ready is None:
        return Verdict(tuple(draft.problems))
    return Verdict(
        problems=tuple(draft.problems),
        jobs=len(draft.combinations),
        targets=tuple(step.path for step in ready.targets),
        skipped={path: tuple(problems) for path, problems in ready.skipped.items()},
    )


def batch_of(asked: Submission) -> str:
    """Return the id that the jobs share: the same for the same request."""
    if asked.request:
        return blake2b(asked.request.encode(errors="replace"), digest_size=16).hexdigest()
    return uuid.uuid4().hex


def examine(asked: Submission, options: Options, devices: Sequence[str] = ()) -> Draft:
    """Read a submission and find all that is wrong with it.

    Raises:
        WorkflowError: It is no workflow, so that nothing else can be checked.
    """
    registry = load_packs()
    given = asked.workflow
    text = given if isinstance(given, str) else jsontext.dumps(given)
    graph = workflow.loads(text, registry) if isinstance(given, str) else workflow.read(given)
    draft = Draft(text, graph)
    _device(asked, draft, devices)
    _settings(asked, draft)
    _sweeps(asked, draft)
    draft.common |= drawn(graph, draft.graph)
    with draft.blaming("$.nodes"):
        _plan(draft, registry, asked, options)
    draft.problems = list(dict.fromkeys(draft.problems))
    return draft


def _device(asked: Submission, draft: Draft, devices: Sequence[str]) -> None:
    """Refuse a device that is none, or is not here where that is known."""
    known = {"auto", *devices, *(device.partition(":")[0] for device in devices)}
    if not DEVICE.fullmatch(asked.device):
        names = ", ".join(DEVICES)
        message = f"{asked.device!r} is no device; use {names}, or one of several such as cuda:1"
    elif devices and asked.device not in known:
        message = f"there is no device {asked.device} here; use auto or {', '.join(devices)}"
    else:
        return
    draft.problems.append(Problem("device", message))


def _settings(asked: Submission, draft: Draft) -> None:
    """Set what all jobs have in common, and draw its seeds."""
    graph = draft.graph
    for place, value in asked.set.items():
        with draft.blaming(jsontext.join("set", place), place):
            here = named(graph, place)
            _refuse_twice(here, draft.common)
            draft.common[here] = find(graph, here)[1].check(value)
    for index, text in enumerate(asked.settings):
        with draft.blaming(f"settings[{index}]", text.partition("=")[0]):
            place, value = parse_setting(graph, text)
            _refuse_twice(place, draft.common)
            draft.common[place] = value
    if draft.common:
        graph = override(graph, draft.common)
    draft.graph = resolve_seeds(graph)


def _sweeps(asked: Submission, draft: Draft) -> None:
    for place, given in asked.sweep.items():
        with draft.blaming(jsontext.join("sweep", place), place):
            here = named(draft.graph, place)
            _refuse_twice(here, [*draft.common, *(one for one, _ in draft.sweeps)])
            draft.sweeps.append((here, _values(draft.graph, here, given)))
    with draft.blaming("sweep"):
        draft.combinations = list(grid(draft.sweeps))
        size = len(draft.combinations) * len(draft.text)
        if size > MAX_TEXT:
            raise OverrideError(
                f"the jobs' workflows have {size:,} bytes together, more than {MAX_TEXT:,}; "
                "submit the sweep in parts"
            )


def _refuse_twice(place: str, known: Container[str]) -> None:
    if place in known:
        raise OverrideError(f"{place} is set more than once; leave one out")


def _values(graph: Graph, place: str, given: list[Any] | str) -> list[Any]:
    if isinstance(given, str):
        return parse_sweep(graph, f"{place}={given}")[1]
    if not given:
        raise OverrideError(f"the sweep of {place} has no values; give one at least")
    param = find(graph, place)[1]
    return [param.check(value) for value in given]


def _plan(draft: Draft, registry: Registry, asked: Submission, options: Options) -> None:
    """Plan the jobs, and look for the files they read; for those of what is not whole yet, too."""
    try:
        draft.ready = plan(draft.graph, registry, asked.targets)
    except PlanError as error:
        raise PlanError([*error.problems, *absent(draft.graph, registry, options)]) from error
    _files(draft, registry, asked, options)


def _files(draft: Draft, registry: Registry, asked: Submission, options: Options) -> None:
    """Look for the files that the jobs read: those of the sweep too, where it names any."""
    assert draft.ready is not None
    fingerprints(draft.ready, options)
    reading = {step.path for step in draft.ready.fingerprinted}
    if any(place.rpartition(".")[0] in reading for place, _ in draft.sweeps):
        for values in draft.combinations:
            with draft.blaming("sweep"):
                graph = override(draft.graph, values)
                fingerprints(plan(graph, registry, asked.targets), options)


def _accepted(
    asked: Submission, draft: Draft, values: dict[str, Any], batch: str, index: int
) -> Accepted:
    graph = override(draft.graph, values) if values else draft.graph
    ready = resolve_seeds(graph)
    return Accepted(
        id=uuid.uuid4().hex,
        batch=batch,
        title=asked.title,
        submitted=draft.text,
        resolved=workflow.dumps(ready),
        values=draft.common | values | drawn(graph, ready),
        targets=asked.targets,
        device=asked.device,
        dtype=asked.dtype,
        priority=asked.priority,
        request=f"{batch}/{index}" if asked.request else None,
        likeness=likeness(ready, load_packs()),
    )
