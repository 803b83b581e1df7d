"""``/object_info``, ``/models``, ``/system_stats`` and their like: what there is, and how it is."""

from __future__ import annotations

import os
import sys
from http import HTTPStatus
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from nodegraph.comfy.classes import table
from nodegraph.engine.web.comfy import models
from nodegraph.engine.web.comfy.answers import done, fields, reply
from nodegraph.engine.web.comfy.site import look_around
from nodegraph.engine.web.errors import RefusedError

if TYPE_CHECKING:
    from aiohttp import web

    from nodegraph.comfy.site import Site
    from nodegraph.engine.desk import WorkerInfo
    from nodegraph.engine.engine import Engine

SPOKEN = "0.3.64"
"""The version of ComfyUI whose API this is."""


async def get_classes(engine: Engine) -> web.Response:
    """Tell of every class that prompts may have."""
    site = await _site(engine)
    return reply({name: one.told(site) for name, one in table().items()})


async def get_class(engine: Engine, name: str) -> web.Response:
    """Tell of one class; nothing where there is none."""
    known = table().get(name)
    return reply({} if known is None else {name: known.told(await _site(engine))})


async def list_folders(engine: Engine) -> web.Response:
    """List the kinds of models that prompts may name."""
    return reply(list(models.KINDS))


async def list_models(engine: Engine, folder: str) -> web.Response:
    """List the models of a kind."""
    if folder not in models.KINDS:
        message = f"there are no models of the kind {folder!r}; use {' or '.join(models.KINDS)}"
        raise RefusedError(HTTPStatus.NOT_FOUND, message)
    site = await _site(engine)
    known = site.checkpoints if folder == models.WHOLE else site.weights.get(folder, ())
    return reply(list(known))


async def list_embeddings(engine: Engine) -> web.Response:
    """List the embeddings that prompts may name, by their words."""
    found = (await _site(engine)).weights.get("embeddings", ())
    return reply([PurePath(name).stem for name in found])


async def get_features(engine: Engine) -> web.Response:
    """Tell what this server can do that not every one can."""
    return reply(features(engine))


def features(engine: Engine) -> dict[str, Any]:
    """Return what this server can do that not every one can."""
    return {"supports_preview_metadata": False, "max_upload_size": engine.settings.body}


async def free(engine: Engine, request: web.Request) -> web.Response:
    """Let workers let go of memory as soon as no job runs."""
    given = await fields(request)
    values, weights = bool(given.get("free_memory")), bool(given.get("unload_models"))
    if values or weights:
        engine.dispatcher.free(values=values, models=weights)
    return done()


async def get_system(engine: Engine) -> web.Response:
    """Tell of the machine and its devices."""
    total, available = _memory()
    system = {
        "os": os.name,
        "ram_total": total,
        "ram_free": available,
        "comfyui_version": SPOKEN,
        "required_frontend_version": None,
        "python_version": sys.version,
        "pytorch_version": _version("torch"),
        "embedded_python": False,
        "argv": ["nodegraph", "serve", "--comfy-api"],
    }
    workers = [one for one in engine.dispatcher.workers() if one.device]
    return reply({"system": system, "devices": [_device(one, total, available) for one in workers]})


async def _site(engine: Engine) -> Site:
    return await look_around(engine, await models.list_models(engine))


def _device(worker: WorkerInfo, ram: int, ram_free: int) -> dict[str, Any]:
    kind, _, index = worker.device.partition(":")
    total = int(worker.memory.get("total") or worker.about.get("bytes") or ram)
    free = int(worker.memory.get("free", ram_free))
    return {
        "name": f"{worker.device} {worker.about.get('name', '')}".strip(),
        "type": kind,
        "index": int(index) if index.isdigit() else None,
        "vram_total": total,
        "vram_free": free,
        "torch_vram_total": total,
        "torch_vram_free": free,
    }


def _memory() -> tuple[int, int]:
    """Return the machine's bytes of memory, all and free; zeros where the system does not say."""
    names = os.sysconf_names if hasattr(os, "sysconf_names") else {}
    if not {"SC_PAGE_SIZE", "SC_PHYS_PAGES", "SC_AVPHYS_PAGES"} <= set(names):
        return 0, 0
    page = os.sysconf("SC_PAGE_SIZE")
    return page * os.sysconf("SC_PHYS_PAGES"), page * os.sysconf("SC_AVPHYS_PAGES")


def _version(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return ""
