"""What ComfyUI checks before it runs a prompt: links, types, bounds; all that is wrong, by node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import islice
from typing import TYPE_CHECKING, Any, NoReturn

from nodegraph.comfy.classes import ComfyClass, table
from nodegraph.comfy.findings import Finding, NodeFindings, PromptError, RefusedError, refuse
from nodegraph.comfy.prompt import Linked, Prompt, PromptNode

if TYPE_CHECKING:
    from nodegraph.comfy.fields import Field
    from nodegraph.comfy.site import Site

TOLD = 100
"""Nodes whose errors are told, of all that are wrong."""


@dataclass
class Checked:
    """A prompt whose nodes have been looked at.

    Attributes:
        order: The nodes that the outputs need, each after those it needs.
        needs: For each of them, those it has links from.
        outputs: The output nodes that were asked for.
        values: Inputs by node: constants as the class gets them, links as they are.
        wrong: What is wrong, by node.
    """

    prompt: Prompt
    order: list[str]
    needs: Mapping[str, Sequence[str]]
    outputs: tuple[str, ...]
    values: dict[str, dict[str, Any]] = field(default_factory=dict[str, "dict[str, Any]"])
    wrong: dict[str, list[Finding]] = field(default_factory=dict[str, "list[Finding]"])

    def broken(self) -> set[str]:
        """Return the nodes that are wrong, or need one that is."""
        found = set(self.wrong)
        for node_id in self.order:
            if any(needed in found for needed in self.needs[node_id]):
                found.add(node_id)
        return found

    def findings(self) -> dict[str, NodeFindings]:
        """Return what is wrong, of the first so many nodes, with the outputs that wait for them."""
        return {
            node_id: NodeFindings(
                self.prompt[node_id].class_type, tuple(findings), self._dependents(node_id)
            )
            for node_id, findings in islice(self.wrong.items(), TOLD)
        }

    def _dependents(self, node_id: str) -> tuple[str, ...]:
        """Return the outputs that need a node."""
        found = {node_id}
        for one in self.order:
            if not found.isdisjoint(self.needs[one]):
                found.add(one)
        return tuple(output for output in self.outputs if output in found)


def check(prompt: Prompt, site: Site, only: Sequence[str] | None = None) -> Checked:
    """Look at the nodes that a prompt's outputs need; others are let be, as ComfyUI does.

    Args:
        site: What may be named.
        only: The outputs to run; all of them by default.

    Raises:
        PromptError: A class is unknown, there are no outputs, or the links close a loop.
    """
    classes = table()
    _refuse_unknown(prompt, classes)
    outputs = [node.id for node in prompt.values() if classes[node.class_type].saves]
    wanted = tuple(one for one in outputs if only is None or one in only)
    if not wanted:
        message = "The prompt has no outputs, so there is nothing to do; add a SaveImage"
        raise PromptError(Finding("prompt_no_outputs", message))
    needs = {node.id: list(_needed(node, prompt, classes)) for node in prompt.values()}
    used = set(_upstream(wanted, needs))
    order = _ordered({node: needs[node] for node in prompt if node in used})
    checked = Checked(prompt, order, needs, wanted)
    for node_id in order:
        _node(checked, prompt[node_id], classes, site)
    return checked


def _refuse_unknown(prompt: Prompt, classes: Mapping[str, ComfyClass]) -> None:
    unknown = [node for node in prompt.values() if node.class_type not in classes]
    if not unknown:
        return
    names = list(dict.fromkeys(node.class_type[:80] for node in unknown))[:20]
    message = f"Nodegraph cannot run nodes of the class {', '.join(names)}"
    first = unknown[0]
    extra = {"node_id": first.id, "class_type": first.class_type, "node_title": first.title}
    raise PromptError(Finding("invalid_prompt", message, f"Node ID '#{first.id}'", extra))


def _needed(node: PromptNode, prompt: Prompt, classes: Mapping[str, ComfyClass]) -> Iterator[str]:
    for one in classes[node.class_type].inputs:
        given = node.inputs.get(one.name)
        if isinstance(given, list):
            try:
                linked = node.value(one.name)
            except RefusedError:
                continue
            if linked.node in prompt:
                yield linked.node


def _upstream(ends: Sequence[str], needs: Mapping[str, Sequence[str]]) -> Iterator[str]:
    seen, waiting = set(ends), list(ends)
    while waiting:
        node_id = waiting.pop()
        yield node_id
        fresh = [one for one in dict.fromkeys(needs[node_id]) if one not in seen]
        seen.update(fresh)
        waiting += fresh


def _ordered(needs: Mapping[str, Sequence[str]]) -> list[str]:
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        _refuse_loop(error.args[1])


def _refuse_loop(ring: Sequence[str]) -> NoReturn:
    message = f"The links close a loop: {' -> '.join(ring)}; remove one of them"
    raise PromptError(Finding("dependency_cycle", message, "", {"cycle_nodes": list(ring[:-1])}))


def _node(
    checked: Checked, node: PromptNode, classes: Mapping[str, ComfyClass], site: Site
) -> None:
    values = checked.values.setdefault(node.id, {})
    for one in classes[node.class_type].inputs:
        try:
            if one.name in node.inputs:
                values[one.name] = _input(checked.prompt, node, one, classes, site)
            elif not (one.optional or one.added):
                raise refuse("required_input_missing", f"{one.name} is missing", one.name)
            else:
                values[one.name] = one.usual
        except RefusedError as error:
            checked.wrong.setdefault(node.id, []).append(error.finding)


def _input(
    prompt: Prompt, node: PromptNode, one: Field, classes: Mapping[str, ComfyClass], site: Site
) -> Any:
    value = node.value(one.name)
    if not isinstance(value, Linked):
        return one.check(value, site)
    source = prompt.get(value.node)
    if source is None:
        raise refuse("bad_linked_input", f"There is no node '{value.node}' to link", one.name)
    outputs = classes[source.class_type].outputs
    if not 0 <= value.slot < len(outputs):
        message = f"{source.class_type} has {len(outputs)} outputs, so none with the number "
        raise refuse("bad_linked_input", f"{message}{value.slot}", one.name)
    given = outputs[value.slot]
    if not one.fits(given):
        raise refuse(
            "return_type_mismatch",
            f"{one.name} takes {one.type}, and the link gives {given}",
            one.name,
            received_type=given,
            linked_node=[value.node, value.slot],
        )
    return value
