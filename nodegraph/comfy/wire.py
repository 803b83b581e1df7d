"""What a link of ComfyUI's carries, once its node has become nodes of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nodegraph.graph import Source


@dataclass(frozen=True, slots=True, eq=False)
class Control:
    """A ControlNet that leads the negative text as it leads the positive."""

    control_net: Wire
    image: Wire
    strength: Any


@dataclass(frozen=True, slots=True, eq=False)
class Boxed:
    """A text in a box that the negative text has as well: what our node is told."""

    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wire:
    """An output of ours, or nothing where ours needs no node for it.

    Attributes:
        source: Where the value comes from; nothing for an empty latent, which is only a size.
        facts: What is known of the value before anything runs: ``width``, ``height`` …; each a
            constant, or where it comes from.

    The facts, by what they are of:
        Of latents ``width``, ``height`` and ``batch_size``; ``like``, a latent whose size an empty
        one has; ``masked``, it has a mask.
        Of models ``gradual``, a latent's mask counts by time; ``guiding``, how guiders are changed;
        ``projected``, how what the texts differ by is bent.
        Of conditioning ``controls``, what leads the negative too; ``boxes``, texts that stand in
        it too; ``pictures``, our nodes whose noise is the sampler's; ``reference``.
        Of noise ``seed``, and ``silent`` where it is none. Of guiders ``model``.
    """

    source: Source | None
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
