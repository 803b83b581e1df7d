"""What a running node may ask of the run around it. Nodes reach it by ``nodegraph.current()``."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from nodegraph.errors import Cancelled, ParamError
from nodegraph.execution import company

if TYPE_CHECKING:
    from nodegraph.execution.events import Listener

Q = TypeVar("Q")
A = TypeVar("A")

DEVICES = ("auto", "cpu", "cuda", "mps")
"""Kinds of devices; ``cuda:1`` names one of its kind."""
DTYPES = ("auto", "float32", "float16", "bfloat16")


class CancelToken:
    """Ends a run from any thread, within one model evaluation.

    Attributes:
        cancelled: Whether it was asked to end; a plain flag, since every node looks at it.
    """

    def __init__(self) -> None:
        self.cancelled = False

    def cancel(self) -> None:
        """Ask the run to end."""
        self.cancelled = True


@dataclass(frozen=True)
class Options:
    """How a run is made, apart from what the graph says.

    Attributes:
        out: The folder that saved files go to.
        device: ``cpu``, ``cuda``, ``cuda:1``, ``mps``, or ``auto``.
        dtype: ``float32``, ``float16``, ``bfloat16``, or ``auto`` (float32 on a CPU).
        previews: Whether nodes make pictures of what they are at, for listeners that show them.
        base: The workflow file's folder, where the relative paths in it are looked for first.
        readable: The folders that may be read from, ``base`` aside; ``None`` allows every one.
        models: The folders that models are looked for in by name, before the user's own.
        shelf: The folder that somebody moves saved files to, if they do not stay in ``out``.
    """

    out: Path = field(default_factory=lambda: Path("outputs"))
    device: str = "auto"
    dtype: str = "auto"
    previews: bool = True
    base: Path | None = None
    readable: tuple[Path, ...] | None = None
    models: tuple[Path, ...] = ()
    shelf: Path | None = None

    def resolve(self, path: str | Path) -> Path:
        """Return where a path of the workflow leads: beside the file, or else from here.

        Raises:
            ParamError: It leads out of the folders that may be read.
        """
        beside = self.base / path if self.base is not None else Path(path)
        return self.allow(beside if os.path.exists(beside) else Path(path))

    def allow(self, path: Path) -> Path:
        """Return a path that may be read, whatever links it leads through.

        Raises:
            ParamError: It leads out of the folders that may be read.
        """
        if self.readable is None:
            return path
        allowed = self.readable if self.base is None else (self.base, *self.readable)
        if not any(_leads_into(path, folder) for folder in allowed):
            raise ParamError(
                f"{path} lies outside of the folders that may be read here; upload it, or move it "
                f"into {' or '.join(map(str, allowed)) or 'one that may'}"
            )
        return path


def _leads_into(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # no path at all, or links in a circle
        return False


@dataclass
class Context:
    """One run, as its nodes see it.

    Attributes:
        run: The run's id, which every event carries.
        node: The node that is running now.
        make_record: Makes the run record when a node first asks for it.
        notes: What nodes said of how they worked, as the run record has it.
        drop: Forgets the values that are kept on a device, ``cpu`` or any other; returns bytes.
    """

    options: Options = field(default_factory=Options)
    run: str = ""
    listener: Listener | None = None
    cancel: CancelToken = field(default_factory=CancelToken)
    make_record: Callable[[], dict[str, Any]] = dict
    files: list[Path] = field(default_factory=list[Path])
    node: str = ""
    notes: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    drop: Callable[[str], int] = lambda _: 0

    @cached_property
    def record(self) -> dict[str, Any]:
        """The run record that saved pictures carry; JSON data."""
        return self.make_record()

    def check_cancelled(self) -> None:
        """End the node here when the run was cancelled.

        Raises:
            Cancelled: It was.
        """
        if self.cancel.cancelled:
            raise Cancelled

    def progress(self, step: int, total: int, *, preview: bytes = b"", note: str = "") -> None:
        """Say how far the node is; call it at least once a model evaluation, for it also cancels.

        Raises:
            Cancelled: The run was cancelled.
        """
        self.check_cancelled()
        if self.listener is not None:
            from nodegraph.execution.events import Progress

            self.listener(Progress(self.run, self.node, step, total, preview, note))

    def note(self, message: str) -> None:
        """Say once a run how a node works, where that is not as usual; the record has it too."""
        said = {"node": self.node, "message": message}
        if said in self.notes:
            return
        self.notes.append(said)
        if self.listener is not None:
            from nodegraph.execution.events import Noted

            self.listener(Noted(self.run, self.node, message))

    @property
    def in_company(self) -> bool:
        """Whether other runs take turns with this one."""
        return company.in_company()

    def together(self, key: Hashable, question: Q, answer: Callable[[list[Q]], list[A]]) -> A:
        """Return the answer to a question, put together with those of other runs in company.

        Args:
            key: Equal for questions that can be answered together.
            question: What ``answer`` is called with, in a list.
            answer: Gives an answer to each. Whom it is called for counts as the current run.
        """
        return company.ask(key, question, answer)

    def saved(self, node: str, path: Path, *, new: bool = True) -> None:
        """Count a file of a node among the run's results."""
        self.files.append(path)
        if self.listener is not None:
            from nodegraph.execution.events import FileSaved

            self.listener(FileSaved(self.run, node, str(path), new))


_current: ContextVar[Context | None] = ContextVar("nodegraph_context", default=None)


def current() -> Context:
    """Return the run around the caller; outside any run, one without listener or record."""
    return _current.get() or Context()


def enter(context: Context) -> Any:
    """Make a context current; returns the token that ``leave`` wants."""
    return _current.set(context)


def leave(token: Any) -> None:
    """Make the context before current again."""
    _current.reset(token)
