"""Nodes for Nodegraph: each is a typed function, and its signature is all that is declared."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from nodegraph import Multiline, Range, node
from nodes.types import Image


class Counted(NamedTuple):
    """How much there is in a text."""

    words: int
    characters: int


@node("example_nodes.brighten")
def brighten(image: Image, *, amount: Annotated[float, Range(-1.0, 1.0, step=0.05)] = 0.1) -> Image:
    """Make a picture brighter.

    Args:
        amount: Added to every channel, which runs from 0 to 1; negative makes it darker.
    """
    return Image((image.pixels + amount).clamp(0, 1))


@node("example_nodes.count")
def count(*, text: Multiline = "") -> Counted:
    """Count the words and the characters of a text.

    Args:
        text: What to count.
    """
    return Counted(len(text.split()), len(text))
