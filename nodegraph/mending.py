"""What a changed definition asks of its uses: renamed sockets are followed, impossible links go.

So that what is in memory can always be written and read again: a link to an input that a definition
no longer has, or of a type that no longer fits, would make a file that the reader refuses.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

from nodegraph.core_nodes import INPUT, OUTPUT
from nodegraph.errors import NodegraphError
from nodegraph.graph import SUBGRAPH, Graph, Link, Node
from nodegraph.linking import infer, wired
from nodegraph.spec import NodeSpec, complete
from nodegraph.subgraphs import boundary, interface

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nodegraph.edits import Edit, Touched


@dataclass(frozen=True, slots=True)
class Rewire:
    """Put a node and its links back exactly as they were, in a definition or where it is applied.

    Attributes:
        scope: The definition's name; empty for the graph itself.
    """

    scope: str
    node: Node
    links: tuple[Link, ...]
    touches: ClassVar[Touched] = "structure"

    def check(self, graph: Graph) -> None:
        """Refuse a node, or a link's other end, that is not there."""
        scope = self._scope(graph)
        for node_id in {self.node.id, *(e for x in self.links for e in (x.source, x.target))}:
            _ = scope[node_id]

    def enact(self, graph: Graph) -> Edit:
        """Put them back; the inverse brings back what was there."""
        scope = self._scope(graph)
        before = rewiring(self.scope, scope, self.node.id)
        _put(scope, self.node, self.links)
        return before

    def _scope(self, graph: Graph) -> Graph:
        return graph.subgraphs[self.scope] if self.scope else graph


def rewiring(name: str, scope: Graph, node_id: str) -> Rewire:
    """Return the edit that brings a node back as it is now."""
    return Rewire(name, scope[node_id], tuple(scope.links_of(node_id)))


def _put(scope: Graph, node: Node, links: Sequence[Link]) -> None:
    for link in scope.links_of(node.id):
        key = (link.output, link.input, link.index)
        scope.dag.remove_edge(link.source, link.target, key)
    scope.keep(node)
    for link in links:
        scope.dag.add_edge(link.source, link.target, (link.output, link.input, link.index))
    scope.revision += 1


@dataclass(frozen=True)
class Face:
    """A definition as its uses saw it before a change.

    Attributes:
        names: What each input and output node called its socket, by type and id.
    """

    spec: NodeSpec | None
    names: Mapping[tuple[str, str], str]


def face(graph: Graph, name: str) -> Face:
    """Return how the uses of a definition see it now."""
    definition = graph.subgraphs.get(name)
    if definition is None:
        return Face(None, {})
    names = {
        (kind, node.id): node.params["name"]
        for kind in (INPUT, OUTPUT)
        for node in boundary(definition, kind)
    }
    return Face(interface(SUBGRAPH + name, definition), names)


def mend(graph: Graph, name: str, before: Face) -> list[Rewire]:
    """Make the uses of a definition agree with it, and those of what contains them.

    Returns:
        What brings back each node that had to be changed.
    """
    if graph.subgraphs.get(name) is None or face(graph, name).spec == before.spec:
        return []
    mender = _Mender(graph)
    mender.renamed = _renamed(before, face(graph, name))
    mender.run(name)
    return list(mender.before.values())


def _renamed(before: Face, after: Face) -> dict[tuple[str, str], str]:
    """Return the new name of each socket whose node has another one now, by kind and old name."""
    kept = {(kind, name) for (kind, _), name in after.names.items()}
    had = {(kind, name) for (kind, _), name in before.names.items()}
    return {
        (kind, old): after.names[kind, node_id]
        for (kind, node_id), old in before.names.items()
        if (kind, node_id) in after.names
        and (kind, old) not in kept
        and (kind, after.names[kind, node_id]) not in had
    }


@dataclass
class _Mender:
    graph: Graph
    renamed: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    before: dict[tuple[str, str], Rewire] = field(default_factory=dict[tuple[str, str], Rewire])

    def run(self, name: str) -> None:
        """Go outwards from a definition as long as anything changes."""
        waiting = [name]
        while waiting:
            type_id = SUBGRAPH + waiting.pop()
            for scope_name, scope in self._scopes():
                uses = [node for node in scope if node.type == type_id]
                if not uses:
                    continue
                seen = face(self.graph, scope_name).spec if scope_name else None
                for node in uses:
                    self._use(scope_name, scope, node)
                self._types(scope_name, scope)
                scope.revision += 1  # the types of its outputs may be others now
                if scope_name and face(self.graph, scope_name).spec != seen:
                    waiting.append(scope_name)
            self.renamed = {}

    def _scopes(self) -> Iterator[tuple[str, Graph]]:
        inner = list(self.graph.subgraphs.items())
        if all(one is not self.graph for _, one in inner):
            yield "", self.graph
        yield from inner

    def _use(self, name: str, scope: Graph, node: Node) -> None:
        spec, links = scope.spec_of(node), scope.links_of(node.id)
        params = complete(spec, self._params(spec, node))
        kept = [self._link(node, link) for link in links]
        kept = [link for link in kept if _has_ends(scope, link)]
        if params != node.params or kept != links:
            self._note(name, scope, node.id)
            _put(scope, replace(node, params=params), kept)

    def _params(self, spec: NodeSpec, node: Node) -> dict[str, Any]:
        """Return the values that the definition still takes."""
        found: dict[str, Any] = {}
        for old, value in node.params.items():
            name = self.renamed.get((INPUT, old), old)
            try:
                found[name] = spec.params[name].check(value)
            except (KeyError, NodegraphError):
                continue
        return found

    def _link(self, node: Node, link: Link) -> Link:
        if link.source == node.id:
            output = self.renamed.get((OUTPUT, link.output), link.output)
            return replace(link, output=output)
        return replace(link, input=self.renamed.get((INPUT, link.input), link.input))

    def _types(self, name: str, scope: Graph) -> None:
        """Remove links whose types have stopped agreeing, wherever the change reaches."""
        wrong = infer(wired(scope))[1]
        for one in wrong:
            for link in scope.links_of(one.target):
                if ((link.source, link.output), link.target, link.input) == (
                    one.source,
                    one.target,
                    one.input,
                ):
                    self._note(name, scope, one.target)
                    rest = [other for other in scope.links_of(one.target) if other != link]
                    _put(scope, scope[one.target], rest)

    def _note(self, name: str, scope: Graph, node_id: str) -> None:
        if (name, node_id) not in self.before:
            self.before[name, node_id] = rewiring(name, scope, node_id)


def _has_ends(scope: Graph, link: Link) -> bool:
    """Tell whether both sockets of a link are there."""
    source, target = scope.spec(link.source), scope.spec(link.target)
    return (not source.known or link.output in source.outputs) and (
        not target.known or link.input in target.targets
    )
