"""Cross-attention as maps: how much of each word goes into each place of the picture.

Source: Tang et al. 2022, arXiv:2210.04885 (DAAM): the layers' maps, enlarged and averaged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from nodegraph.errors import ParamError
from nodes.types import Attention, Mask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

END = "</w>"


def mean(several: Sequence[Attention]) -> Attention:
    """Average what was seen in several turns, layer by layer.

    Raises:
        ParamError: There is nothing, or they are of different texts or networks.
    """
    if not several:
        raise ParamError("there is no attention to average; collect it in a zone's end")
    first = several[0]
    if any(set(one.maps) != set(first.maps) or one.tokens != first.tokens for one in several):
        raise ParamError("these are of different texts or networks; average those of one loop")
    maps = {name: torch.stack([one.maps[name] for one in several]).mean(0) for name in first.maps}
    return Attention(maps, first.tokens)


def words(attention: Attention) -> list[tuple[str, list[int]]]:
    """Return the words of the text, each with the numbers of its tokens."""
    found: list[tuple[str, list[int]]] = []
    pieces: list[int] = []
    text = ""
    for number, token in enumerate(attention.tokens):
        if token.startswith("<|"):
            continue
        pieces, text = [*pieces, number], text + token.removesuffix(END)
        if token.endswith(END):
            found.append((text, pieces))
            pieces, text = [], ""
    return found


def word_map(attention: Attention, numbers: Sequence[int], layer: str = "") -> Tensor:
    """Return the share of attention that goes to some tokens, (B, h, w), summed over them.

    Args:
        attention: What was seen.
        numbers: Of tokens.
        layer: Part of a layer's name, such as ``mid`` or ``up_blocks.1``; all layers if empty.

    Raises:
        ParamError: There is no such layer.
    """
    chosen = {name: one for name, one in attention.maps.items() if layer in name}
    if not chosen:
        known = ", ".join(attention.maps) or "none"
        raise ParamError(f"no layer is named {layer!r}; there are {known}")
    area = max((one.shape[2:] for one in chosen.values()), key=lambda size: size[0] * size[1])
    parts = [one[:, list(numbers)].sum(1, keepdim=True) for one in chosen.values()]
    grown = [functional.interpolate(one, area, mode="bicubic") for one in parts]
    return torch.stack(grown).mean(0)[:, 0].clamp(min=0)


def find(attention: Attention, word: str) -> list[int]:
    """Return the numbers of a word's tokens, wherever it stands in the text.

    Raises:
        ParamError: The text has no such word.
    """
    known = words(attention)
    numbers = [number for text, each in known if text == word.strip().lower() for number in each]
    if not numbers:
        raise ParamError(
            f"the text has no word {word!r}; it has {', '.join(text for text, _ in known)}"
        )
    return numbers


def shown(attention: Attention, numbers: Sequence[int], layer: str, scale: int) -> Mask:
    """Return where some tokens were read as soft masks, ``scale`` pixels a cell, from 0 to 1."""
    values = word_map(attention, numbers, layer)
    size = (values.shape[1] * scale, values.shape[2] * scale)
    grown = functional.interpolate(values[:, None], size, mode="bicubic")[:, 0]
    low, high = grown.amin((1, 2), keepdim=True), grown.amax((1, 2), keepdim=True)
    return Mask((grown - low) / (high - low).clamp(min=1e-6))
