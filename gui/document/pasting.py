"""Pasting: the edit that puts copied text, or any workflow's, into a graph under ids of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from gui.document.clipboard import CLIPBOARD, INPUTS
from gui.document.importing import imported
from gui.document.placing import Point, bends, counted, entry, link_key, place
from gui.document.reading import loads
from nodegraph.edits import (
    AddNode,
    Batch,
    SetView,
    _Relink,  # pyright: ignore[reportPrivateUsage] # the links were checked as the text was read
)
from nodegraph.errors import GraphError
from nodegraph.graph import SUBGRAPH, Graph, Link
from nodegraph.linking import output_type
from nodegraph.sockets import ANY, fits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from gui.document.placing import Section
    from nodegraph.edits import Edit

NUDGE = (40.0, 40.0)
"""How far from what was copied it is pasted when nobody says where, in px."""


@dataclass(frozen=True)
class Pasted:
    """What a paste will be.

    Attributes:
        edit: Makes it; of one step, whole or not at all.
        nodes: The new ids, by those in the text.
        frames: The new keys of frames.
        notes: The new keys of notes.
    """

    edit: Batch
    nodes: dict[str, str]
    frames: tuple[str, ...]
    notes: tuple[str, ...]


def paste(text: str, graph: Graph, at: Point | None = None, *, keep_inputs: bool = False) -> Pasted:
    """Return what pasting a text into a graph makes; nothing is changed yet.

    Args:
        text: A workflow's, such as ``copy`` gives. Types unknown here become placeholders.
        graph: A document's, or one of its definitions.
        at: Where its top left corner is to be; by default a little beside the original.
        keep_inputs: Links from outside are kept where their sources are here: for duplicating.

    Raises:
        WorkflowError: The text is no workflow, or a wrong one.
        GraphError: There is nothing in it.
    """
    clip = loads(text, graph.catalogue)
    paster = _Paster(clip, graph, at)
    if not (len(clip) or clip.view.get("frames") or clip.view.get("notes")):
        raise GraphError("there is nothing in it to paste; copy some nodes first")
    links = paster.links(_outside(clip) if keep_inputs else {})
    nodes = list(paster.nodes())
    frames, notes = paster.extras("frames"), paster.extras("notes")
    edits = (*paster.definitions, *nodes, *links, *paster.places(), *frames, *notes)
    title = f"Paste {counted(len(clip), 'node')}"
    keys = [tuple(edit.key for edit in found) for found in (frames, notes)]
    return Pasted(Batch(edits, title), paster.ids, *keys)


class _Paster:
    def __init__(self, clip: Graph, graph: Graph, at: Point | None) -> None:
        self.clip, self.graph = clip, graph
        self.ids = fresh_names((node.id for node in clip), {node.id for node in graph})
        zones = sorted({node.zone for node in clip if node.zone})
        self.zones = fresh_names(zones, {node.zone for node in graph})
        self.definitions, self.names = imported(clip, graph)
        self.shift = NUDGE if at is None else _shift(clip, at)

    def nodes(self) -> Iterable[Edit]:
        for node in self.clip:
            kind = node.type
            if kind.startswith(SUBGRAPH):
                kind = SUBGRAPH + self.names[kind.removeprefix(SUBGRAPH)]
            zone = self.zones.get(node.zone, "")
            yield AddNode(replace(node, id=self.ids[node.id], type=kind, zone=zone))

    def links(self, outside: dict[tuple[str, str], list[tuple[int, str, str]]]) -> list[Edit]:
        """Return the links between what is pasted, and of those from outside what fits here."""
        edits: list[Edit] = []
        for node in self.clip:
            inner = self.clip.inputs(node.id)
            for name in sorted({*inner, *(name for one, name in outside if one == node.id)}):
                found = [(self.ids[one], output) for one, output in inner.get(name, [])]
                for index, source, output in sorted(outside.get((node.id, name), [])):
                    if self._fits(source, output, node.id, name, bool(found)):
                        found.insert(index, (source, output))
                target = self.ids[node.id]
                edits += [_Relink(Link(*one, target, name, i)) for i, one in enumerate(found)]
        return edits

    def _fits(self, source: str, output: str, target: str, name: str, taken: bool) -> bool:
        """Tell whether an output of the graph may be linked to what is pasted."""
        spec = self.clip.spec(target)
        if source not in self.graph or (taken and spec.known and not spec.variadic(name)):
            return False
        given = self.graph.spec(source)
        if (given.known and output not in given.outputs) or (
            spec.known and name not in spec.targets
        ):
            return False
        return fits(output_type(self.graph, (source, output)), spec.targets.get(name, ANY))

    def places(self) -> Iterable[SetView]:
        for node in self.clip:
            found = self._moved("nodes", node.id)
            here = self.ids[node.id]
            if found or entry(self.graph, "nodes", here):  # the place of one that was removed
                yield SetView("nodes", here, found or None)
        for link in self.clip.links():
            points = [self._whole(point) for point in bends(self.clip, link)]
            if points:
                key = link_key(replace(link, target=self.ids[link.target]))
                yield SetView("links", key, {"points": points})

    def extras(self, section: Section) -> list[SetView]:
        """Return the frames, or the notes, under keys of their own."""
        edits: list[SetView] = []
        taken = set(_object(self.graph.view.get(section)))
        for key in sorted(_object(self.clip.view.get(section))):
            found = self._moved(section, key)
            if found:
                fresh = fresh_names([key], taken)[key]
                taken.add(fresh)
                edits.append(SetView(section, fresh, found))
        return edits

    def _moved(self, section: Section, key: str) -> dict[str, Any]:
        found, pos = dict(entry(self.clip, section, key)), place(self.clip, key, section).pos
        if pos is not None:
            found["pos"] = self._whole(pos)
        return found

    def _whole(self, point: Point) -> list[int]:
        return [round(point[0] + self.shift[0]), round(point[1] + self.shift[1])]


def _outside(clip: Graph) -> dict[tuple[str, str], list[tuple[int, str, str]]]:
    """Return what was linked from outside: by node and input its index, source and output.

    What is not as ``copy`` writes it is left out: any text may come from the clipboard.
    """
    found: dict[tuple[str, str], list[tuple[int, str, str]]] = {}
    for target, sources in _object(_object(clip.extra.get(CLIPBOARD)).get(INPUTS)).items():
        node, _, name = target.partition(".")
        for index, source in _object(sources).items():
            if index.isdecimal() and isinstance(source, str):
                one, _, output = source.partition(".")
                found.setdefault((node, name), []).append((int(index), one, output))
    return found


def _object(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _shift(clip: Graph, at: Point) -> Point:
    """Return how far everything moves so that its top left corner is at a point."""
    sections: tuple[Section, ...] = ("nodes", "frames", "notes")
    placed = [
        pos
        for section in sections
        for key in _object(clip.view.get(section))
        if (pos := place(clip, key, section).pos) is not None
    ]
    left, top = (min((pos[axis] for pos in placed), default=0.0) for axis in (0, 1))
    return at[0] - left, at[1] - top


def fresh_names(names: Iterable[str], taken: Collection[str]) -> dict[str, str]:
    """Return for each name itself or, where it is taken, the first free ``name_2``, ``name_3`` …"""
    used, fresh = set(taken), dict[str, str]()
    for name in names:
        stem = re.sub(r"_\d+$", "", name)[:56] or name[:56]
        number, free = 2, name
        while free in used:
            free = f"{stem}_{number}"
            number += 1
        used.add(free)
        fresh[name] = free
    return fresh
