"""Which noise levels to visit, as a formula or a call of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodegraph.export import Part

SCHEDULERS = {
    name: f"{name}_sigmas"
    for name in (
        "normal",
        "karras",
        "exponential",
        "sgm_uniform",
        "simple",
        "ddim_uniform",
        "beta",
        "kl_optimal",
    )
}
"""The script's function for each."""


def schedule(part: Part) -> None:
    """Write ``sampling.schedule``: the last steps of a longer one where denoise is less than 1."""
    function = part.among("scheduler", SCHEDULERS, "scheduler")
    denoise, discard = part.literal("denoise"), part.literal("discard_penultimate")
    if denoise <= 0:
        part.refuse("with a denoise of 0 there is nothing to do; raise it", "denoise")
    steps = part.value("steps")
    whole = denoise > 0.9999
    total = steps if whole else f"int({steps} / {denoise})"
    model, more = part.value("model"), " + 1" if discard else ""
    sigmas = f"{function}({model}, {total}{more})"
    if discard:
        sigmas = f"without_penultimate({sigmas})"
    part.heading()
    part.let(sigmas if whole else f"{sigmas}[-({steps} + 1) :]")
