"""Where a LoRA's layers lie in a network: its own names, the authors', kohya's underscores.

Two layers of a network are often one in its authors' code (query, key and value above all), so a
file's layer can lie in several of the network's, each with some of its rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nodes.lib.adapters.authors import aliases

if TYPE_CHECKING:
    from collections.abc import Iterator

SWAPPED = "AdaLayerNormContinuous"
"""A module of diffusers that has the halves of its layer, shift and scale, the other way round."""


@dataclass(frozen=True)
class Place:
    """A layer of a network, and which rows of a file's layer are its own.

    Attributes:
        name: What the network calls it.
        first: The first of its rows.
        rows: How many it has; none where all are its own.
        swapped: Whether the halves of them change places.
    """

    name: str
    first: int = 0
    rows: int | None = None
    swapped: bool = False


def flat(name: str) -> str:
    """Return a name as kohya writes it, which is the same for all ways to write it."""
    return name.replace(".", "_")


def own(network: Any) -> dict[str, Any]:
    """Return a network's layers by its own names, whatever is laid over them."""
    found: dict[str, Any] = {}
    for name, module in network.named_modules():
        if getattr(module, "weight", None) is None or ".lora_" in name:
            continue
        found[name.removesuffix(".base_layer")] = module
    return found


def table(network: Any) -> dict[str, tuple[Place, ...]]:
    """Return the places of every layer that a file can name, by its name in underscores."""
    layers = own(network)
    found: dict[str, tuple[Place, ...]] = {}
    for name in layers:
        bare = name.removeprefix("text_model.")
        for alias in (bare, f"text_model.{bare}", *_legacy(bare)):
            found[flat(alias)] = (Place(name),)
    for alias, names in aliases(network, layers):
        if all(name in layers for name in names):
            found[flat(alias)] = tuple(_placed(network, layers, names))
    return found


def _legacy(name: str) -> Iterator[str]:
    """Older trainers of diffusers name the processor of an attention, not its layer."""
    stem, dot, last = name.rpartition(".attn1.")
    stem, dot, last = (stem, dot, last) if dot else name.rpartition(".attn2.")
    if dot:
        yield f"{stem}{dot}processor.{last.removesuffix('.0')}"


def _placed(network: Any, layers: dict[str, Any], names: tuple[str, ...]) -> Iterator[Place]:
    if len(names) == 1:
        parent = network.get_submodule(names[0].rpartition(".")[0])
        yield Place(names[0], swapped=type(parent).__name__ == SWAPPED)
        return
    first = 0
    for name in names:
        rows = len(layers[name].weight)
        yield Place(name, first, rows)
        first += rows
