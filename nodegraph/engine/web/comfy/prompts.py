"""``/prompt``: what is asked for becomes a job, or is refused in ComfyUI's words."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from nodegraph.comfy.findings import Finding, PromptError, nodes_json
from nodegraph.engine.web.comfy import asked as asking
from nodegraph.engine.web.comfy.answers import body, reply
from nodegraph.engine.web.comfy.known import remaining
from nodegraph.engine.web.comfy.models import list_models
from nodegraph.engine.web.comfy.site import look_around
from nodegraph.errors import ProblemsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web

    from nodegraph.comfy.findings import NodeFindings
    from nodegraph.comfy.translate import Translation
    from nodegraph.engine.engine import Engine
    from nodegraph.engine.jobs import Job
    from nodegraph.engine.web.comfy.asked import Asked
    from nodegraph.engine.web.comfy.models import Names

CHECKPOINT = "ckpt_name"


async def get_prompt(engine: Engine) -> web.Response:
    """Tell how many prompts wait or run."""
    return reply({"exec_info": {"queue_remaining": await asyncio.to_thread(remaining, engine)}})


async def post_prompt(engine: Engine, request: web.Request) -> web.Response:
    """Put a prompt into the queue; the same id again is the same job."""
    try:
        asked = await asyncio.to_thread(asking.read, await body(request))
        made = await _translated(engine, asked)
        job = await _submit(engine, asked, made)
    except PromptError as error:
        return reply(error.to_json(), 400)
    except ProblemsError as error:
        return reply(PromptError(Finding("invalid_prompt", str(error))).to_json(), 400)
    number, errors = asked.place(job), nodes_json(made.errors)
    return reply({"prompt_id": asked.prompt_id, "number": number, "node_errors": errors})


async def _translated(engine: Engine, asked: Asked) -> Translation:
    """Translate with the models that are known, and only where one is not, wait to know all.

    Raises:
        PromptError: None of its outputs can run.
    """
    known = await list_models(engine)
    try:
        made = await _attempt(engine, asked, known or {})
    except PromptError as error:
        if known is not None or not _unknown_names(error.nodes):
            raise
    else:
        if known is not None or not _unknown_names(made.errors):
            return made
    known = await list_models(engine, wait=True)
    if known is None:
        message = "No worker has told yet which models there are; send the prompt again later"
        raise PromptError(Finding("models_unknown", message))
    return await _attempt(engine, asked, known)


def _unknown_names(errors: Mapping[str, NodeFindings]) -> bool:
    findings = [finding for one in errors.values() for finding in one.errors]
    return any(finding.extra_info.get("input_name") == CHECKPOINT for finding in findings)


async def _attempt(engine: Engine, asked: Asked, models: Names) -> Translation:
    site = await look_around(engine, models)

    def work() -> Translation:
        from nodegraph.engine.web.comfy import intake

        return intake.attempt(asked, site)

    return await asyncio.to_thread(work)


async def _submit(engine: Engine, asked: Asked, made: Translation) -> Job:
    from nodegraph.engine.web.comfy import intake

    try:
        (job,) = await engine.submit(await asyncio.to_thread(intake.submission, asked, made))
    except ProblemsError as error:
        raise intake.in_their_words(error, made) from None
    return job
