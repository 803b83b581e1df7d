"""Words that the embedded model does not know: it says so, once a run, and draws the rest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nodegraph import current
from nodes.lib import folders
from nodes.lib.models import network
from nodes.lib.text.tokens import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nodes.handles import Clip

_WORD = re.compile(r"[^\W\d_]+")
_LEARNT = re.compile(rf"{PREFIX}\S+")


def report(clip: Clip, texts: Iterable[str]) -> None:
    """Note which words of some texts the embedded model does not know; others know all words."""
    tokenizer = clip.encoders[0].tokenizer
    if tokenizer.folder != folders.local(folders.EMBEDDED):
        return
    found = unknown(network(tokenizer), " ".join(texts))
    if found:
        *first, last = map(repr, found)
        named = f"{', '.join(first)} and {last}" if first else last
        current().note(
            f"{folders.EMBEDDED} does not know {named}; the help of text.encode lists its words"
        )


def unknown(tokenizer: Any, text: str) -> list[str]:
    """Return the words of a text that are not one token each, in their order."""
    words = _WORD.findall(_LEARNT.sub(" ", text.lower()))
    return [word for word in dict.fromkeys(words) if len(tokenizer.tokenize(word)) > 1]
