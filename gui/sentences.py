"""Errors as people read them: sentences, though the core raises them as parts of longer ones."""

from __future__ import annotations

import re

WORD = re.compile(r"[a-z][a-z'-]*[,;]?")
"""A first word that may get a capital: no id, no name of a file, no place in one."""
ENDED = tuple(".!?…:")


def as_sentence(text: str) -> str:
    """Return a text with a capital at its beginning and a full stop at its end."""
    text = text.strip()
    if not text:
        return ""
    if WORD.fullmatch(text.split(maxsplit=1)[0]):
        text = text[0].upper() + text[1:]
    return text if text.endswith(ENDED) else f"{text}."
