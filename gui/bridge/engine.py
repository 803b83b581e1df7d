"""The engine as the editor sees it: started, asked, heard, and started again when it dies."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from gui.bridge import known
from gui.bridge.asked import Asked
from gui.bridge.deaths import Deaths
from gui.bridge.hearing import hear
from gui.bridge.line import Line
from gui.bridge.own import OwnProcess
from gui.bridge.post import Post
from gui.bridge.state import EngineState, Phase, state_of
from gui.bridge.where import Where
from gui.document.folders import data_folder
from gui.sentences import as_sentence
from nodegraph.errors import NodegraphError, ProblemsError
from nodegraph.storage import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from nodegraph.engine.address import Address
    from nodegraph.spec import NodeSpec

AGAIN = 3000
"""Milliseconds until an engine that did not answer is tried again."""
NOBODY = "Start it with Run ▸ Restart the engine."


class Engine(QObject):
    """One engine, own or remote; everything here happens on the GUI's thread.

    Attributes:
        state_changed: It is in another phase, or its memory is.
        catalogue_changed: There are other node types, or sockets look otherwise.
        job_changed: A ``nodegraph.engine.jobs.Job`` is in another state.
        told: By a job's id, a ``nodegraph.execution.events.Event``.
        previewed: By a job's id and a node's path, a JPEG or WebP.
        jobs_changed: The list of jobs is another one; ask for it.
        outputs_changed: The gallery is another one; ask for it.
        where: Which engine; another one counts from the next start.
    """

    state_changed = Signal()
    catalogue_changed = Signal()
    job_changed = Signal(object)
    told = Signal(str, object)
    previewed = Signal(str, str, bytes)
    jobs_changed = Signal()
    outputs_changed = Signal()

    def __init__(
        self, where: Where | None = None, folder: Path | None = None, parent: QObject | None = None
    ) -> None:
        """Prepare an engine; nothing runs yet.

        Args:
            folder: Where the catalogue is kept; the editor's data folder by default.
        """
        super().__init__(parent)
        self.where = where or Where()
        self.state = EngineState()
        self._folder = folder or data_folder()
        self._known = known.recall(self._folder)
        self._known.adopt()
        self._post = Post()
        self._own = OwnProcess(self)
        self._own.ready.connect(self._connect_own)
        self._own.died.connect(self._died)
        self._line: Line | None = None
        self._held: list[Asked] = []
        self._deaths = Deaths()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._begin)

    # Reading

    @property
    def catalogue(self) -> Mapping[str, NodeSpec]:
        """The node types by id: at first those of the last time, then the engine's."""
        return self._known.nodes

    @property
    def broken_packs(self) -> Mapping[str, str]:
        """Node packs of the engine's that could not be loaded, and why."""
        return self._known.broken

    @property
    def log(self) -> str:
        """What the own engine said last."""
        return "\n".join(self._own.log)

    # Living

    def start(self) -> None:
        """Start it, or look for it where it is remote."""
        if self.state.phase in ("off", "failed"):
            self._deaths = Deaths()
            self._begin()

    def stop(self) -> None:
        """End the own engine, or leave a remote one alone; what runs is queued again."""
        self._timer.stop()
        ending = self._hang_up()
        self._own.stop()
        if ending is not None:
            ending.join(2.0)
        self._say("off", "The engine is off.")
        self._refuse_held()

    def close(self) -> None:
        """End for good: nobody is told anything any more."""
        self.stop()
        self._post.close()

    def restart(self) -> None:
        """End it and start it again, whatever it is at."""
        self._deaths = Deaths()
        self._timer.stop()
        self._hang_up()
        self._own.stop()
        self._say("restarting", "The engine is started again.")
        self._begin()

    def ask(
        self,
        method: str | Callable[..., Any],
        *args: Any,
        then: Callable[[Any], object] | None = None,
        failed: Callable[[NodegraphError], object] | None = None,
        **kwargs: Any,
    ) -> Asked:
        """Ask; while the engine starts, the question waits for it.

        Args:
            method: Of ``nodegraph.engine.client.Client``, by name; or a coroutine function that
                takes the client first.
            then: Called with the answer.
            failed: Called with the error, where there is no answer.
        """
        asked = Asked(method, args, kwargs, then, failed)
        if self._line is not None:
            self._line.ask(asked)
        elif self.state.phase in ("starting", "restarting", "lost"):
            self._held.append(asked)
        else:
            error = NodegraphError(f"{self.state.text} {NOBODY}")
            self._post.put(asked.fail, error)
        return asked

    # Inside

    def _begin(self) -> None:
        if self.state.phase != "restarting":
            self._say("starting", "The engine is starting.")
        if self.where.url:
            self._connect(self.where.url, self.where.token)
        else:
            self._own.start(self.where)

    def _connect_own(self, address: Address) -> None:
        self._connect(address.url, address.token)

    def _connect(self, url: str, token: str) -> None:
        self._hang_up()
        self._line = Line((url, token), self._post, self._hear, self._refused)
        held, self._held = self._held, []
        for asked in held:
            self._line.ask(asked)

    def _hang_up(self) -> Any:
        line, self._line = self._line, None
        return None if line is None else line.close()

    def _hear(self, event: Any) -> None:
        hear(self, event)

    def learn(self) -> None:
        """Ask for all that is shown: the engine may be another than before."""
        self.ask("system", then=lambda system: self.take_workers(system["workers"]))
        self.ask("catalogue", then=self._take_catalogue)
        self.jobs_changed.emit()
        self.outputs_changed.emit()

    def take_workers(self, workers: Sequence[Mapping[str, Any]]) -> None:
        """Show how the workers are."""
        self._show(state_of(workers, remote=bool(self.where.url)))

    def line_lost(self, reason: str) -> None:
        """Say that the line broke; where that was another editor's engine, start an own one."""
        if self.where.url or self._own.runs:
            self._say("lost", f"The engine does not answer: {reason}. It is tried again.")
        else:
            self._died("the program that ran it has ended")

    def _refused(self, error: NodegraphError) -> None:
        self._hang_up()
        if isinstance(error, ProblemsError):
            self._say(
                "failed", f"{as_sentence(str(error))} Mend the token or the address in Settings."
            )
            self._refuse_held()
        elif self.where.url or not self._own.runs:
            self._say("lost", f"{as_sentence(str(error))} It is tried again.")
            self._timer.start(AGAIN)
        else:
            self.restart()

    def _died(self, reason: str) -> None:
        self._hang_up()
        pause = self._deaths.pause(monotonic())
        if pause is None:
            text = f"The engine has failed: {reason}, again and again. {NOBODY}"
            self._show(EngineState("failed", text, self._own.detail))
            self._refuse_held()
            return
        text = f"The engine is lost: {reason}. It is started again; what it ran begins anew."
        self._show(EngineState("restarting", text, self._own.detail))
        self._timer.start(round(1000 * pause))

    def _refuse_held(self) -> None:
        held, self._held = self._held, []
        for asked in held:
            asked.fail(NodegraphError(f"{self.state.text} {NOBODY}"))

    def _take_catalogue(self, data: Mapping[str, Any]) -> None:
        found = known.known(data)
        if found == self._known:
            return
        self._known = found
        found.adopt()
        try:
            known.keep(data, self._folder)
        except StorageError as error:
            self._own.log.append(str(error))
        self.catalogue_changed.emit()

    def _say(self, phase: Phase, text: str) -> None:
        self._show(replace(self.state, phase=phase, text=text, detail=""))

    def _show(self, state: EngineState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit()
