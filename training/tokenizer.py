"""The tokenizer: a CLIPTokenizer whose merges build every word that captions use.

A known word is one token; an unknown one falls apart into known pieces, at worst into bytes.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from transformers import CLIPTokenizer

from training import captions, critter
from training.architecture import CAPTION_LENGTH
from training.palette import COLORS

if TYPE_CHECKING:
    from pathlib import Path

_COMMON = """a an the and with without on in of at to for by front against wearing has have is
looking one two three his her its it this that very no not background wall color colour fur hair
ears ear cute little big small tall face head eyes mouth nose tail body animal animals critter
critters cartoon picture drawing portrait image photo illustration art style kid child man woman
hats crowns bows scarves scarf tie wall bright dark light pale colorful cheerful glad
bad ugly blurry low quality worst best good high detailed simple sharp soft"""
_START, _END = "<|startoftext|>", "<|endoftext|>"
_WORD_END = "</w>"


def words() -> list[str]:
    """Every word that is one token, in a fixed order."""
    known = [*_COMMON.split(), *COLORS, *critter.KINDS, *critter.MOODS, *critter.EXTRAS]
    known += [s for group in captions.SYNONYMS.values() for s in group]
    known += [*captions.PLURALS.values(), *re.findall(r"\w+", " ".join(captions.OPENINGS))]
    return list(dict.fromkeys(known))


def build_merges(vocabulary: list[str]) -> list[tuple[str, str]]:
    """Byte-pair merges, most urgent first, that join each word into one token.

    A merge added later never disturbs an earlier word: until that word is whole, an earlier merge
    of its own applies first.
    """
    merges: list[tuple[str, str]] = []
    for word in vocabulary:
        while len(pieces := split(word, merges)) > 1:
            merges.append((pieces[0], pieces[1]))
    return merges


def split(word: str, merges: list[tuple[str, str]]) -> list[str]:
    """The pieces that byte-pair encoding makes of a word."""
    rank = {pair: i for i, pair in enumerate(merges)}
    pieces = [*word[:-1], word[-1] + _WORD_END]
    while known := [p for p in pairwise(pieces) if p in rank]:
        pieces = _join(pieces, min(known, key=rank.__getitem__))
    return pieces


def _join(pieces: list[str], pair: tuple[str, str]) -> list[str]:
    joined: list[str] = []
    for piece in pieces:
        if joined and (joined[-1], piece) == pair:
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _byte_letters() -> list[str]:
    """The letters that stand for the 256 bytes. Source: GPT-2, Radford et al. 2019."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {b: chr(b) for b in printable}
    spare = (chr(256 + i) for i in range(256))
    return [letters[b] if b in letters else next(spare) for b in range(256)]


def save_tokenizer(folder: Path) -> None:
    """Write vocab.json, merges.txt and what else CLIPTokenizer.from_pretrained wants."""
    letters = _byte_letters()
    merges = build_merges(words())
    tokens = [*letters, *(c + _WORD_END for c in letters), *(a + b for a, b in merges)]
    tokens = [*dict.fromkeys(tokens), _START, _END]
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = {token: i for i, token in enumerate(tokens)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False))
    lines = ["#version: 0.2", *(f"{a} {b}" for a, b in merges)]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n")
    made = CLIPTokenizer(
        vocab=str(folder / "vocab.json"),
        merges=str(folder / "merges.txt"),
        model_max_length=CAPTION_LENGTH,
        unk_token=_END,
        bos_token=_START,
        eos_token=_END,
        pad_token=_END,
    )
    made.save_pretrained(folder)


def make_tokenizer(folder: Path) -> CLIPTokenizer:
    """Write the tokenizer and read it back: it costs nothing."""
    save_tokenizer(folder)
    return load_tokenizer(folder)


def load_tokenizer(folder: Path) -> CLIPTokenizer:
    """Read the tokenizer back."""
    return CLIPTokenizer.from_pretrained(folder)
