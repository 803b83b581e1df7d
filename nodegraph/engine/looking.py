"""Answers to what a worker is asked: values of jobs that ran here, and models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nodegraph import workflow
from nodegraph.engine.messages import Answer, ListModels, Look, Turns
from nodegraph.errors import NodegraphError
from nodegraph.execution.cache import measure
from nodegraph.execution.context import Options
from nodegraph.failures import unexpected

if TYPE_CHECKING:
    from nodegraph.engine.host import Host
    from nodegraph.engine.inbox import Question
    from nodegraph.engine.kept import Kept
    from nodegraph.execution.run import Executor
    from nodegraph.graph import Graph

REPORT = "look at another value, and report it"


class GoneError(NodegraphError):
    """A value is not kept, or never was."""


@lru_cache(maxsize=4)
def read(text: str) -> Graph:
    """Return the graph of a resolved workflow; nothing ever changes it."""
    return workflow.loads(text)


@dataclass(frozen=True)
class Looker:
    """What can be looked at, by name.

    Attributes:
        device: The one that ``auto`` means here.
        folders: Where models are looked for.
    """

    host: Host
    executor: Executor
    kept: Kept
    device: str
    folders: tuple[Path, ...] = ()

    def answer(self, question: Question) -> Answer:
        """Return the answer, or in a sentence why there is none."""
        try:
            return self._answer(question)
        except NodegraphError as error:
            return Answer(question.request, {"error": str(error)})
        except Exception as error:  # noqa: BLE001 - a value of a pack's own may do anything
            return Answer(question.request, {"error": unexpected(error, REPORT)})

    def _answer(self, question: Question) -> Answer:
        if isinstance(question, Turns):
            return Answer(question.request, {"nodes": self.kept.turns(question.job)})
        if isinstance(question, ListModels):
            return Answer(question.request, {"models": self.host.models(self.folders)})
        value = self._value(question)
        for place in question.item:
            value = self.host.item(value, place)
        about: dict[str, Any] = {}
        if question.about:
            about = {"bytes": sum(measure(value)), **self.host.describe(value)}
        return Answer(question.request, about, self._shown(question, value))

    def _shown(self, look: Look, value: Any) -> bytes:
        """Return a value's numbers, or its picture, or nothing, as it was asked for."""
        if look.data:
            return self.host.data(value, look.window)
        if not look.picture:
            return b""
        return self.host.picture(value, look.picture, decoded=look.decoded)

    def _value(self, look: Look) -> Any:
        values = self._values(look)
        if values is None:
            raise GoneError(
                f"the values of {look.node} are not kept any more; they are made anew when "
                "something before it has changed, such as the seed"
            )
        if look.output not in values:
            raise GoneError(
                f"{look.node} has no output {look.output!r}; it has {', '.join(values) or 'none'}"
            )
        return values[look.output]

    def _values(self, look: Look) -> Mapping[str, Any] | None:
        if look.turn:
            return self.kept.get(look.job, look.node, look.turn)
        options = Options(
            device=self.device, dtype=look.dtype, base=Path(look.base) if look.base else None
        )
        return self.executor.look(read(look.workflow), look.node, options=options)
