"""Which models a worker has told of, remembered: one at work answers late."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from nodegraph.engine.messages import ListModels

if TYPE_CHECKING:
    from nodegraph.engine.engine import Engine

WHOLE = (None, "checkpoints")
"""What models hold that ``model.load`` takes; who does not say holds all."""

_told: WeakKeyDictionary[Engine, list[str]] = WeakKeyDictionary()


async def list_models(engine: Engine, *, wait: bool = False) -> list[str] | None:
    """Return what ``model.load`` takes; nothing when no worker has told yet.

    Args:
        wait: Whether to wait for a worker, as long as a question may take.
    """
    if wait and engine not in _told:
        await _until_ready(engine)
    states = {worker.state for worker in engine.dispatcher.workers()}
    if "idle" in states or (wait and engine not in _told):
        answer = await engine.ask(ListModels(0))
        if "models" in answer.data:
            found = answer.data["models"]
            _told[engine] = [one["name"] for one in found if one.get("holds") in WHOLE]
    return _told.get(engine)


async def _until_ready(engine: Engine) -> None:
    try:
        async with asyncio.timeout(engine.settings.patience):
            while engine.state == "warming up":
                await engine.feed.changed()
    except TimeoutError:
        return
