"""Which models a worker has told of, remembered: one at work answers late."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from nodegraph import places
from nodegraph.engine.messages import ListModels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nodegraph.engine.engine import Engine

    Names = Mapping[str, Sequence[str]]
    """Of models and of single files, by their kind."""

WHOLE = "checkpoints"
"""The kind that ``model.load`` takes; who does not say what a model holds means that."""

KINDS = tuple(kind for kind in places.KINDS if kind not in ("ipadapter", "tokenizers"))
"""ComfyUI's folders that prompts may name files in; the two left out its extensions know alone."""

_told: WeakKeyDictionary[Engine, Names] = WeakKeyDictionary()


async def list_models(engine: Engine, *, wait: bool = False) -> Names | None:
    """Return what there is by kind; nothing when no worker has told yet.

    Args:
        wait: Whether to wait for a worker, as long as a question may take.
    """
    if wait and engine not in _told:
        await _until_ready(engine)
    states = {worker.state for worker in engine.dispatcher.workers()}
    if "idle" in states or (wait and engine not in _told):
        answer = await engine.ask(ListModels(0))
        if "models" in answer.data:
            made: dict[str, list[str]] = {}
            for one in answer.data["models"]:
                made.setdefault(one.get("holds") or WHOLE, []).append(one["name"])
            _told[engine] = made
    return _told.get(engine)


async def _until_ready(engine: Engine) -> None:
    try:
        async with asyncio.timeout(engine.settings.patience):
            while engine.state == "warming up":
                await engine.feed.changed()
    except TimeoutError:
        return
