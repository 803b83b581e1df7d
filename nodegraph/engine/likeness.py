"""What jobs have in common, so that like jobs go where their models are: two short hashes.

Nothing here knows what a model is. What a job loads are the nodes whose types have a fingerprint
of their own, since what they read is found by the type's own rules: models and their parts.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from nodegraph import jsontext

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodegraph.graph import Graph, Node
    from nodegraph.params import Param
    from nodegraph.registry import Registry

SIZE = 8


class Likeness(NamedTuple):
    """What a job has in common with others.

    Attributes:
        loads: Equal for jobs that need the same models; empty for jobs that need none.
        shape: Equal for jobs that differ in their seeds, words and fractions alone, so that what
            was compiled for one serves the other.
    """

    loads: str = ""
    shape: str = ""


PLAIN = Likeness()
"""Of a job of which nothing is known."""


def likeness(graph: Graph, registry: Registry) -> Likeness:
    """Return what jobs that run a graph have in common with others."""
    models = sorted(
        jsontext.dumps([node.type, dict(node.params)])
        for node in _nodes(graph)
        if node.type in registry and registry[node.type].fingerprint is not None
    )
    return Likeness(_hash(models) if models else "", _hash([*models, *_shapes(graph)]))


def _nodes(graph: Graph) -> Iterator[Node]:
    for scope in (graph, *graph.subgraphs.values()):
        yield from scope


def _shapes(graph: Graph) -> Iterator[str]:
    """Yield for each node what bears on the sizes of its values, and where they come from."""
    for scope in (graph, *graph.subgraphs.values()):
        for node in scope:
            params = scope.spec_of(node).params
            told = {
                name: value
                for name, value in node.params.items()
                if name in params and _counts(params[name])
            }
            yield jsontext.dumps([node.id, node.type, told])


def _counts(param: Param) -> bool:
    """Tell whether a parameter may bear on the size of anything."""
    return param.widget != "seed" and (bool(param.choices) or param.type in ("int", "bool"))


def _hash(parts: Any) -> str:
    return blake2b("\n".join(parts).encode(), digest_size=SIZE).hexdigest()
