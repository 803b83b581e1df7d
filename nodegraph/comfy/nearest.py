"""Which model a node works for that has none itself: an empty latent is one of some model's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from nodegraph.comfy.findings import RefusedError
from nodegraph.comfy.prompt import Linked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nodegraph.comfy.classes import ComfyClass
    from nodegraph.comfy.prompt import Prompt
    from nodegraph.comfy.wire import Wire

MODEL = "MODEL"
CARRIERS = (MODEL, "GUIDER")
FAR = 200
"""Nodes that are looked at on the way."""


@dataclass(frozen=True)
class Nearest:
    """The models of a prompt, as they are made.

    Attributes:
        wires: What the nodes made so far give.
    """

    prompt: Prompt
    classes: Mapping[str, ComfyClass]
    wires: Mapping[str, Sequence[Wire]]

    def model(self, node_id: str) -> Wire | None:
        """Return a model of those made so far: that of what reads the node, else any."""
        for reader in _along(node_id, self._readers):
            if reader in self._carriers:
                for one in _along(reader, self._carriers):
                    if found := self._given(one):
                        return found
        return next(filter(None, map(self._given, self.wires)), None)

    def _given(self, node_id: str) -> Wire | None:
        outputs = self.classes[self.prompt[node_id].class_type].outputs
        made = node_id in self.wires and MODEL in outputs
        return self.wires[node_id][outputs.index(MODEL)] if made else None

    @cached_property
    def _readers(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for reader, source, _ in self._links():
            found.setdefault(source, []).append(reader)
        return found

    @cached_property
    def _carriers(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for reader, source, kind in self._links():
            if kind in CARRIERS:
                found.setdefault(reader, []).append(source)
        return found

    def _links(self) -> Iterator[tuple[str, str, str]]:
        """Yield who reads whom, and as what."""
        for node in self.prompt.values():
            entry = self.classes.get(node.class_type)
            for one in entry.inputs if entry else ():
                try:
                    value = node.value(one.name) if one.name in node.inputs else None
                except RefusedError:
                    continue
                if isinstance(value, Linked) and value.node in self.prompt:
                    yield node.id, value.node, one.type


def _along(start: str, ways: Mapping[str, Sequence[str]]) -> Iterator[str]:
    return islice(_walk(start, ways), FAR)


def _walk(start: str, ways: Mapping[str, Sequence[str]]) -> Iterator[str]:
    seen, waiting = {start}, [start]
    for one in waiting:
        yield one
        fresh = [way for way in dict.fromkeys(ways.get(one, ())) if way not in seen]
        seen.update(fresh)
        waiting += fresh
