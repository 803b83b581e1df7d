"""From the engine's events to what a client of ComfyUI's is told of its prompts.

Their nodes' ids for ours: where one of theirs is several of ours, it runs when the one does that
gives its result; those before it take no time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nodegraph.engine.jobstate import ENDED
from nodegraph.engine.web.comfy import messages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodegraph.engine.jobs import Job
    from nodegraph.engine.web.comfy.known import Known
    from nodegraph.engine.web.comfy.messages import Message


@dataclass
class Run:
    """A prompt on its way.

    Attributes:
        seen: Whether the client was there when it was queued.
        node: ComfyUI's node that runs now.
        left: Its steps that have not been told of, and all of them.
        cached: Nodes that need not run, not told yet; nothing once that has been told.
    """

    known: Known
    seen: bool = False
    node: str = ""
    left: tuple[int, int] = (0, 0)
    cached: dict[str, None] | None = field(default_factory=dict[str, None])

    @property
    def previews(self) -> bool:
        """Whether the client shall have previews: where it says so, or else was there early.

        Simple clients connect after they have posted, and take every picture for a result.
        """
        method = self.known.asked.extra_data.get("preview_method")
        return self.seen if method in (None, "default") else method != "none"

    def begin(self, job: Job) -> list[Message]:
        """Return what is told when it begins."""
        self.node, self.cached = "", {}
        return [messages.started(job, self.known)]

    def end(self, job: Job) -> list[Message]:
        """Return what is told when it is over: what was made, and how it went.

        Of a prompt that never began nothing is told.
        """
        if job.started is None:
            return []
        made = [
            ("executed", self._about(node) | {"output": output})
            for node, output in messages.outputs(job, self.known).items()
        ]
        return [*self._tell_cached(), *made, messages.over(job, self.known, self.node)]

    def nothing_runs(self) -> list[Message]:
        """Return what is told last, when the queue is known to have gone on."""
        return [("executing", {"node": None, "prompt_id": self._id})]

    def hear(self, event: Mapping[str, Any]) -> list[Message]:
        """Return what is told of an event of the run."""
        ours = str(event.get("node", ""))
        node = self.known.origin(ours)[0]
        if not node or ours not in self.known.results:
            return []
        match event["event"]:
            case "NodeStarted":
                return self._start(node)
            case "Progress":
                return [*self._start(node), self._progress(event["step"], event["total"])]
            case "NodeFinished":
                return self._finish(node, cached=event["cached"])
            case _:
                return []

    def _start(self, node: str) -> list[Message]:
        if node == self.node:
            return []
        self.node, self.left = node, (0, 0)
        return [*self._tell_cached(), ("executing", self._about(node))]

    def _finish(self, node: str, *, cached: bool) -> list[Message]:
        if cached and self.cached is not None:
            self.cached[node] = None
        left, total = self.left
        return [self._progress(total, total)] if left and node == self.node else []

    def _progress(self, step: int, total: int) -> Message:
        self.left = total - step, total
        return "progress", {"value": step, "max": total, "prompt_id": self._id, "node": self.node}

    def _tell_cached(self) -> list[Message]:
        """Return, once, which nodes need not run: those known to before the first one ran."""
        if self.cached is None:
            return []
        nodes, self.cached = list(self.cached), None
        return [("execution_cached", {"nodes": nodes, "prompt_id": self._id})]

    def _about(self, node: str) -> dict[str, Any]:
        return {"node": node, "display_node": node, "prompt_id": self._id}

    @property
    def _id(self) -> str:
        return self.known.asked.prompt_id


def over(job: Job) -> bool:
    """Tell whether nothing more is told of a job."""
    return job.state in ENDED
