"""The pictures on nodes inside of zones: of the turn that the timeline shows, else of the last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from gui.viewers.look import Look, Place
from gui.viewers.nodes import spec_at
from nodegraph.sockets import item_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gui.viewers.looking import Looking
    from nodegraph.graph import Graph

KINDS = ("Image", "Mask", "Latent")
"""Types of outputs that stand as a picture on their node."""

MOST = 400
"""Pictures of turns that are fetched ahead."""

SETTLE = 300
"""Milliseconds without news after which they are."""


class TurnPictures(QObject):
    """Gives nodes the pictures of a turn at once, since they were fetched ahead."""

    def __init__(self, looking: Looking) -> None:
        super().__init__(looking)
        self._looking = looking
        self._given: dict[str, Place] = {}
        self._timer = QTimer(self, singleShot=True, interval=SETTLE)
        self._timer.timeout.connect(self._fetch)
        looking.changed.connect(self.show_turn)
        looking.grown.connect(self._timer.start)
        looking.pictured.connect(self._came)

    def show_turn(self) -> None:
        """Give each node inside of a zone the picture of the turn that is shown."""
        for look in self._looks():
            place = self._looking.place(look)
            if place is not None and self._given.get(look.node) != place:
                self._give(place)

    def _give(self, place: Place) -> None:
        picture = self._looking.small(place)
        if picture is not None and not picture.isNull():
            self._given[place.node] = place
            self._looking.status.set_picture(place.node, picture)

    def _came(self, place: Place) -> None:
        if place.turn and place == self._looking.place(Look(place.node, place.output)):
            self._give(place)

    def _fetch(self) -> None:
        """Fetch the pictures of all turns, those that are shown first."""
        looking, places = self._looking, dict[Place, None]()
        looks = list(self._looks())
        for look in looks:
            place = looking.place(look)
            if place is not None:
                places[place] = None
        for look in looks:
            job = looking.status.job_of(look.node)
            for turn in reversed(looking.turns(job).turns(look.node)):
                places[Place(job, look.node, look.output, turn)] = None
        looking.ahead("nodes", [(place, False) for place in list(places)[:MOST]])

    def _looks(self) -> Iterator[Look]:
        for zone in self._looking.zoning.zones():
            for path in zone.body:
                output = _shown(self._looking.document.graph, path)
                if output:
                    yield Look(path, output)


def _shown(graph: Graph, path: str) -> str:
    """Return the output that stands for a node as a picture, images before the rest."""
    spec = spec_at(graph, path)
    if spec is None:
        return ""
    outputs = spec.outputs
    found = {item_of(one.type) or one.type: name for name, one in reversed([*outputs.items()])}
    return next((found[kind] for kind in KINDS if kind in found), "")
