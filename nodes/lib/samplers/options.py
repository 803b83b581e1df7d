"""What samplers can be told beside their name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nodegraph.errors import ParamError
from nodes.lib.samplers.table import SAMPLERS, sampler

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodes.types import Sampler

NOISE = "noise"
"""Where ancestral samplers draw from: ``fresh`` or ``continued``."""


def known(name: str) -> tuple[str, ...]:
    """Return what a sampler can be told."""
    spec = sampler(name)
    return (*spec.options, NOISE) if spec.noise == "ancestral" else spec.options


def told(chosen: Sampler, options: Mapping[str, Any]) -> Sampler:
    """Tell a sampler more.

    Raises:
        ParamError: It does not know one of these.
    """
    for option in options:
        if option not in known(chosen.name):
            able = ", ".join(name for name in SAMPLERS if option in known(name))
            raise ParamError(
                f"{chosen.name} knows no {option}; leave it as it was, or choose one of {able}",
                option,
            )
    return replace(chosen, options={**chosen.options, **options})
