"""Files of ComfyUI's, and of A1111's, opened as workflows of ours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nodegraph import media
from nodegraph.comfy.bringing.bring import bring
from nodegraph.comfy.bringing.came import CAME, unchanged
from nodegraph.comfy.bringing.report import Missing, Report, Row
from nodegraph.comfy.exporting.opened import opened, origin
from nodegraph.comfy.files.opening import find
from nodegraph.comfy.locating import last
from nodegraph.comfy.origin import ORIGIN
from nodegraph.comfy.site import WEIGHTS, Site
from nodegraph.core_nodes import INPUT
from nodegraph.errors import Problem, WorkflowError
from nodegraph.graph import SUBGRAPH
from nodegraph.jsontext import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from nodegraph.execution.context import Options
    from nodegraph.graph import Graph, Node
    from nodegraph.registry import Registry
    from nodegraph.spec import NodeSpec


NEEDED = "model.load"
"""A node type that is there wherever those are that theirs become."""


class NotYetError(WorkflowError):
    """It is a workflow of theirs, and can be opened once our node types are known."""


def imported(data: bytes, catalogue: Mapping[str, NodeSpec]) -> Graph | None:
    """Return a workflow of ours for a file's bytes; nothing where it is none of theirs.

    Raises:
        WorkflowError: It is one, and cannot be read.
        NotYetError: It is one, and our node types are not known yet.
    """
    found = find(data)
    if found is None:
        return None
    if NEEDED not in catalogue:
        message = "ComfyUI's workflows open once the node types are known; wait for the engine"
        raise NotYetError([Problem("$", message)])
    return bring(found.workflow, Site(catalogue), found.kind)[0]


def is_imported(graph: Graph) -> bool:
    """Tell whether a workflow came from ComfyUI."""
    return ORIGIN in graph.extra


def is_ours(data: bytes) -> bool:
    """Tell whether a file's bytes are a workflow of ours, or carry one."""
    from nodegraph.record import read_record

    try:
        found: Any = read_record(data) if media.kind(data[: media.HEAD]) else parse(data)
    except WorkflowError:
        return False
    return isinstance(found, dict) and ("nodegraph" in found or "workflow" in found)


def still_as_it_came(graph: Graph, path: str) -> bool:
    """Tell whether what a node of theirs became has not been changed since.

    Args:
        path: Of the last of our nodes: ``use/node`` in a subgraph.
    """
    *uses, name = path.split("/")
    scope = graph
    for use in uses:
        scope = graph.subgraphs[scope[use].type.removeprefix(SUBGRAPH)]
    entry = origin(scope[name]).get(CAME)
    return entry is None or unchanged(scope, entry)


def report(graph: Graph) -> Report:
    """Return what became of the nodes that a workflow came from, as far as they are still there."""
    said: Any = graph.extra.get(ORIGIN) or {}
    made = Report(
        said.get("kind", "workflow"),
        list(_rows(graph, "", "")),
        list(said.get("notes", ())),
        list(said.get("models", ())),
    )
    made.rows += [
        Row(one["id"], one["class"], one.get("title", ""), "exact")
        for one in said.get("vanished", ())
    ]
    return made


def _rows(graph: Graph, ids: str, path: str) -> Iterator[Row]:
    """Yield a row for each node of theirs, those inside each use of a subgraph after it."""
    groups: dict[str, list[Node]] = {}
    for node in graph:
        name = origin(node).get("id")
        if isinstance(name, str):
            groups.setdefault(name, []).append(node)
    for name, nodes in groups.items():
        last = nodes[-1]
        inner = graph.subgraphs.get(last.type.removeprefix(SUBGRAPH))
        if last.type.startswith(SUBGRAPH) and inner is not None:
            yield from _rows(inner, f"{ids}{name}:", f"{path}{last.id}/")
            continue
        said = origin(last)
        yield Row(
            ids + name,
            said.get("class", ""),
            last.title,
            said.get("mark", "exact"),
            tuple(said.get("why", ())),
            tuple(path + node.id for node in nodes),
        )


def missing(graph: Graph, registry: Registry, options: Options) -> list[Missing]:
    """Return the files that nodes name and that are not here, with where the file says they are."""
    from nodegraph.execution.fingerprints import absent

    flat, models = _settled(graph), report(graph).models
    found = absent(flat, registry, options)
    made = [_missing(flat, one, models) for one in found]
    for one in found:
        made += _others(flat, one, models, lambda: absent(flat, registry, options))
    return made


def _others(
    flat: Graph,
    problem: Problem,
    models: Sequence[Mapping[str, str]],
    look: Callable[[], list[Problem]],
) -> Iterator[Missing]:
    """Yield the other files that a node names: it tells one at a time, so each is asked for."""
    node = flat[problem.node]
    for name, value in node.params.items():
        weights = isinstance(value, str) and value.endswith(WEIGHTS)
        if weights and name != problem.socket and problem.socket in node.params:
            flat.keep(node.with_param(problem.socket, value))
            same = (one for one in look() if (one.node, one.socket) == (node.id, problem.socket))
            yield from (_missing(flat, one, models) for one in same)
    flat.keep(node)


def _settled(graph: Graph) -> Graph:
    """Return a graph with its subgraphs opened and what their uses set written into the nodes."""
    flat = opened(graph, modes=True).graph
    for node in list(flat):
        if node.type == INPUT:
            for link in flat.links_of(node.id):
                flat.dag.remove_edge(
                    link.source, link.target, (link.output, link.input, link.index)
                )
                target, value = flat[link.target], node.params["default"]
                if link.input in flat.spec_of(target).params:
                    flat.keep(target.with_param(link.input, value))
    return flat


def _missing(flat: Graph, problem: Problem, models: Sequence[Mapping[str, str]]) -> Missing:
    given: Any = flat[problem.node].params.get(problem.socket, "")
    wanted = str(given) if isinstance(given, (str, int)) else ""
    same = (one for one in models if last(one.get("name", "")) == last(wanted))
    found = next(same, None) or dict[str, str]()
    why = problem.message.removeprefix(f"{problem.node}: ")
    made = Missing(problem.node, wanted, why)
    return replace(made, source=found.get("url", ""), folder=found.get("directory", ""))
