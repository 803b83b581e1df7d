"""A class of ComfyUI's: what it takes and gives, and how it becomes nodes of ours.

The table of them is all there is to know of ComfyUI's classes. A file of entries declares some by
``comfy_class``; ``table`` imports every such file.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from nodegraph.comfy.fields import Field
    from nodegraph.comfy.here import Here
    from nodegraph.comfy.site import Site
    from nodegraph.comfy.wire import Wire

Rule: TypeAlias = "Callable[[Here], Sequence[Wire]]"
"""Makes nodes of ours for one of theirs, and gives what its outputs carry, in order."""

ENTRIES = ("loaders", "conditioning", "latent", "sampling", "image")


@dataclass(frozen=True)
class ComfyClass:
    """One entry of the table.

    Attributes:
        outputs: Their types, in order; they are called the same.
        summary: A sentence for whoever chooses among classes.
        saves: It is what a prompt is for: ComfyUI's "output node".
        differs: Where our picture is not theirs, and why; empty where the two are the same.
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
            "description": " ".join(filter(None, (self.summary, self.differs))),
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
) -> Callable[[Rule], Rule]:
    """Put a class into the table; the rule's docstring is its summary."""

    def enter(rule: Rule) -> Rule:
        summary = (rule.__doc__ or "").partition("\n")[0]
        _classes[name] = ComfyClass(
            name, title, category, tuple(inputs), tuple(outputs), summary, rule, saves, differs
        )
        return rule

    return enter


@cache
def table() -> Mapping[str, ComfyClass]:
    """Return every class there is an entry for, by name."""
    for module in ENTRIES:
        importlib.import_module(f"nodegraph.comfy.entries.{module}")
    return dict(_classes)
