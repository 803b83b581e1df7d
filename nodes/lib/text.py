"""From words to what a network reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from nodes.lib.models import network
from nodes.types import Condition, Conditioning

if TYPE_CHECKING:
    from nodes.types import Clip


@torch.inference_mode()
def encode(clip: Clip, text: str) -> Conditioning:
    """Encode one text: the last hidden state under the final layer norm, (1, T, D).

    The text is cut or padded to the encoder's length, as its tokenizer does; an empty one is
    encoded too. Source: Rombach et al. 2022, arXiv:2112.10752, section 3.3.
    """
    (reader,) = clip.encoders
    tokenizer = network(reader.tokenizer)
    ids = tokenizer(
        text,
        padding="max_length",
        max_length=tokenizer.model_max_length,
        truncation=True,
        return_tensors="pt",
    ).input_ids
    hidden = network(reader.encoder)(ids.to(reader.encoder.device)).last_hidden_state
    tokens = tuple(tokenizer.convert_ids_to_tokens(ids[0].tolist()))
    return Conditioning((Condition(hidden, tokens=tokens),))
