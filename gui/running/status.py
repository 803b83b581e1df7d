"""How a document's runs stand: what nodes show, what is wrong, what was made. Undo leaves it be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.canvas.states import NodeState, ZoneState
from gui.running.pictures import Pictures
from gui.running.track import Track, marks
from gui.sentences import as_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from PySide6.QtGui import QImage

    from gui.canvas.states import Mark
    from gui.document.document import Document
    from gui.running.problem import Problem
    from nodegraph.engine.jobs import Job


class Status(QObject):
    """Of one document; nodes are known by path: ``use/inner`` inside of subgraphs.

    Attributes:
        node_changed: A node's state is another one; its path.
        zone_changed: A zone is in another turn; its path and id, ``use/z``.
        run_changed: ``job``, ``waiting`` or ``message`` are others.
        problems_changed: ``problems`` are others.
        values_changed: Other values are to be shown: of a new run, or of another turn.
        job: The job that runs, or ran last.
        waiting: Jobs of this document that have not ended, ``job`` among them.
        message: How the last run went, in a sentence, with the remedy where it went wrong.
        files: What nodes saved, as names in the gallery, by node.
        turn: By zone the turn that its timeline shows.
        in_view: Tells which nodes are in view; their pictures are fetched first.
    """

    node_changed = Signal(str)
    zone_changed = Signal(str)
    run_changed = Signal()
    problems_changed = Signal()
    values_changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent or document)
        self.document = document
        self.nodes: dict[str, NodeState] = {}
        self.zones: dict[str, ZoneState] = {}
        self.job: Job | None = None
        self.waiting: tuple[str, ...] = ()
        self.message = ""
        self.files: dict[str, tuple[str, ...]] = {}
        self.turn: dict[str, int] = {}
        self.in_view: Callable[[], Iterable[str]] = tuple
        self.stale: frozenset[str] = frozenset()
        self._made: dict[str, tuple[str, int]] = {}
        self._pictures = Pictures()
        self._of_graph: tuple[Problem, ...] = ()
        self._of_run: tuple[Problem, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What keeps the graph from running now, then what went wrong in the last run."""
        known = {(one.node, one.message) for one in self._of_graph}
        new = (one for one in self._of_run if (one.node, one.message) not in known)
        return (*self._of_graph, *new)

    def job_of(self, node: str) -> str:
        """Return the last job that made a node's values; empty where none has."""
        return self._made.get(node, ("", 0))[0]

    # Setting

    def set_node(self, path: str, state: NodeState) -> None:
        """Show another state of a node."""
        if self.nodes.get(path, NodeState()) != state:
            self.nodes[path] = state
            self.node_changed.emit(path)

    def change_node(self, path: str, **changes: object) -> None:
        """Show some of a node's state otherwise."""
        self.set_node(path, replace(self.nodes.get(path, NodeState()), **changes))

    def set_zone(self, zone: str, state: ZoneState | None) -> None:
        """Show which turn a zone is in; none where it does not run."""
        if state is None:
            if self.zones.pop(zone, None) is not None:
                self.zone_changed.emit(zone)
        elif self.zones.get(zone) != state:
            self.zones[zone] = state
            self.zone_changed.emit(zone)

    def set_turn(self, zone: str, turn: int | None) -> None:
        """Have a zone's values show one turn, or with ``None`` the last."""
        if self.turn.get(zone) != turn:
            if turn is None:
                self.turn.pop(zone, None)
            else:
                self.turn[zone] = turn
            self.values_changed.emit()

    def set_picture(self, path: str, picture: QImage) -> None:
        """Show a picture on a node; those shown longest ago go where they are too many."""
        for gone in self._pictures.put(path, picture):
            self.change_node(gone, picture=None)
        self.change_node(path, picture=picture)

    def set_run(self, job: Job | None, waiting: Iterable[str], message: str) -> None:
        """Show how the run stands."""
        found = (job, tuple(waiting), message)
        if found != (self.job, self.waiting, self.message):
            self.job, self.waiting, self.message = found
            self.run_changed.emit()

    def set_graph_problems(self, problems: Iterable[Problem]) -> None:
        """Say what keeps the graph from running as it is now."""
        found = tuple(problems)
        if found != self._of_graph:
            self._mark(self._of_graph, found)
            self._badge(self._of_graph, found)
            self._of_graph = found
            self.problems_changed.emit()

    def set_run_problems(self, problems: Iterable[Problem]) -> None:
        """Say what went wrong in the last run."""
        found = tuple(problems)
        if found != self._of_run:
            self._of_run = found
            self.problems_changed.emit()

    def add_run_problem(self, problem: Problem) -> None:
        """Say one thing more that went wrong in this run."""
        if problem not in self._of_run:
            self.set_run_problems((*self._of_run, problem))

    def made(self, path: str, job: str, track: Track) -> None:
        """Know that a job has made a node's values, of the graph as it was sent off."""
        self._made[path] = (job, track.marks.get(path, 0))

    def compare(self) -> None:
        """Find out whose values would be others if it ran now."""
        now = marks(self.document.graph)
        stale = frozenset(
            path for path, (_, mark) in self._made.items() if now.get(path, mark) != mark
        )
        changed, self.stale = self.stale ^ stale, stale
        for path in changed:
            self.change_node(path, stale=path in stale)

    def _badge(self, before: Iterable[Problem], now: Iterable[Problem]) -> None:
        """Let nodes wear the mark of what they were in another program."""
        marked: dict[str, tuple[Mark, list[str]]] = {}
        for one in now:
            if one.mark:
                marked.setdefault(one.node, (one.mark, [as_sentence(one.message)]))[1].append(
                    as_sentence(one.remedy)
                )
        for path in {one.node for one in before if one.mark} - marked.keys():
            self.change_node(path, mark="", why="")
        for path, (mark, words) in marked.items():
            self.change_node(path, mark=mark, why=" ".join(words))

    def _mark(self, before: Iterable[Problem], now: Iterable[Problem]) -> None:
        """Let nodes say what is wrong with them, and those that are mended no longer."""
        words: Mapping[str, str] = {
            one.node: one.words for one in now if one.node and one.level == "error"
        }
        for path in {one.node for one in before if one.node} - words.keys():
            if self.nodes.get(path, NodeState()).phase != "error":
                self.change_node(path, message="")
        for path, message in words.items():
            self.change_node(path, message=message)
