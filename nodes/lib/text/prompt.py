"""What a prompt says, and how much each part of it counts.

``(words)`` counts 1.1 times as much, again at every level; ``(words:1.3)`` counts 1.3 times,
whatever stands around it; ``\\(`` and ``\\)`` are parentheses. Brackets have no meaning.
"""

from __future__ import annotations

import re
from typing import NamedTuple

EMPHASIS = 1.1

_MARK = re.compile(r"\\[()]|[()]")
_WEIGHT = re.compile(r":\s*([-+]?(?:\d+\.?\d*|\.\d+))\s*\Z")


class Piece(NamedTuple):
    """Words that count alike."""

    text: str
    weight: float


class _Group(NamedTuple):
    """What stands in a pair of parentheses.

    Attributes:
        end: Where its words end: at the closing one, or at the colon before a weight.
        close: Where the closing one is.
        weight: What it says it counts, if it does.
    """

    end: int
    close: int
    weight: float | None


def weighted(text: str) -> list[Piece]:
    """Split a prompt where the weight changes; a parenthesis without its partner is a character."""
    groups = _groups(text)
    pieces: list[Piece] = []
    inside: list[_Group] = []
    weights, start = [1.0], 0
    for mark in _MARK.finditer(text):
        at = mark.start()
        if at in groups:
            pieces.append(_piece(text[start:at], weights[-1]))
            inside.append(groups[at])
            own = groups[at].weight
            weights.append(weights[-1] * EMPHASIS if own is None else own)
            start = at + 1
        elif inside and at == inside[-1].close:
            pieces.append(_piece(text[start : max(start, inside.pop().end)], weights.pop()))
            start = at + 1
    pieces.append(_piece(text[start:], weights[-1]))
    return [piece for piece in pieces if piece.text.strip()]


def _groups(text: str) -> dict[int, _Group]:
    """Return what each opening parenthesis that is closed begins."""
    groups: dict[int, _Group] = {}
    opened: list[int] = []
    after = 0
    for mark in _MARK.finditer(text):
        if mark[0] == "(":
            opened.append(mark.start())
        elif mark[0] == ")" and opened:
            begin, close = opened.pop(), mark.start()
            said = _WEIGHT.search(text, max(after, begin + 1), close)
            if said is None or said.start() == begin + 1:
                groups[begin] = _Group(close, close, None)
            else:
                groups[begin] = _Group(said.start(), close, float(said[1]))
        after = mark.end() if mark[0] in "()" else after
    return groups


def _piece(text: str, weight: float) -> Piece:
    return Piece(text.replace(r"\(", "(").replace(r"\)", ")"), weight)
