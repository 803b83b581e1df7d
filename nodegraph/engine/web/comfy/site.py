"""What prompts may name on an engine's machine: its models, and the pictures that were sent."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from nodegraph.comfy.site import Site
from nodegraph.engine.web.comfy.files import PICTURES, find
from nodegraph.engine.web.comfy.models import WHOLE

if TYPE_CHECKING:
    from nodegraph.engine.engine import Engine
    from nodegraph.engine.web.comfy.models import Names

LISTED = 1000


async def look_around(engine: Engine, models: Names | None = None) -> Site:
    """Return the site of an engine.

    Args:
        models: By kind, those beside the one that comes along.
    """
    return await asyncio.to_thread(_site, engine, models or {})


def _site(engine: Engine, models: Names) -> Site:
    from nodegraph.workflow import catalogue

    pictures, whole = _pictures(engine), models.get(WHOLE, ())
    return Site(catalogue(), whole, pictures, partial(_find, engine), models)


def _pictures(engine: Engine) -> list[str]:
    folder = engine.settings.uploads
    if not folder.is_dir():
        return []
    names = (path.name for path in folder.iterdir() if path.suffix.lower() in PICTURES)
    return sorted(name for name, _ in zip(names, range(LISTED), strict=False))


def _find(engine: Engine, name: str) -> str | None:
    """Return what ``image.load`` takes for a client's name of a picture."""
    path = find(engine.settings, name)
    if path is None:
        return None
    uploads = engine.settings.uploads.resolve()
    return path.relative_to(uploads).as_posix() if path.is_relative_to(uploads) else str(path)
