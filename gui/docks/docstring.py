"""Docstrings as readers see them: paragraphs and sources, without the list of arguments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from inspect import cleandoc

ARGS = re.compile(r"\n(?:Args|Returns|Raises|Yields):\n(?:[ \t]+.*(?:\n|$)|\n)*")
SOURCE = re.compile(r"^(?:Source|Sources):\s*((?:.|\n(?!\n))*)", re.MULTILINE)
CODE = re.compile(r"``(.+?)``")
ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;)]")
PAPER = re.compile(r"arXiv:(\d{4}\.\d{4,5})")


@dataclass(frozen=True, slots=True)
class Docstring:
    """A docstring taken apart.

    Attributes:
        paragraphs: What follows the first line.
        source: Where it is from: a paper, a formula.
    """

    summary: str
    paragraphs: tuple[str, ...] = ()
    source: str = ""


def read(text: str) -> Docstring:
    """Take a docstring apart; what sockets and parameters mean stands with them."""
    rest = ARGS.sub("\n\n", f"\n{cleandoc(text)}\n")
    found = SOURCE.search(rest)
    source = " ".join(found[1].split()) if found else ""
    rest = SOURCE.sub("", rest)
    parts = [" ".join(part.split()) for part in re.split(r"\n\s*\n", rest.strip())]
    summary, *paragraphs = parts
    return Docstring(summary, tuple(part for part in paragraphs if part), source)


def rich(text: str) -> str:
    """Return a text as HTML: names in ``code``, addresses and papers as links."""
    made = CODE.sub(r"<code>\1</code>", escape(text, quote=False))
    made = ADDRESS.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', made)
    return PAPER.sub(r'<a href="https://arxiv.org/abs/\1">arXiv:\1</a>', made)
