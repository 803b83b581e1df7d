"""The table of classes as people read it: which give the very picture, and which nearly."""

from __future__ import annotations

from nodegraph.comfy.classes import ComfyClass, table


def markdown() -> str:
    """Return the table for the documentation."""
    lines = [f"| `{one.name}` | {mark(one)} | {one.why} |" for one in _sorted()]
    return "\n".join(["| class | mark | where it differs, or why not |", "|---|---|---|", *lines])


def mark(one: ComfyClass) -> str:
    """Return how near a class comes to ComfyUI's: exact, approximate or unsupported."""
    if one.unsupported:
        return "unsupported"
    return "approximate" if one.differs else "exact"


def _sorted() -> list[ComfyClass]:
    return sorted(table().values(), key=lambda one: one.name.lower())
