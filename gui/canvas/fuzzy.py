"""How well a few typed letters fit a name: as a piece of it, or by the beginnings of its words."""

from __future__ import annotations

import re
from functools import lru_cache

START, INITIAL, NEXT, LONG = 8.0, 5.0, 4.0, 0.05

PART = re.compile(r"[^\W_]+")


def score(query: str, name: str) -> float | None:
    """Return how well a query fits, more is better; nothing where it does not.

    Spaces in the query part words that may come in any order. Letters that are merely scattered
    over a name do not fit it: in a long one nearly any are.
    """
    total, lower = 0.0, name.lower()
    for word in query.lower().split():
        found = _word(word, lower)
        if found is None:
            return None
        total += found
    return total - LONG * len(name)


def begins(word: str, text: str) -> bool:
    """Tell whether a word of a text begins so; letter case does not count."""
    return any(text.startswith(word, start) for start in _starts(text))


def _word(word: str, name: str) -> float | None:
    """Score one word: as a piece of the name if it is one, or by beginnings of words."""
    starts = _starts(name)
    initials = _initials(word, name, starts)
    at = name.find(word)
    if at < 0 or (len(word) == 1 and at not in starts):
        return initials
    piece = len(word) * NEXT + (START if begins(word, name) else 0.0) + (NEXT if at == 0 else 0.0)
    return piece if initials is None else max(piece, initials)


@lru_cache(maxsize=4096)
def _starts(name: str) -> tuple[int, ...]:
    return tuple(found.start() for found in PART.finditer(name))


def _initials(word: str, name: str, starts: tuple[int, ...]) -> float | None:
    """Score letters that are one or more of the first of some words, in their order."""
    if not word:
        return 0.0
    best: float | None = None
    for index, start in enumerate(starts):
        length = 0
        while length < len(word) and name.startswith(word[: length + 1], start):
            length += 1
            rest = _initials(word[length:], name, starts[index + 1 :])
            found = None if rest is None else INITIAL + NEXT * (length - 1) + rest
            if found is not None and (best is None or found > best):
                best = found
    return best
