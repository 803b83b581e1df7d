"""Where a value comes from: which run made it, when, and whether the graph has changed since."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from gui.viewers import words

if TYPE_CHECKING:
    from gui.running.status import Status
    from gui.viewers.look import Place

STALE = "older than the graph"


def origin(status: Status, place: Place) -> list[tuple[str, str]]:
    """Return the facts of a value's origin, by name."""
    rows = [("Turn", words.turn(place).removeprefix("turn "))] if place.turn else []
    job = status.job
    if job is None or job.id != place.job:
        rows.append(("Run", f"an earlier one, {place.job[:8]}"))
    else:
        when = job.finished or job.started
        time = f", {datetime.fromtimestamp(when):%H:%M:%S}" if when else ""
        rows.append(("Run", f"{job.number}{time}"))
    rows.append(("State", f"{STALE}: run again" if place.node in status.stale else "current"))
    return rows
