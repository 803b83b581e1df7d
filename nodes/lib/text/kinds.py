"""How each family puts together what its text encoders say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F

from nodegraph.errors import NodegraphError
from nodes.lib.models import network
from nodes.lib.text.encoders import (
    Layer,
    Length,
    Reading,
    clip_chunks,
    empty_chunk,
    read_clip,
    read_t5,
)
from nodes.types import Condition

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from torch import Tensor

    from nodes.handles import Clip, TextEncoder
    from nodes.lib.text.prompt import Piece

    Texts = Mapping[str, Sequence[Piece]]
    """What each encoder reads, by its name. One that has none reads an empty text; those of Stable
    Diffusion 3 leave it out."""

SD3_WIDTH = 4096
LENGTHS = {
    "diffusers": {"sd3": Length(256), "flux": Length(512)},
    "comfyui": {"sd3": Length(77, cut=False), "flux": Length(256, cut=False)},
}
"""How long T5's texts are, by who pads them and by the family."""


class EncoderError(NodegraphError):
    """A model has not the text encoders that its family reads."""


def sd(clip: Clip, texts: Texts) -> Condition:
    """Stable Diffusion 1 and 2: the last hidden state under the final layer norm.

    The encoder of SD 2 comes without its last layer, so that this is OpenCLIP's penultimate one.
    Source: Rombach et al. 2022, arXiv:2112.10752, section 3.3.
    """
    (reader,) = clip.encoders
    chunks = clip_chunks(clip, reader, texts.get(reader.name, ()))
    found = read_clip(clip, reader, chunks, Layer(clip.skip or 0))
    return _condition(found.hidden, found)


def sdxl(clip: Clip, texts: Texts) -> Condition:
    """SDXL: the penultimate states of both CLIPs side by side; the second one's text, projected.

    Source: Podell et al. 2023, arXiv:2307.01952, section 2.1.
    """
    left, right = _pair(clip, texts)
    return _condition(_beside(left, right), left, pooled=right.pooled)


def sdxl_refiner(clip: Clip, texts: Texts) -> Condition:
    """The refiner of SDXL: the second CLIP alone."""
    reader = _reader(clip, "clip_g")
    chunks = clip_chunks(clip, reader, texts.get(reader.name, ()))
    found = read_clip(clip, reader, chunks, _inner(clip))
    return _condition(found.hidden, found, pooled=found.pooled)


def sd3(clip: Clip, texts: Texts) -> Condition:
    """Stable Diffusion 3: both CLIPs side by side, padded to T5's width, and T5's text behind.

    Without T5 zeros stand in its place, as the network saw in training; where texts are as long as
    ComfyUI makes them, nothing does. A T5 whose text is left out gives its last token alone, and
    two CLIPs whose texts are give nothing.
    Source: Esser et al. 2024, arXiv:2403.03206, section 5.3.3 and figure 2.
    """
    behind = _t5_of_sd3(clip, texts)
    if not {"clip_l", "clip_g"} & texts.keys():
        long = _long(clip, behind)
        return _condition(long, *_found(behind), pooled=long.new_zeros(1, _projected(clip)))
    left, right = _pair(clip, texts)
    both = _beside(left, right)
    long = _long(clip, behind).to(both)
    padded = F.pad(both, (0, long.shape[-1] - both.shape[-1]))
    pooled = torch.cat([_pooled(left), _pooled(right)], dim=-1)
    hidden = torch.cat([padded, long], dim=1)
    return _condition(hidden, left, *_found(behind), pooled=pooled)


def _t5_of_sd3(clip: Clip, texts: Texts) -> Reading | None:
    t5 = next((one for one in clip.encoders if one.name == "t5"), None)
    if t5 is None:
        return None
    length = LENGTHS[clip.padding]["sd3"] if "t5" in texts else Length(1)
    return read_t5(clip, t5, texts.get("t5", ()), length)


def _long(clip: Clip, behind: Reading | None) -> Tensor:
    if behind is not None:
        return behind.hidden
    length = LENGTHS[clip.padding]["sd3"]
    return torch.zeros(1, length.tokens if length.cut else 0, SD3_WIDTH)


def _found(reading: Reading | None) -> list[Reading]:
    return [] if reading is None else [reading]


def _projected(clip: Clip) -> int:
    """Return how many numbers both CLIPs' pooled texts have."""
    readers = [_reader(clip, name) for name in ("clip_l", "clip_g")]
    return sum(network(reader.encoder).config.projection_dim for reader in readers)


def flux(clip: Clip, texts: Texts) -> Condition:
    """Flux: T5's text, and CLIP's pooled."""
    reader = _reader(clip, "clip_l")
    chunks = clip_chunks(clip, reader, texts.get("clip_l", ()))[:1]
    found = read_t5(clip, _reader(clip, "t5"), texts.get("t5", ()), LENGTHS[clip.padding]["flux"])
    pooled = read_clip(clip, reader, chunks, Layer()).pooled
    return _condition(found.hidden, found, pooled=pooled)


KINDS: dict[str, Callable[[Clip, Texts], Condition]] = {
    "sd": sd,
    "sdxl": sdxl,
    "sdxl_refiner": sdxl_refiner,
    "sd3": sd3,
    "flux": flux,
}
"""By the kind that a ``Clip`` names."""


def _reader(clip: Clip, name: str) -> TextEncoder:
    found = next((one for one in clip.encoders if one.name == name), None)
    if found is None:
        raise EncoderError(
            f"this model has no {name} text encoder, which {clip.kind} reads; load it beside the "
            "others"
        )
    return found


def _inner(clip: Clip) -> Layer:
    """Return the penultimate layer, or what a clip skip says; without the final norm."""
    return Layer(1 if clip.skip is None else clip.skip, norm=False)


def _pair(clip: Clip, texts: Texts) -> tuple[Reading, Reading]:
    """Read with both CLIPs; where one takes fewer chunks, empty ones follow."""
    readers = [_reader(clip, "clip_l"), _reader(clip, "clip_g")]
    read = [clip_chunks(clip, reader, texts.get(reader.name, ())) for reader in readers]
    longest = max(map(len, read))
    for reader, chunks in zip(readers, read, strict=True):
        chunks += [empty_chunk(reader)] * (longest - len(chunks))
    left, right = (
        read_clip(clip, reader, chunks, _inner(clip))
        for reader, chunks in zip(readers, read, strict=True)
    )
    return left, right


def _beside(left: Reading, right: Reading) -> Tensor:
    return torch.cat([left.hidden, right.hidden.to(left.hidden)], dim=-1)


def _pooled(reading: Reading) -> Tensor:
    assert reading.pooled is not None
    return reading.pooled


def _condition(hidden: Tensor, *read: Reading, pooled: Tensor | None = None) -> Condition:
    tokens = [token for reading in read for token in reading.tokens]
    weights = tuple(token.weight for token in tokens)
    return Condition(
        hidden,
        pooled,
        tokens=tuple(token.text for token in tokens),
        weights=weights if any(weight != 1 for weight in weights) else (),
    )
