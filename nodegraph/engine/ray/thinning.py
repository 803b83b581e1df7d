"""Of what a worker says in a row, what is still worth its way: the newest of what grows old.

A step's progress is overtaken by the next step's, a picture by the next picture, a sign of life by
the next one. What happened is all told: nodes that began and ended, files, notes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nodegraph.engine.messages import Events, decode, encode, kind_of
from nodegraph.engine.ray.parcels import Said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


def thinned(said: Sequence[Said]) -> list[Said]:
    """Return messages without what later ones overtake, in their order."""
    left: list[Said] = []
    row: list[Events] = []
    for one in said:
        kind = kind_of(one.data)
        if kind == "Events":
            row.append(_events(one))
            continue
        left += _told(row)
        row.clear()
        if kind == "Beat" and left and kind_of(left[-1].data) == "Beat":
            left.pop()
        left.append(one)
    return [*left, *_told(row)]


def _events(said: Said) -> Events:
    message = decode(said.data)
    assert isinstance(message, Events)
    return message


def _told(row: Sequence[Events]) -> Iterator[Said]:
    """Yield events in a row as one message for each job."""
    jobs = dict.fromkeys(message.job for message in row)
    for job in jobs:
        merged = _merged(job, [message for message in row if message.job == job])
        yield Said(encode(merged), {})


def _merged(job: str, row: Sequence[Events]) -> Events:
    told = [(event, message) for message in row for event in message.events]
    last = _last((number, event) for number, (event, _) in enumerate(told))
    shown = max(
        (n for n, (event, _) in enumerate(told) if event.get("preview", -1) >= 0), default=-1
    )
    events: list[dict[str, Any]] = []
    for number, (event, _) in enumerate(told):
        if number == shown:
            events.append({**event, "preview": 0})
        elif event["event"] != "Progress" or number in last:
            events.append({**event, "preview": -1} if "preview" in event else dict(event))
    return Events(job, tuple(events), _picture(told[shown]) if shown >= 0 else ())


def _picture(told: tuple[Mapping[str, Any], Events]) -> tuple[bytes]:
    event, message = told
    number: int = event["preview"]
    return (message.previews[number],)


def _last(told: Iterable[tuple[int, Any]]) -> set[int]:
    """Return the numbers of those that tell the newest progress of a node."""
    newest = {event["node"]: number for number, event in told if event["event"] == "Progress"}
    return set(newest.values())
