"""Prompts in the words that the embedded model knows: what it does not know is left out, and said.

It has a list of its words beside its tokenizer, with what people say instead. Others are taken to
know all words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from nodegraph import current
from nodes.lib import folders
from nodes.lib.text.prompt import Piece
from nodes.lib.text.tokens import PREFIX

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from nodes.handles import Clip

FILE = "words.json"
_PART = re.compile(rf"{PREFIX}\S+|[^\W\d_]+|[,;.:!?]")


class Vocabulary(NamedTuple):
    """What a model knows.

    Attributes:
        learnt: The words it was taught.
        alike: What means one of them, by what people say.
        idle: What says nothing more, and is left out without a word.
    """

    learnt: frozenset[str]
    alike: Mapping[str, str]
    idle: frozenset[str]


def simplified(clip: Clip, texts: Mapping[str, Sequence[Piece]]) -> dict[str, list[Piece]]:
    """Return texts in words that the embedded model knows, and note the others; once a run.

    Texts for other models are left as they are.
    """
    tokenizer = clip.encoders[0].tokenizer
    if tokenizer.folder != folders.local(folders.EMBEDDED):
        return {name: list(pieces) for name, pieces in texts.items()}
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


def simple(text: str, known: Vocabulary, own: Collection[str]) -> tuple[str, list[str]]:
    """Return a text in known words, and the words that were left out.

    Args:
        own: Words that embeddings were loaded for, in lower case.
    """
    kept: list[str] = []
    unknown: list[str] = []
    for part in _PART.findall(text):
        word = known.alike.get(part.lower(), part.lower())
        if part.startswith(PREFIX) or word in own:
            kept.append(part)
        elif word in known.learnt:
            kept.append(word)
        elif not part[0].isalpha():
            kept.append(",")
        elif word not in known.idle:
            unknown.append(part.lower())
    text = re.sub(r"(\s*,)+", ",", " ".join(kept))
    return text.strip(" ,"), unknown


@cache
def vocabulary(folder: Path) -> Vocabulary:
    """Return what the model of a folder knows."""
    said = json.loads((folder / "tokenizer" / FILE).read_text())
    return Vocabulary(frozenset(said["learnt"]), said["alike"], frozenset(said["idle"]))


def _note(words: Sequence[str]) -> None:
    *first, last = map(repr, words)
    named = f"{', '.join(first)} and {last}" if first else last
    current().note(
        f"{folders.EMBEDDED} does not know {named}; the help of text.encode lists its words"
    )
