"""Texts of which the editor picks something at random when it sends them: ``{a|b|{c|d}}``."""

from __future__ import annotations

import re

_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_TOKEN = re.compile(r"(\\[{}|]|[{}|])")


def resolved(text: str) -> tuple[str, bool]:
    """Return a text without comments, the first of all alternatives, and whether there were any.

    ``\\{`` and ``\\}`` are braces; one without its twin stands for itself.
    """
    opened: list[list[str]] = [[""]]
    drawn = False
    for token in _TOKEN.split(_COMMENT.sub("", text)):
        inside = len(opened) > 1
        if token == "{":
            opened.append([""])
        elif token == "}" and inside:
            options = opened.pop()
            drawn = drawn or len(options) > 1
            opened[-1][-1] += options[0]
        elif token == "|" and inside:
            opened[-1].append("")
        else:
            opened[-1][-1] += token[1:] if _TOKEN.fullmatch(token) and len(token) > 1 else token
    while len(opened) > 1:
        options = opened.pop()
        opened[-1][-1] += "{" + "|".join(options)
    return opened[0][0], drawn
