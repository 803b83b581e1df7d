"""Keys and values of texts, computed once for all steps of a run instead of at every one.

In a UNet they depend on the text alone (Rombach et al. 2022, arXiv:2112.10752, equation after 3.3:
K = W_K tau(y), V = W_V tau(y)), so they come from the same products as before and are the same
bits. The picture's own part is left as diffusers has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

Pair = tuple["Tensor", "Tensor"]


class Texts:
    """What a network's attention layers make of a text, remembered for the last text.

    Attributes:
        layers: Those that look at a text, in order.
    """

    def __init__(self, network: Any) -> None:
        """Let a network take keys and values ready made; it is changed, so give it a twin."""
        attentions = [one for one in network.modules() if hasattr(one, "is_cross_attention")]
        self.layers = [one for one in attentions if one.is_cross_attention and _plain(one)]
        for one in attentions if self.layers else ():
            place = self.layers.index(one) if one in self.layers else None
            one.set_processor(Attention(one.processor, place))
        for one in self.layers:
            if hasattr(one, "to_kv"):  # a fused copy of what is asked for once a run
                del one.to_kv
        self._text: Tensor | None = None
        self._pairs: list[Pair] = []

    @torch.inference_mode()
    def told(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments of a call with the keys and values of its text beside it."""
        if not self.layers:
            return kwargs
        text = kwargs["encoder_hidden_states"]
        if text is not self._text:
            self._pairs = [_pair(one, text) for one in self.layers]
            self._text = text
        return kwargs | {"cross_attention_kwargs": {"texts": self._pairs}}


class Attention:
    """A layer's attention that takes keys and values of texts ready made.

    Args:
        before: What the layer did before, and does on where it looks at the picture.
        place: The layer's among those that look at a text; None for the others.
    """

    def __init__(self, before: Any, place: int | None) -> None:
        self.before, self.place = before, place

    def __call__(
        self,
        attn: Any,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        temb: Tensor | None = None,
        texts: Sequence[Pair] = (),
    ) -> Tensor:
        """Return what the layer adds, (B, tokens, D), as diffusers' processors do."""
        if self.place is None:
            return self.before(attn, hidden_states, encoder_hidden_states, attention_mask, temb)
        keys, values = texts[self.place]
        queries = _heads(attn, attn.to_q(hidden_states))
        found = functional.scaled_dot_product_attention(queries, keys, values)
        return attn.to_out[1](attn.to_out[0](found.transpose(1, 2).flatten(2)))


def _plain(attn: Any) -> bool:
    """Tell whether a layer does nothing to a text but to multiply it."""
    parts = (attn.norm_cross, attn.group_norm, attn.spatial_norm, attn.norm_q, attn.norm_k)
    more = attn.residual_connection or attn.rescale_output_factor != 1.0
    return not any(parts) and not more and attn.to_k is not None


def _pair(attn: Any, text: Tensor) -> Pair:
    return _heads(attn, attn.to_k(text)), _heads(attn, attn.to_v(text))


def _heads(attn: Any, x: Tensor) -> Tensor:
    """Return (B, heads, tokens, D / heads)."""
    return x.unflatten(2, (attn.heads, -1)).transpose(1, 2)
