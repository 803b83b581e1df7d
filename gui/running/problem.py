"""What is wrong with a node, for the problems dock and the node itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from gui.sentences import as_sentence

if TYPE_CHECKING:
    from gui.canvas.states import Mark
    from nodegraph import errors

Level: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        node: Its path; empty where no node is to blame.
        socket: The input, output or parameter, where there is one.
        remedy: What to do about it; empty where the message says that, too.
        level: A ``warning`` keeps nothing from running.
        mark: Of a node of another program's that is not exactly the same here: ``approximate``
            or ``unsupported``.
    """

    message: str
    node: str = ""
    socket: str = ""
    remedy: str = ""
    level: Level = "error"
    mark: Mark = ""

    @property
    def words(self) -> str:
        """What is wrong and what to do about it, in sentences."""
        return " ".join(as_sentence(part) for part in (self.message, self.remedy) if part)


def problem_of(found: errors.Problem, level: Level = "error") -> Problem:
    """Return what the core says is wrong; what stands behind its semicolon is the remedy.

    The node needs no naming: the problem is shown on it, or under its name.
    """
    message, _, remedy = found.message.removeprefix(f"{found.node}: ").partition("; ")
    return Problem(message, found.node, found.socket, remedy, level)
