"""Any file that says in ComfyUI's words, or A1111's, how a picture was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from nodegraph.comfy.files import a1111, api
from nodegraph.comfy.files.embedded import texts
from nodegraph.comfy.ui.reading import read, refuse
from nodegraph.comfy.ui.values import obj
from nodegraph.errors import WorkflowError
from nodegraph.jsontext import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodegraph.comfy.ui.model import UiWorkflow

JSON = (b"{", b"\xef\xbb\xbf{")
MAX_NESTED = 4
"""Times that a text may be JSON inside JSON: films have it so."""


@dataclass(frozen=True)
class Found:
    """A workflow of theirs.

    Attributes:
        kind: ``workflow``, ``prompt`` or ``parameters``.
    """

    workflow: UiWorkflow
    kind: str


def is_theirs(data: Any) -> bool:
    """Tell whether JSON data is a workflow or a prompt of ComfyUI's."""
    if not isinstance(data, dict) or "nodegraph" in data:
        return False
    body = cast("dict[str, Any]", data)
    return ("nodes" in body and "links" in body) or api.is_prompt(body)


def find(data: bytes) -> Found | None:
    """Return the workflow that a file is, or carries; nothing where there is none.

    A workflow counts before a prompt, and a prompt before the text of A1111.

    Raises:
        WorkflowError: There is one, and it cannot be read.
    """
    if data[:64].lstrip().startswith(JSON):
        found = parse(data, finite=False)
        return from_json(found) if is_theirs(found) else None
    found = texts(data)
    errors: list[WorkflowError] = []
    for name in ("workflow", "prompt"):
        if name in found:
            try:
                body = _unwrapped(found[name])
                if is_theirs(body):
                    return _with_hashes(from_json(body), found)
            except WorkflowError as error:
                errors.append(error)
    if "parameters" in found and a1111.looks_like(found["parameters"]):
        return from_parameters(found["parameters"])
    if errors:
        raise errors[0]
    return None


def from_json(data: Any) -> Found:
    """Return a workflow for JSON data.

    Raises:
        WorkflowError: It is none.
    """
    body = obj(data)
    if "nodes" in body:
        return Found(read(body), "workflow")
    if api.is_prompt(body):
        return Found(api.read(body), "prompt")
    refuse("this JSON is no workflow of ComfyUI's")


def _with_hashes(made: Found, texts: Mapping[str, str]) -> Found:
    """Take in the hashes that stand beside a workflow in A1111's words, as some programs do."""
    told = {one["name"]: one for one in made.workflow.models}
    for one in a1111.models(texts.get("parameters", "")):
        told[one["name"]] = {**one, **told.get(one["name"], {})}
    made.workflow.models = list(told.values())
    return made


def from_parameters(text: str) -> Found:
    """Return a workflow for the text of A1111."""
    prompt, notes = a1111.read(text)
    made = api.read(prompt)
    made.notes += notes
    made.models += a1111.models(text)
    return Found(made, "parameters")


def _unwrapped(text: str) -> Any:
    found: Any = text
    for _ in range(MAX_NESTED):
        if not isinstance(found, str):
            break
        found = parse(found, finite=False)
    return found
