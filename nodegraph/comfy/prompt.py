"""Reading a prompt in ComfyUI's API format: bounded, lenient in what does not matter, all data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeAlias, cast

from nodegraph.comfy.findings import Finding, PromptError, refuse
from nodegraph.errors import WorkflowError
from nodegraph.jsontext import parse

MAX_NODES = 10_000
MAX_ID = 256


@dataclass(frozen=True, slots=True)
class Linked:
    """Where an input's link comes from: a node, and which of its outputs."""

    node: str
    slot: int


@dataclass(frozen=True, slots=True)
class PromptNode:
    """A node as it was sent.

    Attributes:
        id: Digits, as a rule; ``1:2:3`` inside a subgraph.
        inputs: Constants and links, not looked at yet.
        title: What a person called it.
    """

    id: str
    class_type: str
    inputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    title: str = ""

    def value(self, name: str) -> Any:
        """Return an input: ``Linked``, or a constant.

        Raises:
            RefusedError: It is a list, but no link.
        """
        given: Any = self.inputs[name]
        if isinstance(given, list):
            return _link(name, cast("list[Any]", given))
        if isinstance(given, dict):
            constant = cast("dict[str, Any]", given)
            return constant.get("__value__", constant)
        return given


Prompt: TypeAlias = Mapping[str, PromptNode]
"""Nodes by id, in the order they were sent in, which is the order among equals."""


def _link(name: str, given: list[Any]) -> Linked:
    whole = len(given) == 2 and type(given[1]) is int and isinstance(given[0], (str, int))
    if not whole:
        message = "A link is a list of a node's id and the number of its output"
        raise refuse("bad_linked_input", message, name, received_value=given)
    return Linked(str(given[0]), given[1])


def loads(text: str | bytes) -> Prompt:
    """Read a prompt from JSON text; NaN and Infinity are let in.

    Raises:
        PromptError: It is none.
    """
    try:
        data = parse(text, finite=False)
    except WorkflowError as error:
        _refuse(str(error))
    return read(data)


def read(data: Any) -> Prompt:
    """Read a prompt from JSON data. What no class asks for is let be: ``is_changed``, for example.

    Raises:
        PromptError: It is none.
    """
    if not isinstance(data, dict):
        _refuse("A prompt is an object: nodes by their ids")
    entries = cast("dict[str, Any]", data)
    if len(entries) > MAX_NODES:
        _refuse(f"It has {len(entries):,} nodes; {MAX_NODES:,} are allowed")
    return {node_id: _node(node_id, entry) for node_id, entry in entries.items()}


def _node(node_id: str, entry: Any) -> PromptNode:
    if len(node_id) > MAX_ID:
        _refuse(f"An id has more than {MAX_ID} letters; give the node a shorter one")
    if not isinstance(entry, dict):
        _refuse("A node is an object with class_type and inputs", node_id)
    node = cast("dict[str, Any]", entry)
    class_type, inputs, meta = node.get("class_type"), node.get("inputs", {}), node.get("_meta")
    if not isinstance(class_type, str):
        _refuse("A node has no class_type, so nobody knows what it is; name its class", node_id)
    if not isinstance(inputs, dict):
        _refuse("A node's inputs are an object: values by their names", node_id)
    title = cast("dict[str, Any]", meta).get("title") if isinstance(meta, dict) else ""
    return PromptNode(
        node_id,
        class_type,
        cast("dict[str, Any]", inputs),
        title if isinstance(title, str) else "",
    )


def _refuse(message: str, node_id: str | None = None) -> NoReturn:
    place = "" if node_id is None else f"Node ID '#{node_id}'"
    raise PromptError(Finding("invalid_prompt", message, place))
