"""Nodes that turn words into conditioning."""

from __future__ import annotations

from nodegraph import Multiline, node
from nodes.types import Clip, Conditioning


@node("text.encode", title="Text encode")
def encode(clip: Clip, *, text: Multiline = "") -> Conditioning:
    """Turn a text into what the network reads.

    Args:
        text: What to show; words past the encoder's length are not read.
    """
    from nodes.lib import text as lib

    return lib.encode(clip, text)
