from itertools import combinations
from pathlib import Path

import pytest

from gui.canvas.boxes import touch
from gui.canvas.camera import fitted
from gui.canvas.scene import Scene
from nodegraph.workflow import load

FOLDER = Path(__file__).parents[3] / "workflows"
FILES = sorted([*FOLDER.glob("*.json"), *FOLDER.glob("models/*.json")])


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def scene(request, qapp):
    return Scene(load(request.param))


def test_an_example_fits_into_a_window_of_usual_size(scene):
    assert fitted(scene.bounds(), 1100, 750).scale > 0.4


def test_nodes_of_an_example_stand_apart(scene):
    pairs = combinations([card.box for card in scene.cards.values()], 2)
    assert not any(touch(one, other) for one, other in pairs)


def test_no_link_of_an_example_runs_behind_a_node(scene):
    behind = [
        (str(wire.link), card.id)
        for wire in scene.wires.values()
        for card in scene.cards.values()
        if card.id not in (wire.link.source, wire.link.target)
        and any(card.rect.contains(wire.path.pointAtPercent(step / 200)) for step in range(201))
    ]
    assert behind == []
