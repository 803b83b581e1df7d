"""What a client asks for when it submits a workflow.

The annotations here are read to check what comes, so this file does not postpone them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from nodegraph.errors import Problem

DType = Literal["auto", "float32", "float16", "bfloat16"]


@dataclass(frozen=True, slots=True)
class Submission:
    """A workflow to run: once, or once for every combination of a sweep's values.

    Attributes:
        workflow: As data, or as the text of its file.
        set: Parameters by ``node.param``, each of its parameter's type.
        settings: The same as texts, ``node.param=value``, each read as its parameter's type.
        sweep: By ``node.param`` a list of values, or a text such as ``1..8`` or ``a,b``.
        targets: The nodes to run up to; without any named, every effect.
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:1`` or ``mps``.
        priority: Higher runs first.
        title: What the client calls it.
        request: A name that the client gives to this submission: sent twice, it is taken once.
    """

    workflow: Mapping[str, Any] | str
    set: Mapping[str, Any] = field(default_factory=dict[str, Any])
    settings: tuple[str, ...] = ()
    sweep: Mapping[str, list[Any] | str] = field(default_factory=dict[str, "list[Any] | str"])
    targets: tuple[str, ...] | None = None
    device: str = "auto"
    dtype: DType = "auto"
    priority: int = 0
    title: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a submission would come to.

    Attributes:
        problems: All that keeps it from being accepted; the paths of the workflow begin with
            ``$.nodes``, those of the submission's own entries with their names.
        jobs: How many it makes.
        targets: The nodes that the jobs run for.
        skipped: Targets that cannot run while others can, and what is in their way.
    """

    problems: tuple[Problem, ...] = ()
    jobs: int = 0
    targets: tuple[str, ...] = ()
    skipped: Mapping[str, tuple[Problem, ...]] = field(
        default_factory=dict[str, "tuple[Problem, ...]"]
    )
