"""Kinds of pictures that one control network may follow, and which of them it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nodes.lib.control.seeing import ControlError

if TYPE_CHECKING:
    from nodes.types import Control

OF_SDXL = ("openpose", "depth", "scribble", "canny", "normal", "segment", "tile", "repaint")
"""In the order of xinsir's union networks, of which the smaller one knows the first six."""

OF_FLUX = ("canny", "tile", "depth", "blur", "openpose", "gray", "low_quality")
"""In the order of InstantX' and Shakker's union networks."""


def index(control: Control, known: tuple[str, ...], count: int) -> int:
    """Return the number by which a union network knows the kind of a control's picture.

    Args:
        control: Whose.
        known: The kinds of its family, in order.
        count: How many of them the network has learnt.

    Raises:
        ControlError: None was said, or one that the network does not know.
    """
    name, learnt = control.part.folder.name, known[:count]
    if control.kind not in learnt:
        said = f"does not know {control.kind!r}" if control.kind else "was told none"
        raise ControlError(
            f"the ControlNet {name} is for several kinds of pictures and {said}; say one of "
            f"{', '.join(learnt)} by control.kind"
        )
    return learnt.index(control.kind)


def refuse(control: Control, family: Any) -> None:
    """Refuse a kind for a network that is for one kind alone.

    Raises:
        ControlError: There is one.
    """
    if control.kind:
        raise ControlError(
            f"the ControlNet {control.part.folder.name} for {family} is for one kind of picture, "
            f"and was told {control.kind!r}; take control.kind away, or use a union network"
        )
