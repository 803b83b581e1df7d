"""A prompt in API format in the shape of the editor's: without places, so nodes get some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nodegraph.comfy.classes import table
from nodegraph.comfy.findings import PromptError, RefusedError
from nodegraph.comfy.prompt import Linked
from nodegraph.comfy.prompt import read as read_prompt
from nodegraph.comfy.ui.model import Slot, UiGraph, UiLink, UiNode, UiWorkflow
from nodegraph.comfy.ui.reading import RENAMED, refuse
from nodegraph.comfy.ui.values import finite, obj

if TYPE_CHECKING:
    from nodegraph.comfy.prompt import Prompt, PromptNode

COLUMN, ROW = 340, 300
BUTTONS = ("choose file to upload", "upload", "Random seed after every gen")
"""What older editors sent beside a class's own values."""


def is_prompt(data: Any) -> bool:
    """Tell whether JSON data is a prompt: every node has a class, or is meant to."""
    return any("class_type" in obj(one) for one in obj(data).values())


def read(data: Any) -> UiWorkflow:
    """Return a prompt as a workflow.

    Raises:
        WorkflowError: It is none, or a node has no class.
    """
    try:
        prompt = read_prompt(finite(data))
    except PromptError as error:
        refuse(_sentence(error))
    made = UiWorkflow(UiGraph())
    for node in prompt.values():
        if not node.class_type:
            refuse(f"the node {node.id} has no class, so nobody knows what it is; name its class")
        made.graph.nodes[node.id] = _node(node)
    for node in prompt.values():
        _link(made, node, prompt)
    _place(made.graph)
    return made


def _sentence(error: PromptError) -> str:
    """Return what is wrong with a prompt as we say things: the node, what is wrong, the remedy."""
    words, place = error.finding.message, error.finding.details
    words = words[:1].lower() + words[1:]
    node_id = place.removeprefix("Node ID '#").removesuffix("'")
    return f"the node {node_id}: {words}" if node_id else words


def _node(node: PromptNode) -> UiNode:
    kind = RENAMED.get(node.class_type, node.class_type)[:180]
    entry = table().get(kind)
    outputs = [Slot(name, name) for name in entry.outputs] if entry else []
    return UiNode(node.id, kind, node.title[:200], outputs=outputs)


def _link(made: UiWorkflow, node: PromptNode, prompt: Prompt) -> None:
    graph, ui = made.graph, made.graph.nodes[node.id]
    for name in node.inputs:
        if name in BUTTONS:
            continue
        try:
            value = node.value(name)
        except RefusedError:
            ui.named[name] = node.inputs[name]
            continue
        if not isinstance(value, Linked):
            ui.named[name] = value
        elif value.node not in prompt or not 0 <= value.slot < 1000:
            made.notes.append(
                f"the link to {name} of {ui.type} ({ui.id}) comes from nowhere; it is left out"
            )
            ui.inputs.append(Slot(name, "*"))
        else:
            link = UiLink(str(len(graph.links) + 1), value.node, value.slot, ui.id, len(ui.inputs))
            graph.links[link.id] = link
            ui.inputs.append(Slot(name, "*", link.id))
            outputs = graph.nodes[value.node].outputs
            outputs += [Slot("", "*") for _ in range(value.slot + 1 - len(outputs))]


def _place(graph: UiGraph) -> None:
    """Put each node into the column after those that feed it."""
    from nodegraph.comfy.bringing.order import ordered

    depth: dict[str, int] = {}
    rows: dict[int, int] = {}
    order, _ = ordered(
        UiGraph(nodes={name: _copy(one) for name, one in graph.nodes.items()}, links=graph.links)
    )
    for node in order:
        feeds = [graph.links[slot.link].source for slot in node.inputs if slot.link]
        column = 1 + max((depth.get(one, 0) for one in feeds), default=-1)
        depth[node.id] = column
        row = rows[column] = rows.get(column, -1) + 1
        graph.nodes[node.id].pos = (column * COLUMN, row * ROW)


def _copy(node: UiNode) -> UiNode:
    return UiNode(node.id, node.type, inputs=list(node.inputs))
