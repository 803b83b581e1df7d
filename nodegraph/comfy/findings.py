"""What is wrong with a prompt, in the shape ComfyUI's clients read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from nodegraph.errors import NodegraphError


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        type: ComfyUI's word for it, which programs look at: ``value_not_in_list``.
        message: A sentence.
        details: Which input, which value.
        extra_info: JSON data: ``input_name``, ``received_value`` …
    """

    type: str
    message: str
    details: str = ""
    extra_info: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class NodeFindings:
    """All that is wrong with a node.

    Attributes:
        dependent_outputs: The output nodes that cannot run for it.
    """

    class_type: str
    errors: tuple[Finding, ...]
    dependent_outputs: tuple[str, ...]


class PromptError(NodegraphError):
    """The prompt cannot run; ``nodes`` has what is wrong by ComfyUI's node id."""

    def __init__(self, finding: Finding, nodes: Mapping[str, NodeFindings] | None = None) -> None:
        super().__init__(" ".join(filter(None, (finding.message, finding.details))))
        self.finding = finding
        self.nodes = dict(nodes or {})

    def to_json(self) -> dict[str, Any]:
        """Return ComfyUI's answer: ``error`` and ``node_errors``."""
        return {"error": asdict(self.finding), "node_errors": nodes_json(self.nodes)}


class RefusedError(NodegraphError):
    """An input of a node cannot be what it is; the node is known to who catches this."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def nodes_json(nodes: Mapping[str, NodeFindings]) -> dict[str, Any]:
    """Return ComfyUI's ``node_errors``."""
    return {
        node: {**asdict(found), "errors": list(map(asdict, found.errors))}
        for node, found in nodes.items()
    }


def refuse(type: str, message: str, name: str, **extra: Any) -> RefusedError:
    """Return what says that an input is wrong."""
    return RefusedError(Finding(type, message, name, {"input_name": name, **extra}))
