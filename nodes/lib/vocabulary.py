"""The words that a model learnt, where it learnt few, and prompts in these.

The embedded model has such a list beside its tokenizer, with what people say instead.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

FILE = "words.json"
PREFIX = "embedding:"
"""What may stand before a word that stands for learnt vectors."""

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
