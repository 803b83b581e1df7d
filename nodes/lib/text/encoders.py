"""One text through one encoder: CLIP's in chunks, T5 at a stretch."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor

from nodes.lib.changes import applied
from nodes.lib.models import network
from nodes.lib.text import embeddings
from nodes.lib.text.tokens import Frame, Token, WordError, chunked, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nodes.handles import Clip, TextEncoder
    from nodes.lib.text.prompt import Piece

Chunks = list[list[Token]]


class Reading(NamedTuple):
    """What an encoder makes of a text.

    Attributes:
        hidden: (1, T, D).
        pooled: (1, D), of the first chunk; projected where the encoder projects.
        tokens: T of them.
    """

    hidden: Tensor
    pooled: Tensor | None
    tokens: list[Token]


class Layer(NamedTuple):
    """Which hidden states are wanted.

    Attributes:
        skip: Layers left out at the end.
        norm: Whether the final layer norm is applied to what is left.
    """

    skip: int = 0
    norm: bool = True


def clip_chunks(clip: Clip, reader: TextEncoder, pieces: Sequence[Piece]) -> Chunks:
    """Return a prompt as CLIP reads it: chunks of the tokenizer's length."""
    tokenizer = network(reader.tokenizer)
    return chunked(tokenize(tokenizer, pieces, learnt(clip, reader)), _frame(tokenizer))


def empty_chunk(reader: TextEncoder) -> list[Token]:
    """Return the chunk of an empty prompt."""
    return _frame(network(reader.tokenizer)).around(())


def _frame(tokenizer: Any) -> Frame:
    """Return what stands around a text; SD 1 pads with the end, the second CLIP with number 0."""
    names = ("bos_token_id", "eos_token_id", "pad_token_id")
    begin, end, pad = (_special(tokenizer, name) for name in names)
    return Frame(tokenizer.model_max_length, (begin,), end, pad)


def _special(tokenizer: Any, name: str) -> Token:
    number = getattr(tokenizer, name)
    return Token(number, tokenizer.convert_ids_to_tokens(number))


def learnt(clip: Clip, reader: TextEncoder) -> dict[str, Tensor | None]:
    """Return the vectors of each learnt word for one of the encoders.

    Raises:
        WordError: A file fits none of the encoders.
    """
    found: dict[str, Tensor | None] = {}
    for word, path in clip.words.items():
        tensors = embeddings.load(path)
        picked = {
            one.name: embeddings.pick(tensors, one.name, _width(network(one.encoder)))
            for one in clip.encoders
        }
        if all(vectors is None for vectors in picked.values()):
            has = sorted({one.shape[-1] for one in tensors.values()})
            raise WordError(
                f"the embedding {word!r} has vectors of {' and '.join(map(str, has))}, and no text "
                "encoder here reads such; it was learnt for another model"
            )
        found[word] = picked[reader.name]
    return found


def _width(encoder: Any) -> int:
    return encoder.get_input_embeddings().weight.shape[-1]


def read_clip(clip: Clip, reader: TextEncoder, chunks: Chunks, layer: Layer) -> Reading:
    """Read chunks, one a row of the batch; the states come back in one row.

    Where weights differ from 1 an empty prompt is read along, and every token becomes
    (z - z_empty) * weight + z_empty.

    Raises:
        WordError: More layers are to be left out than there are.
    """
    encoder = network(reader.encoder)
    weights = _weights(chunks)
    rows = chunks if weights is None else [*chunks, empty_chunk(reader)]
    with applied(clip.changes, encoder), _laid_in(encoder, rows):
        hidden, pooled = _states(encoder, _ids(rows, reader), layer)
    hidden = _weighed(hidden, weights)
    tokens = [token for chunk in chunks for token in chunk]
    return Reading(hidden.reshape(1, -1, hidden.shape[-1]), pooled[:1], tokens)


class Length(NamedTuple):
    """How long a text for T5 is.

    Attributes:
        tokens: It is padded to so many, its end among them.
        cut: Whether a longer one is cut off there, or read whole.
    """

    tokens: int
    cut: bool = True


def read_t5(clip: Clip, reader: TextEncoder, pieces: Sequence[Piece], length: Length) -> Reading:
    """Read a text with T5, padded to a length; weights count as they do in CLIP."""
    tokenizer, encoder = network(reader.tokenizer), network(reader.encoder)
    end, pad = (_special(tokenizer, one) for one in ("eos_token_id", "pad_token_id"))
    groups = tokenize(tokenizer, pieces, learnt(clip, reader))
    tokens = [token for group in groups for token in group]
    longest = length.tokens if length.cut else max(length.tokens, len(tokens) + 1)
    frame = Frame(longest, (), end, pad)
    chunks = [frame.around(tokens[: frame.room])]
    weights = _weights(chunks)
    rows = chunks if weights is None else [*chunks, frame.around(())]
    with applied(clip.changes, encoder):
        hidden = encoder(_ids(rows, reader)).last_hidden_state
    return Reading(_weighed(hidden, weights), None, chunks[0])


def _ids(rows: Chunks, reader: TextEncoder) -> Tensor:
    ids = torch.tensor([[token.id for token in row] for row in rows])
    return ids.to(reader.encoder.device)


def _weights(chunks: Chunks) -> Tensor | None:
    """Return each token's weight, (n, T, 1); nothing where all are 1."""
    weights = torch.tensor([[token.weight for token in chunk] for chunk in chunks])
    return None if bool((weights == 1).all()) else weights[..., None]


def _weighed(hidden: Tensor, weights: Tensor | None) -> Tensor:
    """Lean every token away from the same place of the empty prompt, the last row."""
    if weights is None:
        return hidden
    read, empty = hidden[:-1].float(), hidden[-1:].float()
    return ((read - empty) * weights.to(hidden.device) + empty).to(hidden.dtype)


def _states(encoder: Any, ids: Tensor, layer: Layer) -> tuple[Tensor, Tensor]:
    """Return hidden states, (n, T, D), and pooled ones, (n, D)."""
    wants_inside = layer.skip > 0 or not layer.norm
    output = encoder(ids, output_hidden_states=True) if wants_inside else encoder(ids)
    pooled = output.text_embeds if "text_embeds" in output else output.pooler_output
    if not wants_inside:
        return output.last_hidden_state, pooled
    layers = len(output.hidden_states) - 1
    if layer.skip >= layers:
        raise WordError(
            f"the text encoder has {layers} layers, so {layer.skip} cannot be left out; set the "
            f"clip skip to {-layers} or nearer to -1"
        )
    hidden = output.hidden_states[-1 - layer.skip]
    inner = getattr(encoder, "text_model", encoder)
    return (inner.final_layer_norm(hidden) if layer.norm else hidden), pooled


@contextmanager
def _laid_in(encoder: Any, rows: Chunks) -> Iterator[None]:
    """Let the learnt vectors stand in for what the encoder has under their tokens' numbers."""
    places = [
        (row, column, token.vector)
        for row, chunk in enumerate(rows)
        for column, token in enumerate(chunk)
        if token.vector is not None
    ]

    def lay(_module: Any, _ids: Any, embedded: Tensor) -> Tensor:
        embedded = embedded.clone()
        for row, column, vector in places:
            embedded[row, column] = vector.to(embedded)
        return embedded

    hook = encoder.get_input_embeddings().register_forward_hook(lay) if places else None
    try:
        yield
    finally:
        if hook is not None:
            hook.remove()
