"""One node of ComfyUI's while it becomes nodes of ours: what a rule may ask and do."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from nodegraph.comfy.findings import refuse
from nodegraph.comfy.origin import ORIGIN
from nodegraph.comfy.wire import Wire
from nodegraph.edits import AddNode, Connect, SetParam
from nodegraph.errors import NodegraphError
from nodegraph.graph import Link, Node, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from nodegraph.comfy.classes import ComfyClass
    from nodegraph.comfy.prompt import PromptNode
    from nodegraph.comfy.site import Site
    from nodegraph.graph import Graph

MAX_STEM = 48
SIZES = ("width", "height", "batch_size")
KEPT = {
    "MODEL": ("gradual", "guiding", "projected"),
    "CONDITIONING": ("controls", "boxes", "pictures", "reference"),
    "LATENT": ("masked",),
}
"""What stays known of a value when a node has changed it, by its type."""


T5 = (
    "CLIPTextEncodeFlux",
    "CLIPTextEncodeSD3",
    "ControlNetApplySD3",
    "EmptySD3LatentImage",
    "FluxGuidance",
    "FluxKontextImageScale",
    "FluxKontextMultiReferenceLatentMethod",
    "ModelSamplingFlux",
    "ModelSamplingSD3",
    "SkipLayerGuidanceSD3",
)
"""Classes for the families whose texts T5 reads."""


def reads_t5(classes: Iterable[str]) -> bool:
    """Tell by its classes whether a workflow is for a family whose texts T5 reads: Stable Diffusion
    3 or Flux. A checkpoint's name does not say so.
    """
    return any(one in T5 for one in classes)


def _none() -> None:
    return None


class Ids:
    """Ids of ours, each given once, in time that does not grow with how many look alike."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def give(self, stem: str) -> str:
        """Return the stem itself, or with the first number that is free."""
        while True:
            number = self._given[stem] = self._given.get(stem, 0) + 1
            if number == 1:
                return stem
            if f"{stem}_{number}" not in self._given:
                self._given[f"{stem}_{number}"] = 1
                return f"{stem}_{number}"


@dataclass
class Here:
    """The node at hand.

    Attributes:
        values: Its inputs: constants as the class gets them, and wires.
        graph: Ours, as far as it is made.
        quotes: Constants of all nodes, for names of files: by the node's name and the input's.
        entry: Its class.
        near: Finds the model that the node works for, once it is wanted; see ``nearest``.
        made: The nodes of ours that it became.
        notes: Where our picture will not be theirs, and why.
        t5: Texts are read by T5, as far as one sees; see ``reads_t5``.
    """

    node: PromptNode
    values: Mapping[str, Any]
    graph: Graph
    site: Site
    quotes: Mapping[tuple[str, str], str]
    ids: Ids
    entry: ComfyClass
    near: Callable[[], Wire | None] = field(default=_none)
    made: list[str] = field(default_factory=list[str])
    notes: list[str] = field(default_factory=list[str])
    t5: bool = False

    def __getitem__(self, name: str) -> Any:
        """Return an input: a constant, or a wire."""
        return self.values[name]

    def constant(self, name: str) -> Any:
        """Return an input that has to be known before the run.

        Raises:
            RefusedError: It comes by a link.
        """
        if isinstance(self.values[name], Wire):
            raise self.refuse(name, f"{name} cannot come by a link here; write its value down")
        return self.values[name]

    def kept(self, kind: str) -> Mapping[str, Any]:
        """Return what stays known of a value of a type that the node gives: that of its inputs."""
        found: dict[str, Any] = {}
        for one in self.entry.inputs:
            wire = self.values.get(one.name)
            if isinstance(wire, Wire) and one.type == kind:
                for name in KEPT.get(kind, ()):
                    if name in wire.facts:
                        found.setdefault(name, wire.facts[name])
        return found

    def add(self, type_id: str, **settings: Any) -> str:
        """Add a node of ours and return its id.

        Args:
            type_id: Its type.
            settings: By input or parameter: a constant, a wire, several for an input that takes
                several, or nothing, which leaves it alone.

        Raises:
            RefusedError: A value does not fit.
        """
        links = {name: _wires(value) for name, value in settings.items() if _wires(value)}
        params = {
            name: value
            for name, value in settings.items()
            if value is not None and name not in links
        }
        node_id = self.ids.give(f"{type_id.rpartition('.')[2]}_{_stem(self.node.id)}")
        origin = {ORIGIN: {"id": self.node.id, "class": self.node.class_type}}
        node = Node(
            node_id,
            type_id,
            self.graph.catalogue[type_id].version,
            params,
            self.node.title,
            extra=origin,
        )
        self._apply(AddNode(node))
        self.made.append(node_id)
        for name, wires in links.items():
            for index, wire in enumerate(wires):
                self._apply(Connect(Link(*self._source(name, wire), node_id, name, index)))
        return node_id

    def lead(self, node_id: str, name: str, value: Any) -> None:
        """Give a parameter of a node of ours that is there already its value: of whatever kind."""
        if isinstance(value, Wire):
            self._apply(Connect(Link(*self._source(name, value), node_id, name)))
        else:
            self._apply(SetParam(node_id, name, value))

    def approximate(self, sentence: str) -> None:
        """Say where our picture will not be theirs."""
        self.notes.append(sentence)

    def refuse(self, name: str, message: str) -> NodegraphError:
        """Return what says that an input cannot be carried over."""
        return refuse("custom_validation_failed", message, name)

    def _source(self, name: str, wire: Wire) -> Source:
        return wire.source or self.real(name, wire)

    def real(self, name: str, wire: Wire) -> Source:
        """Add an empty latent that was only a size so far.

        Raises:
            RefusedError: Nobody knows for which model, or it is something else.
        """
        if "difference" in wire.facts:
            raise self.refuse(name, "a difference of models can only be added to one here")
        model = self.near()
        if model is None or "width" not in wire.facts:
            raise self.refuse(name, f"{name} is an empty latent, and nothing says for which model")
        sizes = {one: wire.facts[one] for one in SIZES}
        return self.add("latent.empty", model=model, **sizes), "latent"

    def _apply(self, edit: Any) -> None:
        try:
            self.graph.apply(edit)
        except NodegraphError as error:
            raise self.refuse("", str(error)) from None


def _wires(value: Any) -> list[Wire]:
    if isinstance(value, tuple):
        return list(cast("tuple[Wire, ...]", value))
    return [value] if isinstance(value, Wire) else []


def _stem(node_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", node_id)[:MAX_STEM]
