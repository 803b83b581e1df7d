"""From words to tokens, and from tokens to the chunks that an encoder reads at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from torch import Tensor

from nodegraph.errors import NodegraphError, did_you_mean
from nodes.lib.vocabulary import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nodes.lib.text.prompt import Piece

WHOLE = 8
"""A group of fewer tokens is not torn between two chunks."""

_SUFFIX = r"(?:\.(?:safetensors|pt|bin))?"


class WordError(NodegraphError):
    """A prompt names a learnt word that is not there, or that does not fit."""


class Token(NamedTuple):
    """One token.

    Attributes:
        id: Its number.
        text: As the tokenizer writes it, or the learnt word.
        weight: How much it counts.
        vector: (D,): stands in for what the encoder has under that number.
    """

    id: int
    text: str
    weight: float = 1.0
    vector: Tensor | None = None


def tokenize(
    tokenizer: Any, pieces: Iterable[Piece], words: Mapping[str, Tensor | None]
) -> list[list[Token]]:
    """Return the tokens in groups: the text of one weight, or one learnt word.

    Args:
        tokenizer: Of transformers.
        pieces: The prompt.
        words: (n, D) of each learnt word; ``None`` where this encoder has none: it reads nothing.

    Raises:
        WordError: The prompt asks for an embedding that is not there.
    """
    groups: list[list[Token]] = []
    for piece in pieces:
        for text, word in _split(piece.text, words):
            if word is None:
                groups.append(_plain(tokenizer, text, piece.weight))
            else:
                groups.append(_learnt(word, words[word], piece.weight))
    return [group for group in groups if group]


def _plain(tokenizer: Any, text: str, weight: float) -> list[Token]:
    ids = tokenizer(text, add_special_tokens=False, verbose=False).input_ids
    texts = tokenizer.convert_ids_to_tokens(ids)
    return [Token(one, said, weight) for one, said in zip(ids, texts, strict=True)]


def _learnt(word: str, vectors: Tensor | None, weight: float) -> list[Token]:
    if vectors is None:
        return []
    return [Token(0, word, weight, vector) for vector in vectors.unbind()]


def _split(text: str, words: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Yield the text between learnt words, and these: with or without ``embedding:``."""
    known = {word.lower(): word for word in words}
    start = 0
    for found in _pattern(words).finditer(text):
        if found["lost"] is not None:
            near = did_you_mean(found["lost"], words) or "; load its file before the text is read"
            raise WordError(f"there is no embedding {found['lost']!r}{near}")
        yield text[start : found.start()], None
        yield "", known[(found["named"] or found["bare"]).lower()]
        start = found.end()
    yield text[start:], None


def _pattern(words: Mapping[str, Any]) -> re.Pattern[str]:
    longest = sorted(map(re.escape, words), key=len, reverse=True)
    any_word = "|".join(longest) or r"(?!)"
    return re.compile(
        rf"{PREFIX}(?P<named>{any_word}){_SUFFIX}(?!\w)|{PREFIX}(?P<lost>[^\s,]+)"
        rf"|(?<!\w)(?P<bare>{any_word})(?!\w)",
        re.IGNORECASE,
    )


class Frame(NamedTuple):
    """What stands around the tokens of a chunk.

    Attributes:
        length: Tokens a chunk has in all.
        begin: Ahead of them, if anything.
        end: Behind them.
        pad: Fills the chunk.
    """

    length: int
    begin: tuple[Token, ...]
    end: Token
    pad: Token

    @property
    def room(self) -> int:
        """How many tokens of a text fit."""
        return self.length - len(self.begin) - 1

    def around(self, tokens: Sequence[Token]) -> list[Token]:
        """Return a chunk."""
        pads = [self.pad] * (self.room - len(tokens))
        return [*self.begin, *tokens, self.end, *pads]


def chunked(groups: Iterable[Sequence[Token]], frame: Frame) -> list[list[Token]]:
    """Lay groups into as many chunks as it takes, at least one.

    A group of fewer than 8 tokens that no longer fits begins the next chunk; a longer one is torn.
    """
    chunks: list[list[Token]] = [[]]
    for group in groups:
        rest = list(group)
        if len(rest) < WHOLE and len(chunks[-1]) + len(rest) > frame.room:
            chunks.append([])
        while rest:
            left = frame.room - len(chunks[-1])
            if not left:
                chunks.append([])
                continue
            chunks[-1] += rest[:left]
            rest = rest[left:]
    return [frame.around(chunk) for chunk in chunks]
