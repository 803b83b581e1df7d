"""Pictures of the editor for the documentation: ``python -m scripts.screenshots [NAME …]``.

The real widgets with a real engine and the embedded model, drawn without a screen. ``--scale 2``
draws them as a screen of twice the density would; ``--into`` says where they go.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "workflows" / "text_to_image.json"
ZONE = "denoise"
SIDE = 320
"""How wide the panels to the right are, in pixels."""


def dark(stage: Stage) -> None:
    """The window after a run, with the picture beside it."""
    stage.look("decode", "image")
    stage.shoot("dark")


def light(stage: Stage) -> None:
    """The same in the light theme."""
    stage.appearance.choose("light")
    stage.look("decode", "image")
    stage.shoot("light")
    stage.appearance.choose("dark")


def timeline(stage: Stage) -> None:
    """An early turn of the loop, on the film and on every node in it."""
    stage.seat.status.set_turn(ZONE, 5)
    stage.look("guidance", "denoised")
    stage.shoot("timeline")
    stage.seat.status.set_turn(ZONE, None)


def viewer(stage: Stage) -> None:
    """The picture so near that its pixels are seen, and a channel of a latent."""
    stage.widen("viewer", 640)
    stage.look("decode", "image")
    stage.view(12.0, 62, 64)
    stage.shoot("viewer", stage.window.docks["viewer"].widget())
    stage.look("step", "x")
    stage.show_mode("Channel 2")
    stage.shoot("latent", stage.window.docks["viewer"].widget())
    stage.widen("viewer", SIDE)


def palette(stage: Stage) -> None:
    """Adding a node by a few letters."""
    canvas = stage.seat.canvas
    canvas.wanted.emit(canvas.keys.pointer(), None)
    stage.type("sam")
    stage.shoot("palette")
    stage.press_escape()


def form(stage: Stage) -> None:
    """The parameters that people without the graph need."""
    stage.window.show_dock("form")
    stage.widen("form", SIDE)
    stage.shoot("form", stage.window.docks["form"])


def gallery(stage: Stage) -> None:
    """What runs have saved, and what ran."""
    for id in ("gallery", "queue"):
        stage.window.show_dock(id)
        stage.widen("form", SIDE)
        stage.settle(1.0)
        stage.seat.canvas.fit()
        stage.shoot(id)
    for id in ("gallery", "queue"):
        stage.window.docks[id].hide()
    stage.settle(0.3)
    stage.seat.canvas.fit()


def running(stage: Stage) -> None:
    """A run half way through."""
    stage.window.show_dock("form")
    stage.widen("form", SIDE)
    stage.set("noise", "seed", 7)
    stage.run_until_turn(ZONE, 9)
    stage.shoot("running")
    stage.wait_for_end()


def error(stage: Stage) -> None:
    """A node that could not do its part."""
    stage.set("model", "model", "a/model/that/is/nowhere")
    stage.run()
    stage.window.show_dock("problems")
    stage.widen("form", SIDE)
    stage.settle(0.3)
    stage.seat.canvas.fit({"model"})
    stage.shoot("error")
    stage.window.docks["problems"].hide()
    stage.editor.window.commands.run("edit.undo")


def mask(stage: Stage) -> None:
    """A mask that is being painted over its picture."""
    stage.open_file(ROOT / "workflows" / "inpaint.json")
    stage.seat.canvas.select({"mask"})
    stage.window.commands.run("mask.paint")
    stage.shoot_painting("mask", at=(84, 28))


def large(stage: Stage) -> None:
    """More than a thousand nodes: the example many times over."""
    stage.open_graph(many(EXAMPLE, 72))
    stage.shoot("1000_nodes")


def many(file: Path, times: int) -> str:
    """Return a workflow many times over, side by side."""
    data = json.loads(file.read_text())
    nodes, spots = {}, {}
    for number in range(times):
        for name, one in data["nodes"].items():
            inputs = {key: f"n{number}_{link}" for key, link in one.get("inputs", {}).items()}
            zone = {"zone": f"n{number}_{one['zone']}"} if "zone" in one else {}
            nodes[f"n{number}_{name}"] = one | zone | {"inputs": inputs}
            view = data["view"]["nodes"][name]
            x, y = view["pos"]
            pos = [x + number % 8 * 1900, y + number // 8 * 1050]
            spots[f"n{number}_{name}"] = view | {"pos": pos}
    return json.dumps({"nodegraph": 1, "nodes": nodes, "view": {"nodes": spots}})


SHOTS: dict[str, Callable[[Stage], None]] = {
    one.__name__: one
    for one in (dark, light, timeline, viewer, palette, form, running, gallery, error, mask, large)
}


def main() -> None:
    """Draw the pictures that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SHOTS))
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "images")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "QT_QPA_PLATFORM": "offscreen",
            "QT_SCALE_FACTOR": str(asked.scale),
            "NODEGRAPH_EDITOR_DATA": f"{folder}/editor",
            "NODEGRAPH_DATA": f"{folder}/engine",
        }
        with Stage.set_up(EXAMPLE, asked.into) as stage:
            for name in asked.names or SHOTS:
                SHOTS[name](stage)


if __name__ == "__main__":
    main()
