"""From a prompt to a graph of ours, with the way back from each of our nodes to theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from nodegraph.comfy.check import Checked, check
from nodegraph.comfy.classes import table
from nodegraph.comfy.findings import Finding, NodeFindings, PromptError, RefusedError
from nodegraph.comfy.here import Here, Ids, reads_t5
from nodegraph.comfy.nearest import Nearest
from nodegraph.comfy.prefix import quotable
from nodegraph.comfy.prompt import Linked, Prompt
from nodegraph.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodegraph.comfy.site import Site
    from nodegraph.comfy.wire import Wire


@dataclass(frozen=True)
class Translation:
    """A prompt as a graph.

    Attributes:
        outputs: ComfyUI's output nodes that can run.
        targets: What to run of ours.
        origin: ComfyUI's node for each of ours; ``origin.origins`` reads the same from a graph.
        notes: Where our picture will not be theirs, by ComfyUI's node.
        errors: What keeps other outputs from running, by ComfyUI's node.
    """

    graph: Graph
    outputs: tuple[str, ...]
    targets: tuple[str, ...]
    origin: Mapping[str, str]
    notes: Mapping[str, Sequence[str]]
    errors: Mapping[str, NodeFindings]


def translate(prompt: Prompt, site: Site, only: Sequence[str] | None = None) -> Translation:
    """Turn what a prompt's outputs need into a graph.

    Raises:
        PromptError: None of the outputs can run.
    """
    checked = check(prompt, site, only)
    made = _made(checked, site)
    broken = checked.broken()
    outputs = tuple(one for one in checked.outputs if one not in broken)
    errors = checked.findings()
    if not outputs:
        raise _nothing_runs(errors)
    graph = next(iter(made.values())).graph
    return Translation(
        graph,
        outputs,
        tuple(node for one in outputs for node in made[one].made if graph.spec(node).effect),
        {node: here.node.id for here in made.values() for node in here.made},
        {node_id: tuple(here.notes) for node_id, here in made.items() if here.notes},
        errors,
    )


def _made(checked: Checked, site: Site) -> dict[str, Here]:
    """Follow the rules node by node; what cannot be made is noted among what is wrong."""
    graph, classes = Graph(site.catalogue), table()
    made: dict[str, Here] = {}
    wires: dict[str, Sequence[Wire]] = {}
    quotes, ids = quotable(checked.prompt), Ids()
    nearest = Nearest(checked.prompt, classes, wires)
    for node_id in checked.order:
        if node_id in checked.wrong or any(one not in wires for one in checked.needs[node_id]):
            continue
        node = checked.prompt[node_id]
        entry = classes[node.class_type]
        values = _values(checked.values[node_id], wires)
        here = Here(
            node,
            values,
            graph,
            site,
            quotes,
            ids,
            entry,
            partial(nearest.model, node_id),
            t5=reads_t5(one.class_type for one in checked.prompt.values()),
        )
        try:
            wires[node_id] = entry.rule(here)
            made[node_id] = here
        except RefusedError as error:
            checked.wrong[node_id] = [error.finding]
    return made


def _values(values: Mapping[str, Any], wires: Mapping[str, Sequence[Wire]]) -> dict[str, Any]:
    return {
        name: wires[value.node][value.slot] if isinstance(value, Linked) else value
        for name, value in values.items()
    }


def _nothing_runs(errors: Mapping[str, NodeFindings]) -> PromptError:
    lines = [
        f"{node_id} ({found.class_type}): {finding.message}"
        for node_id, found in errors.items()
        for finding in found.errors
    ]
    message = "None of the prompt's outputs can run"
    return PromptError(
        Finding("prompt_outputs_failed_validation", message, "\n".join(lines)), errors
    )
