"""Classes that are one node of ours, input by input; both ways follow from one table of names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nodegraph.comfy.theirs import Feed, Theirs, given
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from nodegraph.comfy.fields import Field
    from nodegraph.comfy.here import Here
    from nodegraph.graph import Graph, Node


@dataclass(frozen=True)
class Twin:
    """A node of ours that is one of theirs.

    Attributes:
        type: Its type.
        names: Our input or parameter for each of theirs that counts. One that is not here has no
            meaning here; on the way back it gets its default.
        outputs: Ours, in the order of theirs.
        fixed: Parameters of ours that have one value in this class.
        words: By input of theirs: our value for each of theirs.
    """

    type: str
    names: Mapping[str, str]
    outputs: tuple[str, ...] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict[str, Any])
    words: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict[str, "Mapping[Any, Any]"])

    def forth(self, here: Here) -> list[Wire]:
        """Add the node of ours."""
        settings = {ours: self._ours(theirs, here[theirs]) for theirs, ours in self.names.items()}
        made = here.add(self.type, **self.fixed, **settings)
        return [
            Wire((made, output), here.kept(kind))
            for output, kind in zip(self.outputs, here.entry.outputs, strict=True)
        ]

    def _ours(self, name: str, value: Any) -> Any:
        return value if isinstance(value, Wire) else self.words.get(name, {}).get(value, value)

    def back(
        self, class_type: str, inputs: Sequence[Field], graph: Graph, node: Node
    ) -> Theirs | None:
        """Return the node of theirs; nothing where ours says what theirs cannot."""
        if any(given(graph, node, name) != value for name, value in self.fixed.items()):
            return None
        found: dict[str, Any] = {}
        for one in inputs:
            value = self._theirs(one, graph, node)
            if value is None and not one.optional:
                return None
            if value is not None:
                found[one.name] = value
        outputs = {output: slot for slot, output in enumerate(self.outputs)}
        return Theirs(class_type, found, outputs) if self._all(graph, node) else None

    def _theirs(self, one: Field, graph: Graph, node: Node) -> Any:
        if one.name not in self.names:
            return one.usual
        value = given(graph, node, self.names[one.name])
        words = self.words.get(one.name)
        if words is None or isinstance(value, Feed):
            return value
        return next((theirs for theirs, ours in words.items() if ours == value), None)

    def _all(self, graph: Graph, node: Node) -> bool:
        """Tell whether theirs can say all that ours does: what it has no word for is unchanged."""
        told = {*self.names.values(), *self.fixed}
        params = graph.spec_of(node).params
        linked = set(graph.inputs(node.id)) - told
        return not linked and all(
            node.params.get(name, param.default) == param.default
            for name, param in params.items()
            if name not in told
        )
