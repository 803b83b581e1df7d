"""Everything nodegraph raises.

NodegraphError
├─ GraphError             an edit would break the graph; the editor refuses it
│  ├─ CycleError          the link would close a loop
│  ├─ SocketTypeError     the two sockets carry different types
│  └─ ArityError          the input is taken, or there is no such socket
├─ UnknownNodeError       no such node type is registered
├─ UnknownChoiceError     no such sampler, schedule, node or parameter: did you mean
├─ ParamError             the value does not fit the parameter
├─ WorkflowError          the file is wrong: every problem at once, each with its place
├─ PlanError              the graph cannot run: every problem at once
├─ OverrideError          --set or --sweep names something that is not there
└─ NodeError              a node raised while running; the original is ``__cause__``

Cancelled stands outside: it is no error, and no ``except Exception`` may swallow it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"``, or nothing when no known name is near."""
    near = get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where it is, and what to do about it.

    Attributes:
        path: ``$.nodes.noise.params.steps`` in a file.
        message: A sentence with the remedy.
        node: The node's id, where there is one; ``outer/inner`` inside a subgraph.
        socket: The input, output or parameter, where there is one.
    """

    path: str
    message: str
    node: str = ""
    socket: str = ""

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class NodegraphError(Exception):
    """Base of every error nodegraph raises on purpose."""


class GraphError(NodegraphError):
    """The edit would break the graph."""


class CycleError(GraphError):
    """The link would close a loop."""


class SocketTypeError(GraphError):
    """The two sockets carry different types."""


class ArityError(GraphError):
    """The input already has its link, or there is no such socket."""


class UnknownNodeError(NodegraphError):
    """No node type of that name is registered."""

    def __init__(self, type_id: str, known: Iterable[str]) -> None:
        super().__init__(f"unknown node type {type_id!r}{did_you_mean(type_id, known)}")
        self.type_id = type_id


class UnknownChoiceError(NodegraphError, ValueError):
    """No ``kind`` of that name exists."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = list(known)
        hint = did_you_mean(name, names) or f"; known are {', '.join(names[:40])}"
        super().__init__(f"unknown {kind} {name!r}{hint}")
        self.kind, self.name = kind, name


class ParamError(NodegraphError, ValueError):
    """The value does not fit the parameter; the message says what would.

    Attributes:
        param: Its name, where whoever raises this knows it and the caller cannot.
    """

    def __init__(self, message: str, param: str = "") -> None:
        super().__init__(message)
        self.param = param


class ProblemsError(NodegraphError):
    """Several problems, all reported at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class WorkflowError(ProblemsError):
    """The workflow file is malformed; every problem carries its path in the file."""


class PlanError(ProblemsError):
    """Nothing can run; every problem names its node and socket."""


class OverrideError(NodegraphError):
    """An override or a sweep names something that is not there, or a value that does not fit."""


class NodeError(NodegraphError):
    """A node raised while running; the original is ``__cause__``."""

    def __init__(self, node_id: str, type_id: str, cause: BaseException) -> None:
        reason = str(cause) or type(cause).__name__
        super().__init__(f"{node_id} ({type_id}): {reason}")
        self.node_id = node_id
        self.type_id = type_id
        self.reason = reason


class Cancelled(BaseException):
    """The run was cancelled; what had finished stays cached."""
