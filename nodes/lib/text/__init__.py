"""From words to what a network reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from nodegraph.errors import UnknownChoiceError
from nodes.lib.text.kinds import KINDS
from nodes.lib.text.prompt import weighted
from nodes.types import Conditioning

if TYPE_CHECKING:
    from nodes.types import Clip


@torch.inference_mode()
def encode(clip: Clip, text: str) -> Conditioning:
    """Encode one prompt, (1, T, D), as the family that ``clip`` is of does.

    Words may be weighted, see ``nodes.lib.text.prompt``; what is longer than an encoder reads at
    once goes into several chunks, one behind the other. An empty text is encoded too.
    """
    if clip.kind not in KINDS:
        raise UnknownChoiceError("kind of text encoder", clip.kind, KINDS)
    return Conditioning((KINDS[clip.kind](clip, weighted(text)),))
