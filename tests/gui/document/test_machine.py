"""Hundreds of steps at random find no difference between the document and a model of it.

The model is as plain as can be: the text of every state, and where in them the document is.
"""

import random
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gui.document.clipboard import copy
from gui.document.document import Document
from gui.document.journal import Journal
from gui.document.pasting import paste
from gui.document.recovery import left_over
from nodegraph.errors import NodegraphError
from nodegraph.workflow import dumps, load
from tests.gui.document.random_edits import any_edit
from tests.nodegraph import toys
from tests.nodegraph.toys import INNER, catalogue, n

SEEDS = st.integers(0, 2**32)


class Editing(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "a.json"
        nodes = {"one": n("number"), "use": n("subgraph/inner", x="one.int")}
        self.open(toys.graph(nodes, {"inner": INNER}))

    def open(self, graph):
        """Open a document with a journal; the model begins anew with it."""
        self.document = Document(graph)
        self.journal = Journal(self.document, Path(self.folder.name) / "journals")
        self.states, self.at, self.saved = [dumps(graph)], 0, None

    def made(self):
        self.states[self.at + 1 :] = [dumps(self.document.graph)]
        self.at += 1
        if self.saved is not None and self.saved >= self.at:
            self.saved = -1

    def try_edit(self, seed):
        edit = any_edit(random.Random(seed), self.document.graph)
        try:
            self.document.apply(edit)
        except NodegraphError:
            return False
        return True

    @rule(seed=SEEDS)
    def edit(self, seed):
        if self.try_edit(seed):
            self.made()

    @rule(seeds=st.lists(SEEDS, max_size=4))
    def gesture(self, seeds):
        with self.document.gesture("Several"):
            done = [self.try_edit(seed) for seed in seeds]
        if any(done):
            self.made()

    @rule(seeds=st.lists(SEEDS, max_size=4))
    def cancelled_gesture(self, seeds):
        drag = self.document.gesture("Several").begin()
        for seed in seeds:
            self.try_edit(seed)
        drag.cancel()

    @rule(seed=SEEDS)
    def duplicate(self, seed):
        graph, rng = self.document.graph, random.Random(seed)
        ids = sorted(node.id for node in graph)
        try:
            text = copy(graph, rng.sample(ids, min(3, len(ids))))
            self.document.apply(paste(text, graph, keep_inputs=rng.random() < 0.5).edit)
        except NodegraphError:
            return
        self.made()

    @precondition(lambda self: self.at > 0)
    @rule()
    def undo(self):
        self.document.undo()
        self.at -= 1

    @precondition(lambda self: self.at < len(self.states) - 1)
    @rule()
    def redo(self):
        self.document.redo()
        self.at += 1

    @rule()
    def save(self):
        self.document.save(self.path)
        self.saved = self.at
        assert self.path.read_text() == self.states[self.at]

    @precondition(lambda self: self.saved == self.at)
    @rule()
    def load(self):
        graph = load(self.path, toys.registry)
        assert dumps(graph) == self.states[self.at]
        self.journal.close()
        self.open(graph)

    @rule(torn=st.booleans())
    def crash(self, torn):
        self.journal._lock.release()
        if torn:
            with self.journal.path.open("ab") as file:
                file.write(b'{"SetParam": {"node_')
        (left,) = left_over(Path(self.folder.name) / "journals")
        found = left.rebuild(catalogue)
        assert (found.notes, found.dirty or not left.edits) == ((), True)
        assert dumps(found.graph) == self.states[self.at]
        self.journal._close_file()
        left.discard()
        self.open(found.graph)

    @invariant()
    def the_document_is_as_the_model_says(self):
        assert dumps(self.document.graph) == self.states[self.at]
        assert self.document.can_undo == (self.at > 0)
        assert self.document.can_redo == (self.at < len(self.states) - 1)
        assert self.document.dirty == (self.at != (self.saved or 0))

    def teardown(self):
        self.journal.close()
        self.folder.cleanup()


Editing.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=50,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
test_editing_at_random_is_as_the_model_says = Editing.TestCase
