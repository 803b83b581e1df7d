"""ComfyUI's notation for how much words of a prompt count."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\\[()]|[()]")
_WEIGHT = re.compile(r":\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)\s*$")


def plain(text: str) -> tuple[str, bool]:
    """Return a text without weights, and whether it had any.

    ``(word)`` and ``(word:1.2)`` are a word that counts more; ``\\(`` is a bracket. A bracket
    without its twin stands for itself.
    """
    pieces: list[str] = []
    opened: list[int] = []
    weighted, last = False, 0
    for token in _TOKEN.finditer(text):
        pieces.append(text[last : token.start()])
        last = token.end()
        if token[0] == ")" and opened:
            pieces[opened.pop()] = ""
            pieces[-1] = _WEIGHT.sub("", pieces[-1])
            weighted = True
        else:
            opened += [len(pieces)] if token[0] == "(" else []
            pieces.append(token[0].removeprefix("\\"))
    return "".join([*pieces, text[last:]]), weighted
