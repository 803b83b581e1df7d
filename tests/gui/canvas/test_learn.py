"""The workflows that teach are as tidy as the other examples, though larger."""

from itertools import combinations
from pathlib import Path

import pytest

from gui.canvas.boxes import touch
from gui.canvas.scene import Scene
from nodegraph.workflow import load

FILES = sorted((Path(__file__).parents[3] / "workflows" / "learn").glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nodes_stand_apart_and_no_link_runs_behind_one(qapp, path):
    scene = Scene(load(path))
    pairs = combinations([card.box for card in scene.cards.values()], 2)
    assert not any(touch(one, other) for one, other in pairs)
    assert [found for wire in scene.wires.values() for found in behind(wire, scene)] == []


def behind(wire, scene):
    points = [wire.path.pointAtPercent(step / 200) for step in range(201)]
    ends = (wire.link.source, wire.link.target)
    others = [card for card in scene.cards.values() if card.id not in ends]
    return [
        (str(wire.link), card.id)
        for card in others
        if any(card.rect.contains(point) for point in points)
    ]
