"""Whatever is done to a document in a page, its canvases show what its graphs are."""

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtGui import QImage

from gui.canvas.looks import Looks
from gui.canvas.scene import Scene
from gui.canvas.states import NodeState
from gui.canvas.telling import tell_node
from gui.document.document import Document
from gui.page import Page
from gui.theme import DARK
from nodegraph.errors import NodegraphError
from nodegraph.graph import SUBGRAPH
from nodegraph.workflow import load
from tests.gui.canvas.test_scene import geometry
from tests.gui.document.random_edits import any_edit
from tests.nodegraph import toys
from tests.nodegraph.toys import INNER, n

SEEDS = st.integers(0, 2**32)
PHASES = ("running", "done", "cached", "error")


class Monkey(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "a.json"
        nodes = {
            "one": n("number"),
            "use": n("subgraph/inner", x="one.int"),
            "begin": n("toy.repeat.begin", zone="z", value="one.int"),
            "end": n("toy.repeat.end", zone="z", value="begin.value"),
        }
        self.open(toys.graph(nodes, {"inner": INNER}))

    def open(self, graph):
        self.page = Page(Document(graph), Looks(DARK))
        self.page.show_whole()

    @property
    def document(self):
        return self.page.document

    def try_edit(self, seed):
        shown = self.page.canvas.document
        try:
            shown.apply(any_edit(random.Random(seed), shown.graph))
        except NodegraphError:
            return

    @rule(seed=SEEDS)
    def edit_what_is_shown(self, seed):
        self.try_edit(seed)

    @rule(seeds=st.lists(SEEDS, max_size=4))
    def edit_several(self, seeds):
        with self.document.gesture("Several"):
            for seed in seeds:
                self.try_edit(seed)

    @rule(seeds=st.lists(SEEDS, max_size=3))
    def break_off(self, seeds):
        drag = self.document.gesture("Several").begin()
        for seed in seeds:
            self.try_edit(seed)
        drag.cancel()

    @rule()
    def undo(self):
        self.document.undo()

    @rule()
    def redo(self):
        self.document.redo()

    @rule(seed=SEEDS)
    def enter(self, seed):
        graph = self.page.canvas.document.graph
        uses = sorted(node.id for node in graph if node.type.startswith(SUBGRAPH))
        if uses:
            self.page.enter(random.Random(seed).choice(uses))

    @rule()
    def leave(self):
        self.page.leave()

    @rule(seed=SEEDS, pictured=st.booleans())
    def run(self, seed, pictured):
        rng, canvas = random.Random(seed), self.page.canvas
        for node_id in sorted(canvas.scene.cards):
            picture = QImage(rng.choice([8, 90]), 30, QImage.Format.Format_RGB32)
            state = NodeState(rng.choice(PHASES), picture=picture if pictured else None)
            tell_node(canvas, node_id, state)

    @rule()
    def save(self):
        self.document.save(self.path)

    @precondition(lambda self: self.path.exists())
    @rule()
    def load(self):
        self.open(load(self.path, toys.registry))

    @invariant()
    def every_canvas_shows_its_graph(self):
        for canvas in self.page.canvases:
            anew = Scene(canvas.document.graph)
            for node_id, height in canvas.scene.thumbnails.items():
                if node_id in anew.cards:
                    anew.show_thumbnail(node_id, height)
            assert geometry(canvas.scene) == geometry(anew)
            assert canvas.marks.selected <= canvas.scene.cards.keys()

    def teardown(self):
        self.folder.cleanup()


@pytest.mark.usefixtures("qapp")
def test_nothing_that_is_done_makes_a_canvas_differ_from_its_graph():
    run_state_machine_as_test(
        Monkey,
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[*HealthCheck],
        ),
    )
