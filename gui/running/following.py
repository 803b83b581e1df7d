"""One job of a document while it runs: what it tells, made what nodes and zones show."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING, Any

from gui.canvas.states import NodeState, ZoneState, time_text
from gui.running.problem import Problem
from nodegraph.execution import events

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from gui.running.status import Status
    from gui.running.track import Track
    from nodegraph.execution.events import Event


@dataclass
class Following:
    """One job.

    Attributes:
        job: Its id.
        track: The graph as it was sent off.
        whole: The nodes outside of zones that it has gone through: their values can be looked at.
    """

    job: str
    track: Track
    status: Status
    whole: set[str] = field(default_factory=set[str])
    _spent: defaultdict[str, float] = field(default_factory=lambda: defaultdict[str, float](float))
    _first: dict[str, tuple[int, float]] = field(default_factory=dict[str, "tuple[int, float]"])

    def take(self, event: Event) -> None:
        """Show what the run tells."""
        if isinstance(event, events.NodeFinished):
            self._finished(event)
        elif isinstance(event, events.NodeStarted):
            self._started(event)
        elif isinstance(event, events.Progress):
            self._progress(event)
        elif isinstance(event, events.FileSaved):
            self.status.files[event.node] = (*self.status.files.get(event.node, ()), event.path)
        elif isinstance(event, events.RunStarted):
            self._begin(event)
        elif isinstance(event, events.NodeFailed):
            self.fail(event.node, event.message)
        elif isinstance(event, events.TargetSkipped | events.Noted):
            self.status.add_run_problem(Problem(event.message, event.node, level="warning"))

    def show(self, node: str, picture: QImage) -> None:
        """Show what a node is at: on the zone where it is one's begin, else on the node."""
        zone = self.track.begins.get(node)
        if zone is None:
            self.status.set_picture(node, picture)
        else:
            self._turn(zone, picture=picture)

    def fail(self, node: str, message: str) -> None:
        """Show what went wrong on the node that it went wrong in, which need not be named then."""
        message = re.sub(rf"^node {re.escape(node)} \([^)]*\) failed: ", "", message)
        told = _told(node, message)
        self.status.change_node(node, phase="error", progress=-1.0, message=told.words)
        self.status.add_run_problem(told)

    def close(self) -> None:
        """Show no node as running any more."""
        for path, state in list(self.status.nodes.items()):
            if state.phase == "running":
                self.status.change_node(path, phase="", progress=-1.0)
        for zone in list(self.status.zones):
            self.status.set_zone(zone, None)

    def _begin(self, event: events.RunStarted) -> None:
        """Forget how nodes went before; what they gave stays on show until there is more."""
        self._spent.clear()
        self._first.clear()
        self.status.set_run_problems(())
        for path, state in list(self.status.nodes.items()):
            fresh = NodeState(picture=state.picture, stale=state.stale)
            if path in event.nodes or state.phase == "error":
                self.status.set_node(path, fresh)
        for path in event.nodes:
            self.status.files.pop(path, None)

    def _started(self, event: events.NodeStarted) -> None:
        for zone, turn in zip(self.track.zones.get(event.node, ()), event.turn, strict=False):
            known = self.status.zones.get(zone, ZoneState(1)).turns
            self._turn(zone, turn=turn + 1, turns=known if turn < known else 0)
        seconds = self._spent[event.node]
        self.status.change_node(
            event.node, phase="running", progress=-1.0, seconds=seconds, message=""
        )

    def _progress(self, event: events.Progress) -> None:
        part = event.step / event.total if event.total > 0 else -1.0
        self.status.change_node(event.node, phase="running", progress=part)
        zone = self.track.begins.get(event.node)
        if zone is not None:
            turn = max(self.status.zones.get(zone, ZoneState(1)).turn, 1)
            left = self._left(zone, event.step, event.total)
            words = (event.note, f"{time_text(left)} left" if left >= 0 else "")
            self._turn(zone, turn=turn, turns=event.total, text=" · ".join(filter(None, words)))

    def _turn(self, zone: str, **changes: Any) -> None:
        self.status.set_zone(zone, replace(self.status.zones.get(zone, ZoneState(1)), **changes))

    def _left(self, zone: str, step: int, total: int) -> float:
        """Return the seconds until the last step, from the pace since the first; below 0 where
        nobody knows yet."""
        now = monotonic()
        first, since = self._first.setdefault(zone, (step, now))
        return -1.0 if step <= first else (now - since) / (step - first) * (total - step)

    def _finished(self, event: events.NodeFinished) -> None:
        path = event.node
        self._spent[path] += event.seconds
        phase = "cached" if event.cached else "done"
        self.status.made(path, self.job, self.track)
        self.status.change_node(
            path, phase=phase, progress=-1.0, seconds=self._spent[path], message="", stale=False
        )
        if not event.turn:
            self.whole.add(path)
        zone = self.track.begins.get(path)
        if zone is not None:
            self._first.pop(zone, None)
            self.status.set_zone(zone, None)


def _told(node: str, message: str) -> Problem:
    said, _, remedy = message.partition("; ")
    return Problem(said, node, remedy=remedy)
