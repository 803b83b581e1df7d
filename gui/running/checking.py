"""What keeps a graph from running, found while it is edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from gui.document.reading import Known
from gui.running.carried import carried
from gui.running.problem import Problem, problem_of
from gui.running.sending import base_of, examine
from nodegraph.edits import Batch, SetTitle, SetView
from nodegraph.errors import NodegraphError, PlanError
from nodegraph.execution.plan import plan
from nodegraph.graph import SUBGRAPH
from nodegraph.subgraph_edits import EditSubgraph

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gui.bridge.asked import Asked
    from gui.bridge.engine import Engine
    from gui.running.status import Status
    from nodegraph.edits import Edit
    from nodegraph.engine.submission import Verdict
    from nodegraph.graph import Graph
    from nodegraph.registry import Registry

PAUSE = 200
"""Milliseconds without an edit until the graph is checked here."""
LONGER = 800
"""Until the engine is asked, which knows of files and models."""


class Checker(QObject):
    """Checks a document whenever it has been changed and then left alone for a moment.

    What the engine misses stays said while one edits something else: it is asked again anyway, and
    what comes and goes with every letter that is typed helps nobody.
    """

    def __init__(self, engine: Engine, status: Status) -> None:
        super().__init__(status)
        self._engine, self._status = engine, status
        self._asked: Asked | None = None
        self._here: Sequence[Problem] = ()
        self._there: Mapping[Problem, Any] = {}
        self._answers = engine.state.answers
        self._counted = True
        self._soon, self._later = self._timer(PAUSE, self.check), self._timer(LONGER, self._ask)
        status.document.changed.connect(self._follow)
        engine.catalogue_changed.connect(self._again)
        engine.state_changed.connect(self._engine_changed)
        self._soon.start()

    def check(self) -> None:
        """Check now, with what is known here."""
        self._soon.stop()
        graph = self._status.document.graph
        self._here = [*problems(graph, Known(self._engine.catalogue)), *carried(graph)]
        self._there = {
            one: value
            for one, value in self._there.items()
            if value is not None and value == value_of(graph, one)
        }
        self._show()
        self._status.compare()
        if self._counted:
            self._counted = False
            self._later.start()

    def _again(self) -> None:
        self._counted = True
        self._soon.start()

    def _timer(self, pause: int, call: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(pause)
        timer.timeout.connect(call)
        return timer

    def _follow(self, edit: Edit) -> None:
        if accepts(edit):
            self._soon.start()
        if counts(edit):
            self._later.stop()
            if self._asked is not None:
                self._asked.cancel()
            self._counted = True
            self._soon.start()

    def _engine_changed(self) -> None:
        """Ask as soon as there is an engine to be asked: again, where it is another one."""
        before, self._answers = self._answers, self._engine.state.answers
        if self._answers and not before:
            self._later.start()

    def _ask(self) -> None:
        document = self._status.document
        if self._engine.state.answers and len(document.graph):
            self._asked = self._engine.ask(
                examine, document.graph.copy(), base_of(document.path), then=self._take
            )

    def _take(self, verdict: Verdict) -> None:
        skipped = (one for found in verdict.skipped.values() for one in found)
        found = [problem_of(one) for one in dict.fromkeys([*verdict.problems, *skipped])]
        graph = self._status.document.graph
        self._there = {one: value_of(graph, one) for one in found}
        self._show()

    def _show(self) -> None:
        said = {(one.node, one.message) for one in self._here}
        new = (one for one in self._there if (one.node, one.message) not in said)
        self._status.set_graph_problems([*self._here, *new])


def accepts(edit: Edit) -> bool:
    """Tell whether an edit may say of a node that it is well as it is, or take that back."""
    if isinstance(edit, Batch):
        return any(accepts(one) for one in edit.edits)
    if isinstance(edit, EditSubgraph):
        return accepts(edit.edit)
    return isinstance(edit, SetView) and edit.section == "nodes"


def counts(edit: Edit) -> bool:
    """Tell whether an edit may change what runs; places, colors and titles do not."""
    if isinstance(edit, Batch):
        return any(counts(one) for one in edit.edits)
    return not isinstance(edit, (SetView, SetTitle))


def value_of(graph: Graph, problem: Problem) -> Any:
    """Return the value of the parameter that a problem is of; ``None`` where it is of none."""
    *uses, node_id = problem.node.split("/")
    for use in uses:
        name = graph[use].type.removeprefix(SUBGRAPH) if use in graph else ""
        if name not in graph.subgraphs:
            return None
        graph = graph.subgraphs[name]
    return graph[node_id].params.get(problem.socket) if node_id in graph else None


def problems(graph: Graph, known: Registry) -> Sequence[Problem]:
    """Return what keeps a graph from running, as far as node types tell; an empty one has none."""
    if not len(graph):
        return ()
    try:
        skipped = plan(graph, known).skipped
    except PlanError as error:
        level = "error" if any(one.node for one in error.problems) else "warning"
        return [problem_of(one, level) for one in error.problems]
    except NodegraphError as error:
        return [Problem(str(error))]
    found = dict.fromkeys(one for problems in skipped.values() for one in problems)
    return [problem_of(one) for one in found]
