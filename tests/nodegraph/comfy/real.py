"""Workflows that people made with ComfyUI, made small enough to run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.nodegraph.comfy.workflows import DATA

if TYPE_CHECKING:
    from pathlib import Path

SIDES = {"width": 64, "height": 64, "x": 8, "y": 8, "feather": 8, "largest_size": 64}
MARGINS = ("left", "top", "right", "bottom")
STEPS = 2


def prompts() -> list[Path]:
    """Return those in API form."""
    return sorted((DATA / "api").glob("*.json"))


def load(path: Path) -> dict[str, Any]:
    """Read one."""
    return json.loads(path.read_bytes())


def small(prompt: dict[str, Any]) -> dict[str, Any]:
    """Return a prompt with sides an eighth as long, and two steps for each sampler."""
    return {node_id: {**node, "inputs": _small(node)} for node_id, node in prompt.items()}


def _small(node: dict[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = dict(node["inputs"])
    for name, least in SIDES.items():
        if isinstance(given.get(name), int):
            given[name] = max(
                given[name] // 8 // 8 * 8, least if name in ("width", "height") else 0
            )
    for name in MARGINS:
        if name in given:
            given[name] = given[name] // 8
    if isinstance(given.get("steps"), int):
        given |= {"steps": STEPS}
        middle = [one for one in ("start_at_step", "end_at_step") if 0 < given.get(one, 0) < 99]
        given |= dict.fromkeys(middle, 1)
    if "batch_size" in given:
        given["batch_size"] = 1
    return given
