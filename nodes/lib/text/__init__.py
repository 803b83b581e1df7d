"""From words to what a network reads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from nodegraph.errors import UnknownChoiceError
from nodes.lib.memory import ladder
from nodes.lib.models import network
from nodes.lib.text import words
from nodes.lib.text.kinds import KINDS, EncoderError
from nodes.lib.text.prompt import weighted
from nodes.types import Conditioning

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodes.handles import Clip

ADVICE = "choose float16 or bfloat16 as dtype, or another device"


def encode(clip: Clip, text: str) -> Conditioning:
    """Encode one prompt, (1, T, D), as the family that ``clip`` is of does.

    Words may be weighted, see ``nodes.lib.text.prompt``; what is longer than an encoder reads at
    once goes into several chunks, one behind the other. An empty text is encoded too.
    """
    return _read(clip, dict.fromkeys((one.name for one in clip.encoders), text))


def encode_each(
    clip: Clip, kind: str, texts: Mapping[str, str], *, without_empty: bool = False
) -> Conditioning:
    """Encode a prompt that says something else to each encoder.

    Args:
        kind: The family whose encoders these are.
        texts: By the encoder: ``clip_l``, ``clip_g``, ``t5``.
        without_empty: Empty texts are left out, see ``kinds.sd3``.

    Raises:
        EncoderError: The texts are for another family.
    """
    if clip.kind != kind:
        raise EncoderError(
            f"these texts are for the encoders of {kind}, and clip has those of {clip.kind}; "
            "use text.encode, or the node of that family"
        )
    return _read(clip, {name: text for name, text in texts.items() if text or not without_empty})


@torch.inference_mode()
def _read(clip: Clip, texts: Mapping[str, str]) -> Conditioning:
    if clip.kind not in KINDS:
        raise UnknownChoiceError("kind of text encoder", clip.kind, KINDS)
    parts = [one.encoder for one in clip.encoders]
    ways = [ladder.offloading(part, network) for part in parts]
    read = KINDS[clip.kind]
    pieces = words.simplified(clip, {name: weighted(text) for name, text in texts.items()})
    found = ladder.climb(lambda: read(clip, pieces), parts, ways, ADVICE)
    return Conditioning((replace(found, hooks=clip.hooks) if clip.hooks else found,))
