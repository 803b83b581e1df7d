"""A field of a workflow's form: which parameter it shows, and what it says of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter in the workflow's form.

    Attributes:
        name: What ``--set`` knows it by; no two fields share one.
        node: The id of the node.
        param: The node's parameter, which alone has the value.
        title: What the form calls it; empty for the parameter's name.
        help: A sentence in the form; empty for the parameter's own.
        slider: From where to where a slider goes; what is typed may go as far as the node allows.
    """

    name: str
    node: str
    param: str
    title: str = ""
    help: str = ""
    slider: tuple[float, float] | None = None
