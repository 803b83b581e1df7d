"""What ComfyUI tells of a run, from what a job says of itself: for history and WebSocket."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from nodegraph.engine.jobs import Job
    from nodegraph.engine.web.comfy.known import Known

Message: TypeAlias = tuple[str, dict[str, Any]]
"""Its type, and its data."""


def started(job: Job, known: Known) -> Message:
    """Say that a prompt begins."""
    return "execution_start", _about(known, job.started)


def cached(job: Job, known: Known) -> Message:
    """Say which nodes needed not to run: what is before one that is cached is not even asked."""
    whole = job.state == "done"
    nodes = {
        known.origin(name)[0]: None
        for name in sorted(known.results)
        if (job.timings[name].cached if name in job.timings else whole)
    }
    return "execution_cached", {"nodes": list(nodes), **_about(known, job.started)}


def over(job: Job, known: Known, running: str = "") -> Message:
    """Say how a prompt ended.

    Args:
        running: ComfyUI's node that ran last, where that is known.
    """
    about = _about(known, job.finished)
    if job.state == "done":
        return "execution_success", about
    node_id, node_type = known.origin("" if job.error is None else job.error.node)
    node_id = node_id or running
    node_type = node_type or known.class_of(node_id)
    blamed = {"node_id": node_id, "node_type": node_type, "executed": _executed(job, known)}
    if job.state == "cancelled":
        return "execution_interrupted", blamed | about
    return "execution_error", {
        **blamed,
        "exception_message": _why(job, node_id, node_type),
        "exception_type": "NodeError",
        "traceback": [],
        "current_inputs": {},
        "current_outputs": [],
        **about,
    }


def outputs(job: Job, known: Known) -> dict[str, Any]:
    """Return what each output node gave: its pictures, by where ``/view`` finds them."""
    found: dict[str, list[dict[str, str]]] = {}
    for output in job.outputs:
        path = PurePosixPath(output.name)
        folder = "" if str(path.parent) == "." else str(path.parent)
        picture = {"filename": path.name, "subfolder": folder, "type": "output"}
        found.setdefault(known.origin(output.node)[0], []).append(picture)
    if job.state == "done":
        for node in known.shown:
            if node in known.asked.outputs:
                found[node] = [{"filename": temporary(job, node), "subfolder": "", "type": "temp"}]
    return {node: {"images": pictures} for node, pictures in found.items()}


def temporary(job: Job, node: str) -> str:
    """Return what a preview is called: the job, and ComfyUI's node."""
    return f"{job.id}-{node.replace(':', '_')}.webp"


def _why(job: Job, node_id: str, node_type: str) -> str:
    """Return why a job failed, with ComfyUI's node for ours."""
    if job.error is None:
        return "the job failed"
    ours, theirs = f"node {job.error.node} ({job.error.type})", f"node {node_id} ({node_type})"
    return job.error.message.replace(ours, theirs) if node_id else job.error.message


def _executed(job: Job, known: Known) -> list[str]:
    return list(dict.fromkeys(known.origin(name)[0] for name in job.timings))


def _about(known: Known, seconds: float | None) -> dict[str, Any]:
    return {"prompt_id": known.asked.prompt_id, "timestamp": round(1000 * (seconds or 0))}
