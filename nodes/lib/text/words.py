"""Prompts in the words that the embedded model knows; what it does not know is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph import current
from nodes.lib import folders
from nodes.lib.text.prompt import Piece
from nodes.lib.vocabulary import simple, vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodes.handles import Clip


def simplified(clip: Clip, texts: dict[str, list[Piece]]) -> dict[str, list[Piece]]:
    """Return texts in words that the embedded model knows, and note the others; once a run.

    Texts for other models are left as they are.
    """
    tokenizer = clip.encoders[0].tokenizer
    if tokenizer.folder != folders.local(folders.EMBEDDED):
        return texts
    known, own = vocabulary(tokenizer.folder), {word.lower() for word in clip.words}
    unknown: dict[str, None] = {}
    found: dict[str, list[Piece]] = {}
    for name, pieces in texts.items():
        read = [(*simple(piece.text, known, own), piece.weight) for piece in pieces]
        found[name] = [Piece(text, weight) for text, _, weight in read if text]
        unknown |= dict.fromkeys(word for _, words, _ in read for word in words)
    if unknown:
        _note(list(unknown))
    return found


def _note(words: Sequence[str]) -> None:
    *first, last = map(repr, words)
    named = f"{', '.join(first)} and {last}" if first else last
    current().note(
        f"{folders.EMBEDDED} does not know {named}; the help of text.encode lists its words"
    )
