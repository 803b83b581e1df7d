"""Nodes for ``benchmarks.scale``, without torch, as a pack that workers find like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

PACK = '''
"""Nodes that take time and nothing else."""

import time
from pathlib import Path
from typing import NamedTuple

from nodegraph import current, node
from nodegraph.engine.host import DefaultHost
from nodegraph.storage import write_new


def host():
    return DefaultHost()


@node("bench.sleep", effect=True)
def sleep(*, seconds: float = 0.0, number: int = 0) -> int:
    time.sleep(seconds)
    return number


@node("bench.tell", effect=True)
def tell(*, events: int = 1, pause: float = 0.0, number: int = 0) -> int:
    for step in range(events):
        current().progress(step, events)
        time.sleep(pause)
    return number


class Written(NamedTuple):
    files: list[Path]


@node("bench.write", effect=True)
def write(*, size: int = 0, number: int = 0) -> Written:
    data = number.to_bytes(8, "big") * (size // 8)
    return Written([write_new(current().options.out, "data", ".bin", data)])
'''
ENTRY_POINTS = """
[nodegraph.nodes]
bench_scale = bench_scale

[nodegraph.host]
bench_scale = bench_scale:host
"""


def write_pack(folder: Path) -> Path:
    """Write the pack, as if it were installed there."""
    about = folder / "bench_scale-1.0.dist-info"
    about.mkdir(parents=True)
    (folder / "bench_scale.py").write_text(PACK)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: bench-scale\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(ENTRY_POINTS)
    return folder


def work(kind: str, **params: Any) -> dict[str, Any]:
    """Return a workflow of one node."""
    return {"nodegraph": 1, "nodes": {"a": {"type": f"bench.{kind}", "params": params}}}
