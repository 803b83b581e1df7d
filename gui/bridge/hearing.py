"""What the client hears, as the engine's signals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nodegraph.execution.events import from_json

if TYPE_CHECKING:
    from gui.bridge.engine import Engine


def hear(engine: Engine, event: Any) -> None:
    """Tell of one of ``nodegraph.engine.client.events``."""
    from nodegraph.engine.client import events

    if isinstance(event, events.Told):
        engine.told.emit(event.job, from_json(dict(event.event)))
    elif isinstance(event, events.Preview):
        engine.previewed.emit(event.job, event.node, event.picture)
    elif isinstance(event, events.JobChanged):
        engine.job_changed.emit(event.job)
    elif isinstance(event, events.Connected):
        engine.learn()
    elif isinstance(event, events.Lost):
        engine.line_lost(event.reason)
    elif event.kind == "workers":
        engine.take_workers(event.data["workers"])
    elif event.kind == "jobs":
        engine.jobs_changed.emit()
    elif event.kind == "outputs":
        engine.outputs_changed.emit()
