"""Node packs of a benchmark's own, written as if they were installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ENTRY_POINTS = """
[nodegraph.nodes]
{name} = {name}

[nodegraph.host]
{name} = {name}:host
"""


def write_pack(folder: Path, name: str, code: str) -> Path:
    """Write a pack of one module into a folder for Python's path; returns the folder."""
    about = folder / f"{name}-1.0.dist-info"
    about.mkdir(parents=True)
    (folder / f"{name}.py").write_text(code)
    title = name.replace("_", "-")
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {title}\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(ENTRY_POINTS.format(name=name))
    return folder
