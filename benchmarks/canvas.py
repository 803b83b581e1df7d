"""What the editor's canvas costs: processor time a frame, on graphs of up to thousands of nodes.

    python -m benchmarks.canvas [--sizes 100 1000 5000] [--peer]

Every node has four inputs, two outputs and three parameters (a text, a choice, a switch), and there
are 1.5 links a node. The window is 1600 by 900, offscreen, so that Qt paints with the processor.
Each figure is the median of 40 frames (9 of 10 under the second) in processor time of the whole
process, which other work on the machine disturbs least; the first line is a loop that costs the
same everywhere, to compare machines by. Each size has a process of its own, so that none takes the
memory that another has left. Memory is what the graph adds to an editor's canvas that shows nine
nodes; "whole memory" is what all of it adds to an empty window of Qt, with what is loaded and made
at first use whatever the graph. With ``--peer``, the same of NodeGraphQt where it is installed.
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QWidget

from gui.canvas.camera import Camera
from gui.canvas.canvas import Canvas
from gui.canvas.looks import Looks
from gui.document.document import Document
from gui.document.placing import move
from gui.theme import DARK
from nodegraph import Graph, Link, Node, Registry, workflow
from nodegraph.edits import AddNode, Batch, Connect

FRAMES = 40
LIMITS = {"open": 500.0, "pan": 6.0, "drag": 6.0, "zoom": 8.0, "whole graph": 12.0, "memory": 40.0}
"""At 5,000 nodes: milliseconds, and of memory MB."""

bench = Registry()


class Two(NamedTuple):
    """What a node gives."""

    first: int
    second: int


@bench.node("bench.node")
def node(
    a: int | None = None,
    b: int | None = None,
    c: int | None = None,
    d: int | None = None,
    *,
    name: str = "a value",
    choice: Literal["one", "two", "three"] = "one",
    on: bool = True,
) -> Two:
    """Stand in for any node."""
    return Two(a or 0, b or 0)


def made(count: int) -> Graph:
    """Return a graph on a grid: each node linked to the next, every second to one further on."""
    graph = Graph(workflow.catalogue(bench))
    side = max(int(count**0.5), 1)
    graph.view["nodes"] = {
        f"n{i}": {"pos": [i % side * 280, i // side * 260]} for i in range(count)
    }
    for index in range(count):
        graph.put(Node(f"n{index}", "bench.node"))
    for link in links(count):
        graph.dag.add_edge(link.source, link.target, (link.output, link.input, link.index))
    return graph


def links(count: int) -> Iterator[Link]:
    """Yield 1.5 links a node."""
    for index in range(count - 1):
        yield Link(f"n{index}", "first", f"n{index + 1}", "a")
        if index % 2 and index + 7 < count:
            yield Link(f"n{index}", "second", f"n{index + 7}", "b")


@contextmanager
def clock(times: list[float]) -> Iterator[None]:
    """Note the milliseconds of processor time that the body takes."""
    begin = time.process_time()
    yield
    times.append((time.process_time() - begin) * 1000)


def calibration() -> float:
    """Return the milliseconds of a loop in plain Python."""
    times: list[float] = []
    for _ in range(7):
        with clock(times):
            sum(index * index for index in range(200_000))
    return statistics.median(times)


def memory() -> float:
    """Return the process's memory in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def frames(app: QApplication, canvas: Canvas, step: Callable[[int], None]) -> list[float]:
    """Return the milliseconds of each frame: a step, and the paint that it asks for."""
    times: list[float] = []
    for index in range(FRAMES):
        with clock(times):
            step(index)
            app.processEvents()
    return times


def text_of(count: int) -> str:
    """Return a workflow, made in another process, which takes its memory along."""
    command = [sys.executable, "-m", "benchmarks.canvas", "--text", str(count)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def warm_up(app: QApplication) -> None:
    """Load and make what any graph needs: show a few nodes at every level of detail."""
    canvas = Canvas(Document(workflow.loads(workflow.dumps(made(9)), bench)), Looks(DARK))
    canvas.resize(1600, 900)
    canvas.show()
    for step in (0, -4, -8, -16):
        canvas.look(Camera(0, 0, step))
        app.processEvents()
    canvas.close()
    canvas.deleteLater()
    app.processEvents()


def measure(app: QApplication, count: int) -> dict[str, list[float]]:
    """Return the figures of one size."""
    empty = memory()
    warm_up(app)
    text, before = text_of(count), memory()
    found: dict[str, list[float]] = {"open": [], "first paint": []}
    with clock(found["open"]):
        document = Document(workflow.loads(text, bench))
        canvas = Canvas(document, Looks(DARK))
    gc.freeze()
    canvas.resize(1600, 900)
    with clock(found["first paint"]):
        canvas.show()
        app.processEvents()
    canvas.look(Camera(-2000, -1500, 0) if count > 100 else Camera())
    app.processEvents()
    found |= moves(app, canvas)
    found["memory"], found["whole memory"] = [memory() - before], [memory() - empty]
    found["undo a paste"] = pasted(app, document)
    canvas.close()
    return found


def moves(app: QApplication, canvas: Canvas) -> dict[str, list[float]]:
    """Return what moving about and changing costs."""
    found = {"pan": frames(app, canvas, lambda i: canvas.pan(-17 if i % 20 < 10 else 17, 9))}
    found["repaint"] = frames(app, canvas, lambda _: canvas.update())
    graph = canvas.document.graph
    seen = canvas.scene.cards_in(canvas.camera.area(0, 0, 1600, 900))
    hub = max(seen, key=lambda card: len(canvas.scene.wires_of(card.id)))
    with canvas.document.gesture("Move a node"):
        found["drag"] = frames(
            app,
            canvas,
            lambda i: canvas.document.apply(move(graph, {hub.id: (hub.x + i * 20, hub.y + i)})),
        )
    found["zoom"] = frames(app, canvas, lambda i: canvas.zoom(-1 if i % 40 < 20 else 1))
    canvas.fit()
    found["whole graph"] = frames(app, canvas, lambda _: canvas.update())
    found["select all"] = frames(
        app, canvas, lambda i: canvas.select(canvas.scene.cards if i % 2 else ())
    )
    return found


def pasted(app: QApplication, document: Document) -> list[float]:
    """Return what undoing a paste of a thousand nodes costs."""
    times: list[float] = []
    nodes = [AddNode(Node(f"p{index}", "bench.node")) for index in range(1000)]
    wires = [Connect(Link(f"p{i}", "first", f"p{i + 1}", "a")) for i in range(999)]
    document.apply(Batch((*nodes, *wires), "Paste"))
    app.processEvents()
    with clock(times):
        document.undo()
        app.processEvents()
    return times


def show(count: int, figures: dict[str, list[float]]) -> None:
    """Print the rows of one size."""
    for name, times in figures.items():
        middle, high = statistics.median(times), sorted(times)[int(len(times) * 0.9)]
        unit = "MB" if name.endswith("memory") else "ms"
        spread = f" (9 of 10 under {high:.1f})" if len(times) > 1 else ""
        limit = LIMITS.get(name) if count >= 5000 else None
        judged = "" if limit is None else f"{limit:g} {unit} | {'yes' if middle <= limit else 'no'}"
        print(f"| {count} | {name} | {middle:.1f} {unit}{spread} | {judged or ' | '} |")


def peer(app: QApplication, count: int) -> dict[str, list[float]]:
    """Return what NodeGraphQt takes to make the same graph and to paint it."""
    from NodeGraphQt import BaseNode, NodeGraph  # type: ignore[import-not-found]

    class Peer(BaseNode):
        __identifier__, NODE_NAME = "bench", "node"

        def __init__(self) -> None:
            super().__init__()
            for name in "abcd":
                self.add_input(name)
            for name in ("first", "second"):
                self.add_output(name)

    found: dict[str, list[float]] = {"open": [], "whole graph": []}
    graph = NodeGraph()
    graph.register_node(Peer)
    graph.set_acyclic(False)
    with clock(found["open"]):
        nodes = [graph.create_node("bench.Peer", pos=[0, i * 50]) for i in range(count)]
        for link in links(count):
            one, other = (nodes[int(end[1:])] for end in (link.source, link.target))
            one.get_output(link.output).connect_to(other.get_input(link.input))
    graph.widget.resize(1600, 900)
    graph.widget.show()
    graph.fit_to_selection()
    found["whole graph"] = frames(app, graph.viewer(), lambda _: graph.viewer().viewport().update())
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 5000])
    parser.add_argument("--peer", action="store_true")
    parser.add_argument("--text", type=int, help="write a workflow of so many nodes, and no more")
    chosen = parser.parse_args()
    if chosen.text is not None:
        print(workflow.dumps(made(chosen.text)), end="")
        return
    app = QApplication(sys.argv[:1])
    empty = QWidget()
    empty.resize(1600, 900)
    empty.show()
    app.processEvents()
    print(f"calibration loop {calibration():.1f} ms, empty window {memory():.0f} MB\n")
    print("| nodes | what | processor time | limit | kept |\n|---|---|---|---|---|")
    sys.stdout.flush()
    for count in chosen.sizes[:-1]:
        rows = [sys.executable, "-m", "benchmarks.canvas", "--sizes", str(count)]
        done = subprocess.run(rows, stdout=subprocess.PIPE, text=True, check=True)
        print(*(row for row in done.stdout.splitlines() if row.startswith(f"| {count}")), sep="\n")
    show(chosen.sizes[-1], measure(app, chosen.sizes[-1]))
    if chosen.peer and find_spec("NodeGraphQt") is None:
        print("\nNodeGraphQt is not installed; `pip install NodeGraphQt` adds it to the table")
    elif chosen.peer:
        for count in chosen.sizes:
            show(count, {f"NodeGraphQt {k}": v for k, v in peer(app, count).items()})


if __name__ == "__main__":
    main()
