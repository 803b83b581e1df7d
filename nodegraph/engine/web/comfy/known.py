"""The jobs that came as prompts: found by a prompt's id, listed, read with the way back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nodegraph.comfy.origin import ORIGIN
from nodegraph.engine.jobstate import ENDED, JobState
from nodegraph.engine.rows import UnknownJobError
from nodegraph.engine.submission import Submission
from nodegraph.engine.web.comfy import asked
from nodegraph.engine.web.comfy.asked import KEY, REQUEST, TITLE, Asked

if TYPE_CHECKING:
    from nodegraph.engine.engine import Engine
    from nodegraph.engine.jobs import Job, JobPage
    from nodegraph.engine.listing import Order

WAITING: tuple[JobState, ...] = ("queued", "running")
MOST = 1000
"""Prompts that one answer lists."""
PREVIEW = "image.preview"


@dataclass(frozen=True)
class Known:
    """A prompt whose job has been read.

    Attributes:
        nodes: Of the job's workflow, as its file has them.
    """

    asked: Asked
    nodes: Mapping[str, Any]

    @cached_property
    def origins(self) -> dict[str, tuple[str, str]]:
        """ComfyUI's node, and its class, for each node of ours."""
        found = {name: node.get("extra", {}).get(ORIGIN) for name, node in self.nodes.items()}
        return {name: (one["id"], one["class"]) for name, one in found.items() if one}

    def origin(self, node: str) -> tuple[str, str]:
        """Return ComfyUI's node, and its class, for one of ours; empty where there is none."""
        return self.origins.get(node.partition("/")[0], ("", ""))

    def class_of(self, node: str) -> str:
        """Return the class of one of ComfyUI's nodes; nothing where there is none."""
        return next((name for id, name in self.origins.values() if id == node), "")

    @cached_property
    def results(self) -> frozenset[str]:
        """Our nodes that give what a node of ComfyUI's gives; others are on the way to them."""
        inner = {
            source
            for name in self.nodes
            for source, _ in _sources(self.nodes[name])
            if self.origin(source) == self.origin(name)
        }
        return frozenset(self.nodes) - inner

    @cached_property
    def shown(self) -> dict[str, tuple[str, str]]:
        """What each preview shows: by ComfyUI's node, a node of ours and its output."""
        return {
            self.origin(name)[0]: _sources(node)[0]
            for name, node in self.nodes.items()
            if node["type"] == PREVIEW and _sources(node)
        }


def _sources(node: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the outputs that a node's inputs are linked to."""
    found: list[tuple[str, str]] = []
    for given in node.get("inputs", {}).values():
        for text in [given] if isinstance(given, str) else given:
            source, _, output = text.rpartition(".")
            found.append((source, output))
    return found


def read(engine: Engine, job: Job) -> Known | None:
    """Return the prompt that a job came as; nothing where it came otherwise, or is gone."""
    if not job.title.startswith(TITLE):
        return None
    try:
        workflow: dict[str, Any] = json.loads(engine.store.documents(job.id)[1])
    except UnknownJobError:
        return None
    text = workflow.get("extra", {}).get(KEY)
    return Known(asked.loads(text), workflow["nodes"]) if isinstance(text, str) else None


def find(engine: Engine, prompt_id: str) -> tuple[Job, Known] | None:
    """Return the job of a prompt's id."""
    from nodegraph.engine.submit import batch_of  # it loads what reads workflows

    batch = batch_of(Submission({}, request=REQUEST + prompt_id))
    for job, known in _read(engine, engine.store.jobs(batch=batch, limit=1)):
        return engine.store.job(job.id), known
    return None


def listed(
    engine: Engine,
    states: Sequence[JobState] = (),
    *,
    order: Order = "newest",
    limit: int = MOST,
    offset: int = 0,
) -> list[tuple[Job, Known]]:
    """Return prompts and their jobs, as far as one answer goes."""
    page = engine.store.jobs(
        states=states, text=TITLE, order=order, limit=min(limit, MOST), offset=offset
    )
    return _read(engine, page)


def _read(engine: Engine, page: JobPage) -> list[tuple[Job, Known]]:
    found = [(job, read(engine, job)) for job in page.jobs]
    return [(job, known) for job, known in found if known is not None]


def ended(engine: Engine, *, limit: int = MOST, offset: int = 0) -> list[tuple[Job, Known]]:
    """Return the prompts that ran and are over, the newest first."""
    found = listed(engine, ENDED, limit=limit, offset=offset)
    return [(job, known) for job, known in found if job.started is not None]


def remaining(engine: Engine) -> int:
    """Return how many prompts wait or run."""
    return engine.store.jobs(states=WAITING, text=TITLE, limit=1).total
