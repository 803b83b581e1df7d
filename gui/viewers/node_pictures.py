"""The pictures on nodes that stand in zones, of the turn that the timeline shows, else of the last;
and those of latents anywhere, decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from gui.viewers.look import Look, Place
from gui.viewers.nodes import sources_at, spec_at
from gui.viewers.sharpening import LATENTS
from nodegraph.sockets import item_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gui.viewers.looking import Looking
    from nodegraph.graph import Graph

KINDS = ("Image", "Mask", *LATENTS)
"""Types of outputs that stand as a picture on their node."""

MOST = 400
"""Pictures that are fetched ahead."""

OUTSIDE = 64
"""Nodes outside of zones whose latents are decoded after a run."""

SETTLE = 300
"""Milliseconds without news after which they are."""


class NodePictures(QObject):
    """Gives nodes the pictures of a turn at once, since they were fetched ahead.

    A latent's colors come first, the picture that it stands for later, as in the timeline.
    """

    def __init__(self, looking: Looking) -> None:
        super().__init__(looking)
        self._looking = looking
        self._given: dict[str, Place] = {}
        self._outside: dict[str, Look] = {}
        self._timer = QTimer(self, singleShot=True, interval=SETTLE)
        self._timer.timeout.connect(self._fetch)
        looking.changed.connect(self.show_turn)
        looking.changed.connect(self._timer.start)
        looking.grown.connect(self._timer.start)
        looking.pictured.connect(self._came)

    def show_turn(self) -> None:
        """Give each node inside of a zone the picture of the turn that is shown."""
        for path, place in self._shown():
            if self._given.get(path) != place:
                self._give(path, place)

    def _give(self, path: str, place: Place) -> None:
        picture = self._looking.best(place)
        if picture is not None and not picture.isNull():
            self._given[path] = place
            self._looking.status.set_picture(path, picture)

    def _came(self, place: Place) -> None:
        for path, shown in self._shown():
            if shown == place:
                self._give(path, place)

    def _fetch(self) -> None:
        """Fetch the pictures that are shown, then those of all other turns."""
        looking = self._looking
        self._outside = {look.node: look for look in self._latents_outside()}
        self.show_turn()
        places = dict.fromkeys(place for _, place in self._shown())
        for look in self._looks().values():
            job = looking.status.job_of(look.node)
            for turn in reversed(looking.turns(job).turns(look.node)):
                places[Place(job, look.node, look.output, turn)] = None
        wanted = list(places)[:MOST]
        looking.ahead("nodes", [(place, False) for place in wanted])
        looking.sharpen("nodes", [place for place in wanted if self._is_latent(place)])

    # What is shown where

    def _shown(self) -> Iterator[tuple[str, Place]]:
        """Yield each node with the value whose picture stands on it."""
        for path, look in self._looks().items():
            place = self._looking.place(look)
            if place is not None:
                yield path, place

    def _looks(self) -> dict[str, Look]:
        """Return what nodes show; the end of a zone what came to it in the turn that is chosen."""
        graph, found = self._looking.document.graph, dict(self._outside)
        for zone in self._looking.zoning.zones():
            for path in zone.body:
                output = shown_output(graph, path)
                if output:
                    found[path] = Look(path, output)
            sources = sources_at(graph, zone.end)
            if zone.path in self._looking.status.turn and sources:
                found[zone.end] = Look(*sources[0])
        return found

    def _latents_outside(self) -> list[Look]:
        """Return the latents outside of zones that a run has made, those in view first."""
        status, graph = self._looking.status, self._looking.document.graph
        found: list[Look] = []
        for path in dict.fromkeys([*status.in_view(), *status.nodes]):
            if not status.job_of(path) or self._looking.zoning.chain(path):
                continue
            output = shown_output(graph, path)
            if output and self._is_latent(Look(path, output)):
                found.append(Look(path, output))
        return found[:OUTSIDE]

    def _is_latent(self, one: Look | Place) -> bool:
        return is_latent(self._looking.document.graph, one.node, one.output)


def shown_output(graph: Graph, path: str) -> str:
    """Return the output that stands for a node as a picture, images before the rest."""
    spec = spec_at(graph, path)
    if spec is None:
        return ""
    outputs = spec.outputs
    found = {item_of(one.type) or one.type: name for name, one in reversed([*outputs.items()])}
    return next((found[kind] for kind in KINDS if kind in found), "")


def is_latent(graph: Graph, path: str, output: str) -> bool:
    """Tell whether an output's values stand for pictures that a model has to decode."""
    spec = spec_at(graph, path)
    found = None if spec is None else spec.outputs.get(output)
    if found is None:
        return False
    kind = item_of(found.type) or found.type
    return kind in LATENTS or kind.startswith("~")
