"""Nodes for ``benchmarks.scale``, without torch, as a pack that workers find like any other."""

from __future__ import annotations

from typing import Any

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


def work(kind: str, **params: Any) -> dict[str, Any]:
    """Return a workflow of one node."""
    return {"nodegraph": 1, "nodes": {"a": {"type": f"bench.{kind}", "params": params}}}
