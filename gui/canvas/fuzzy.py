"""How well a few typed letters fit a name: all in order, best at the beginnings of words."""

from __future__ import annotations

START, INITIAL, NEXT, LONG = 8.0, 5.0, 4.0, 0.05


def score(query: str, name: str) -> float | None:
    """Return how well a query fits, more is better; nothing where it does not.

    Spaces in the query part words that may come in any order.
    """
    total, lower = 0.0, name.lower()
    for word in query.lower().split():
        found = _word(word, lower)
        if found is None:
            return None
        total += found
    return total - LONG * len(name)


def _word(word: str, name: str) -> float | None:
    """Score one word: as a piece of the name if it is one, or letter by letter."""
    starts = [i for i in range(len(name)) if i == 0 or not name[i - 1].isalnum()]
    letters = _letters(word, name, starts)
    at = name.find(word)
    if at < 0:
        return letters
    begins = any(name.startswith(word, start) for start in starts)
    piece = len(word) * NEXT + (START if begins else 0.0) + (NEXT if at == 0 else 0.0)
    return piece if letters is None else max(piece, letters)


def _letters(word: str, name: str, starts: list[int]) -> float | None:
    """Score letters that come in order: each at the next beginning of a word, or else anywhere."""
    total, at = 0.0, 0
    for letter in word:
        found = next((i for i in starts if i >= at and name[i] == letter), name.find(letter, at))
        if found < 0:
            return None
        total += INITIAL if found in starts else 1.0
        at = found + 1
    return total
