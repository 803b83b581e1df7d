"""A class of ComfyUI's: what it takes and gives, and how it becomes nodes of ours, and back.

The table of them is all there is to know of ComfyUI's classes. A file of entries declares some by
``comfy_class``, by ``twin_class`` those that are one node of ours, by ``unsupported`` those that
are known and cannot be carried over; ``table`` imports every such file.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from nodegraph.comfy.findings import Finding, RefusedError
from nodegraph.comfy.origin import ORIGIN

if TYPE_CHECKING:
    from nodegraph.comfy.fields import Field
    from nodegraph.comfy.here import Here
    from nodegraph.comfy.site import Site
    from nodegraph.comfy.theirs import Theirs
    from nodegraph.comfy.twin import Twin
    from nodegraph.comfy.wire import Wire
    from nodegraph.graph import Graph, Node

Rule: TypeAlias = "Callable[[Here], Sequence[Wire]]"
"""Makes nodes of ours for one of theirs, and gives what its outputs carry, in order."""

Back: TypeAlias = "Callable[[Graph, Node], Theirs | None]"
"""Says which node of theirs one of ours is, or nothing where it is none."""

ENTRIES = (
    "loaders",
    "encoders",
    "conditioning",
    "control",
    "vision",
    "boxes",
    "hooks",
    "properties",
    "models",
    "latent",
    "latent_layout",
    "sampling",
    "custom",
    "samplers",
    "schedules",
    "image",
    "scaling",
    "transform",
    "mask",
    "values",
    "unsupported",
)


@dataclass(frozen=True)
class ComfyClass:
    """One entry of the table.

    Attributes:
        outputs: Their types, in order; they are called the same.
        summary: A sentence for whoever chooses among classes.
        saves: It is what a prompt is for: ComfyUI's "output node".
        differs: Where our picture is not theirs, and why; empty where the two are the same.
        rarely: The files alone for which an exact class is not exact, and why.
        unsupported: Why it cannot be carried over; empty where it can. A prompt that needs it is
            refused, a file that has it keeps it as it came.
        back: From a node of ours to this class, see ``backwards``; nothing where there is no way.
        begins: The type of ours that ``back`` is asked about.
    """

    name: str
    title: str
    category: str
    inputs: tuple[Field, ...]
    outputs: tuple[str, ...]
    summary: str
    rule: Rule
    saves: bool = False
    differs: str = ""
    unsupported: str = ""
    back: Back | None = None
    begins: str = ""
    rarely: str = ""

    @property
    def why(self) -> str:
        """Where it is not theirs, or why it is not here at all."""
        return self.unsupported or self.differs or self.rarely

    def told(self, site: Site) -> dict[str, Any]:
        """Return the class as ``/object_info`` has it."""
        named = {"required": self._fields(False), "optional": self._fields(True)}
        groups = {group: fields for group, fields in named.items() if fields or group == "required"}
        return {
            "input": {
                group: {field.name: field.told(site) for field in fields}
                for group, fields in groups.items()
            },
            "input_order": {
                group: [field.name for field in fields] for group, fields in groups.items()
            },
            "output": list(self.outputs),
            "output_is_list": [False] * len(self.outputs),
            "output_name": list(self.outputs),
            "name": self.name,
            "display_name": self.title,
            "description": " ".join(filter(None, (self.summary, self.why))),
            "python_module": "nodes",
            "category": self.category,
            "output_node": self.saves,
        }

    def _fields(self, optional: bool) -> list[Field]:
        return [field for field in self.inputs if field.optional == optional]


_classes: dict[str, ComfyClass] = {}


def comfy_class(
    name: str,
    *,
    title: str,
    category: str,
    inputs: Sequence[Field],
    outputs: Sequence[str] = (),
    saves: bool = False,
    differs: str = "",
    back: tuple[str, Back] | None = None,
) -> Callable[[Rule], Rule]:
    """Put a class into the table; the rule's docstring is its summary.

    Args:
        back: The way back, where there is one: the type of ours that it begins at, and what says
            which node of theirs that is.
    """

    def enter(rule: Rule) -> Rule:
        begins, way = back or ("", None)
        summary = (rule.__doc__ or "").partition("\n")[0]
        _classes[name] = ComfyClass(
            name,
            title,
            category,
            tuple(inputs),
            tuple(outputs),
            summary,
            rule,
            saves,
            differs,
            back=way,
            begins=begins,
        )
        return rule

    return enter


def twin_class(
    name: str,
    twin: Twin,
    summary: str,
    *,
    title: str,
    category: str,
    inputs: Sequence[Field],
    outputs: Sequence[str] = (),
    saves: bool = False,
    differs: str = "",
    rarely: str = "",
) -> None:
    """Put a class into the table that is one node of ours: both ways follow from that."""
    _classes[name] = ComfyClass(
        name,
        title,
        category,
        tuple(inputs),
        tuple(outputs),
        summary,
        twin.forth,
        saves,
        differs,
        back=lambda graph, node: twin.back(name, inputs, graph, node),
        begins=twin.type,
        rarely=rarely,
    )


def unsupported(
    name: str,
    reason: str,
    *,
    title: str,
    category: str,
    inputs: Sequence[Field] = (),
    outputs: Sequence[str] = (),
    saves: bool = False,
) -> None:
    """Put a class into the table that is known and cannot be carried over.

    Args:
        reason: A sentence: what is not here, and what to use in its place.
    """

    def refuse(here: Here) -> list[Wire]:
        raise RefusedError(Finding("custom_validation_failed", reason, here.node.class_type))

    summary = f"{title}: known, and not done here."
    _classes[name] = ComfyClass(
        name,
        title,
        category,
        tuple(inputs),
        tuple(outputs),
        summary,
        refuse,
        saves,
        unsupported=reason,
    )


@cache
def table() -> Mapping[str, ComfyClass]:
    """Return every class there is an entry for, by name."""
    for module in ENTRIES:
        importlib.import_module(f"nodegraph.comfy.entries.{module}")
    return dict(_classes)


@cache
def _by_type() -> Mapping[str, Sequence[ComfyClass]]:
    found: dict[str, list[ComfyClass]] = {}
    for one in table().values():
        if one.back is not None:
            found.setdefault(one.begins, []).append(one)
    return found


def backwards(graph: Graph, node_id: str) -> Theirs | None:
    """Return which node of ComfyUI's one of ours is; nothing where there is none.

    Classes that several could be are asked in the table's order, but first the one that the node
    came from. Nodes that another's ``Theirs`` has ``absorbed`` need none of their own, unless
    something else reads them.
    """
    node = graph[node_id]
    said: Any = node.extra.get(ORIGIN) or {}
    came: str = said.get("class", "")
    candidates = _by_type().get(node.type, ())
    for one in sorted(candidates, key=lambda one: one.name != came):
        found = None if one.back is None else one.back(graph, node)
        if found is not None:
            return found
    return None
