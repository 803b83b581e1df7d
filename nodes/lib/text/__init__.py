"""From words to what a network reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from nodegraph.errors import UnknownChoiceError
from nodes.lib.memory import ladder
from nodes.lib.models import network
from nodes.lib.text.kinds import KINDS
from nodes.lib.text.prompt import weighted
from nodes.types import Conditioning

if TYPE_CHECKING:
    from nodes.handles import Clip

ADVICE = "choose float16 or bfloat16 as dtype, or another device"


@torch.inference_mode()
def encode(clip: Clip, text: str) -> Conditioning:
    """Encode one prompt, (1, T, D), as the family that ``clip`` is of does.

    Words may be weighted, see ``nodes.lib.text.prompt``; what is longer than an encoder reads at
    once goes into several chunks, one behind the other. An empty text is encoded too.
    """
    if clip.kind not in KINDS:
        raise UnknownChoiceError("kind of text encoder", clip.kind, KINDS)
    parts = [one.encoder for one in clip.encoders]
    ways = [ladder.offloading(part, network) for part in parts]
    read, pieces = KINDS[clip.kind], weighted(text)
    return Conditioning((ladder.climb(lambda: read(clip, pieces), parts, ways, ADVICE),))
