"""What a link of ComfyUI's carries, once its node has become nodes of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nodegraph.graph import Source


@dataclass(frozen=True, slots=True)
class Wire:
    """An output of ours, or nothing where ours needs no node for it.

    Attributes:
        source: Where the value comes from; nothing for an empty latent, which is only a size.
        facts: What is known of the value before anything runs: ``width``, ``height`` …; each a
            constant, or where it comes from.
    """

    source: Source | None
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
