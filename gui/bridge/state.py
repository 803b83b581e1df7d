"""How the engine is, in a word and in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from gui.sentences import as_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

Phase: TypeAlias = Literal[
    "off", "starting", "warming up", "ready", "busy", "lost", "restarting", "failed"
]


@dataclass(frozen=True, slots=True)
class EngineState:
    """How the engine is.

    Attributes:
        text: A sentence, with what to do where something is to be done.
        detail: The last lines of its log, where it failed.
        device: What it computes on, in words.
        memory: Bytes: ``values`` that are kept; of a GPU also ``free`` and ``total``.
        remote: It is on another machine, or somebody else's.
    """

    phase: Phase = "off"
    text: str = "The engine is off."
    detail: str = ""
    device: str = ""
    memory: Mapping[str, int] = field(default_factory=dict[str, int])
    remote: bool = False

    @property
    def answers(self) -> bool:
        """Whether it can be asked now."""
        return self.phase in ("warming up", "ready", "busy")


NOTHING: Mapping[str, Any] = {"device": "", "about": {}, "memory": {}, "reason": ""}


def state_of(workers: Sequence[Mapping[str, Any]], *, remote: bool) -> EngineState:
    """Return what the workers of an engine that answers come to."""
    states = {worker["state"] for worker in workers}
    working = [one for one in workers if one["state"] in ("idle", "busy")]
    first: Mapping[str, Any] = next(iter(working or workers), NOTHING)
    device = str(first["about"].get("name") or first["device"])
    phase, text = _phase(states, device, str(first["reason"]))
    return EngineState(phase, text, "", device, first["memory"], remote)


def _phase(states: set[str], device: str, reason: str) -> tuple[Phase, str]:
    place = f" on {device}" if device else ""
    if "busy" in states:
        return "busy", f"The engine is at work{place}."
    if "idle" in states:
        return "ready", f"The engine is ready{place}."
    if states == {"broken"}:
        return "failed", f"The engine cannot compute: {reason}. Restart it when that is mended."
    waiting = "runs wait until it is ready."
    if reason:
        return "warming up", f"{as_sentence(reason)} It is started again; {waiting}"
    return "warming up", f"The engine is loading what computes; {waiting}"
