"""Whether two sockets may be linked, and what type each output really has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import networkx as nx

from nodegraph.errors import ArityError, CycleError, SocketTypeError, did_you_mean
from nodegraph.graph import Link, Source
from nodegraph.sockets import ANY, bind, fits, has_variable, substitute
from nodegraph.spec import NodeSpec

if TYPE_CHECKING:
    from nodegraph.graph import Graph

networkx: Any = nx


class Wired(NamedTuple):
    """A node as type inference sees it.

    Attributes:
        scope: Nodes of one scope share their type variables: the two ends of a zone.
    """

    id: str
    spec: NodeSpec
    inputs: Mapping[str, Sequence[Source]]
    scope: str


class Mismatch(NamedTuple):
    """A link whose two ends do not agree."""

    source: Source
    source_type: str
    target: str
    input: str
    target_type: str


def infer(nodes: Iterable[Wired]) -> tuple[dict[Source, str], list[Mismatch]]:
    """Follow the types through nodes in topological order.

    Returns:
        The type of every output, and every link that does not fit.
    """
    types: dict[Source, str] = {}
    wrong: list[Mismatch] = []
    scopes: dict[str, dict[str, str]] = {}
    for node in nodes:
        spec = node.spec
        bindings = scopes.setdefault(node.scope, {}) if spec.generic else _NOTHING
        targets = spec.targets
        for name, sources in node.inputs.items():
            target = targets.get(name, ANY)
            for source in sources:
                actual = types.get(source, ANY)
                if actual != target and not bind(actual, target, bindings):
                    wanted = substitute(target, bindings)
                    wrong.append(Mismatch(source, actual, node.id, name, wanted))
        for name, output in spec.outputs.items():
            types[node.id, name] = substitute(output.type, bindings) if bindings else output.type
    return types, wrong


_NOTHING: dict[str, str] = {}


def check_link(graph: Graph, link: Link) -> None:
    """Refuse an impossible link.

    Raises:
        ArityError: A socket does not exist, or the input has its link already.
        SocketTypeError: The types do not agree.
        CycleError: The link would close a loop.
    """
    source, target = graph.spec(link.source), graph.spec(link.target)
    if source.known and link.output not in source.outputs:
        hint = did_you_mean(link.output, source.outputs)
        raise ArityError(f"{link.source} ({source.id}) has no output {link.output!r}{hint}")
    if target.known and link.input not in target.targets:
        hint = did_you_mean(link.input, target.targets)
        raise ArityError(f"{link.target} ({target.id}) has no input {link.input!r}{hint}")
    _check_free(graph, link)
    _check_acyclic(graph, link)
    _check_types(graph, link)


def _check_free(graph: Graph, link: Link) -> None:
    variadic = graph.spec(link.target).variadic(link.input)
    if link.index and not variadic and graph.spec(link.target).known:
        raise ArityError(f"{link.target}.{link.input} takes one link, so its index is 0")
    for taken in graph.links_of(link.target):
        place = (taken.target, taken.input, taken.index)
        if place == (link.target, link.input, link.index):
            raise ArityError(
                f"{link.target}.{link.input} has its link from {taken.source}.{taken.output} "
                "already; remove that one first"
            )


def _check_acyclic(graph: Graph, link: Link) -> None:
    """Walk down from the target once, each node at most once, looking for the source."""
    stack, seen = [link.target], {link.target}
    while stack:
        current = stack.pop()
        if current == link.source:
            raise CycleError(
                f"{link.source}.{link.output} -> {link.target}.{link.input} would close a loop, "
                f"since {link.target} leads to {link.source} already; for a loop use a zone "
                "(flow.repeat, sampling.denoise)"
            )
        fresh = [node for node in graph.dag.succ[current] if node not in seen]
        seen.update(fresh)
        stack += fresh


def _check_types(graph: Graph, link: Link) -> None:
    target = graph.spec(link.target)
    if not target.generic:
        source = (link.source, link.output)
        actual, wanted = output_type(graph, source), target.targets.get(link.input, ANY)
        if fits(actual, wanted):
            return
        raise _mismatch(Mismatch(source, actual, link.target, link.input, wanted))
    _, before = infer(wired(graph))
    _, after = infer(wired(graph, link))
    fresh = [mismatch for mismatch in after if mismatch not in before]
    if fresh:
        raise _mismatch(fresh[0])


def _mismatch(wrong: Mismatch) -> SocketTypeError:
    return SocketTypeError(describe_mismatch(wrong))


def describe_mismatch(wrong: Mismatch) -> str:
    """Say in a sentence which two ends do not agree, and what to do."""
    return (
        f"{wrong.source[0]}.{wrong.source[1]} gives {wrong.source_type}, "
        f"{wrong.target}.{wrong.input} takes {wrong.target_type}; "
        f"link an output of {wrong.target_type}, or put a node between that converts"
    )


def output_type(graph: Graph, source: Source) -> str:
    """Return the type an output really has, its variables followed upstream.

    One that the node's type does not declare may be anything, as those of unknown types are.
    """
    output = graph.spec(source[0]).outputs.get(source[1])
    if output is None:
        return ANY
    if not has_variable(output.type):
        return output.type
    types, _ = infer(wired(graph))
    return types.get(source, ANY)


def wired(graph: Graph, extra: Link | None = None) -> list[Wired]:
    """Return the nodes for ``infer`` in topological order, as if ``extra`` were linked too."""
    nodes: list[Wired] = []
    for node_id in topological(graph, extra):
        node, inputs = graph[node_id], graph.inputs(node_id)
        if extra is not None and extra.target == node_id:
            found = inputs.setdefault(extra.input, [])
            found.insert(extra.index, (extra.source, extra.output))
        scope = f"zone {node.zone}" if node.zone else node_id
        nodes.append(Wired(node_id, graph.spec_of(node), inputs, scope))
    return nodes


def topological(graph: Graph, extra: Link | None = None) -> list[str]:
    """Return the ids so that every node comes after what it needs.

    Raises:
        CycleError: There is a loop, which a graph changed by edits never has.
    """
    dag = graph.dag
    if extra is not None:
        dag = dag.copy()
        dag.add_edge(extra.source, extra.target)
    try:
        return list(networkx.topological_sort(dag))
    except networkx.NetworkXUnfeasible:
        loop = " -> ".join(link.source for link in find_loop(graph))
        raise CycleError(f"the links {loop} -> … close a loop; remove one of them") from None


def find_loop(graph: Graph) -> list[Link]:
    """Return the links of one loop, or nothing."""
    try:
        edges = networkx.find_cycle(graph.dag)
    except networkx.NetworkXNoCycle:
        return []
    return [Link(s, o, t, i, n) for s, t, (o, i, n) in edges]
