"""A prompt as a client posts it, and as its job remembers it: inside the job's own workflow.

So a job that outlives a crash is a prompt still, under its id, with its nodes' ids.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn, cast

from nodegraph.comfy.findings import Finding, PromptError
from nodegraph.jsontext import parse

if TYPE_CHECKING:
    from nodegraph.engine.jobs import Job

KEY = "comfyui"
"""Under this a workflow's ``extra`` has the prompt it comes from."""
TITLE = "ComfyUI prompt "
"""What the titles of such jobs begin with; the prompt's id follows."""
REQUEST = "comfyui/"
"""What the names of their submissions begin with; the prompt's id follows."""
SECRETS = ("auth_token_comfy_org", "api_key_comfy_org")
LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asked for.

    Attributes:
        prompt: The nodes as they came; NaN may be among their inputs.
        client_id: Whom to tell of the run.
        number: Its place in the queue, where the client chose one: lower runs first.
        front: Before all that wait.
        extra_data: Whatever the client wants to find again in the history.
        only: The output nodes to run; nothing for all of them.
        outputs: The output nodes that run.
    """

    prompt_id: str
    prompt: Mapping[str, Any]
    client_id: str = ""
    number: float | None = None
    front: bool = False
    extra_data: Mapping[str, Any] = field(default_factory=dict[str, Any])
    only: tuple[str, ...] | None = None
    outputs: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What the job is called."""
        return TITLE + self.prompt_id

    @property
    def priority(self) -> int:
        """How far ahead of other jobs it runs."""
        before = 0.0 if self.number is None else -self.number
        return min(max(int(before), int(before > 0), int(self.front)), 2**31)

    def dumps(self) -> str:
        """Return it as text, for the workflow to keep."""
        return json.dumps(asdict(self), ensure_ascii=True, separators=(",", ":"))

    def item(self, job: Job) -> list[Any]:
        """Return it as lists of the queue and the history show it."""
        extra = {**self.extra_data} | ({"client_id": self.client_id} if self.client_id else {})
        return [self.place(job), self.prompt_id, self.prompt, extra, list(self.outputs)]

    def place(self, job: Job) -> float:
        """Return its number; one at the front counts downwards."""
        if self.number is not None:
            return self.number
        return -job.number if self.front else job.number


def loads(text: str) -> Asked:
    """Return what ``Asked.dumps`` wrote."""
    fields: dict[str, Any] = json.loads(text)
    for name in ("only", "outputs"):
        fields[name] = None if fields[name] is None else tuple(fields[name])
    return Asked(**fields)


def read(data: bytes) -> Asked:
    """Read the body of ``POST /prompt``.

    Raises:
        WorkflowError: It is no JSON.
        PromptError: There is no prompt in it, or it is of another form.
    """
    body = parse(data, finite=False)
    fields = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    prompt = fields.get("prompt")
    if not isinstance(prompt, dict):
        raise PromptError(Finding("no_prompt", "There is no prompt; send one as prompt"))
    given = fields.get("extra_data")
    extra = dict(cast("dict[str, Any]", given)) if isinstance(given, dict) else {}
    for name in SECRETS:
        extra.pop(name, None)
    return Asked(
        _text(fields, "prompt_id") or str(uuid.uuid4()),
        cast("dict[str, Any]", prompt),
        _text(fields, "client_id") or _text(extra, "client_id"),
        _number(fields.get("number")),
        fields.get("front") is True,
        extra,
        _ids(fields.get("partial_execution_targets")),
    )


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, (str, int)) or len(str(value)) > LONGEST_ID:
        _refuse(name, f"a text of {LONGEST_ID} letters at most")
    return str(value)


def _number(value: Any) -> float | None:
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        _refuse("number", "a number")
    if not abs(number) < 2**53:
        _refuse("number", "a number that is not endless")
    return number


def _ids(value: Any) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list):
        _refuse("partial_execution_targets", "a list of nodes")
    return tuple(map(str, cast("list[Any]", value)))


def _refuse(name: str, wanted: str) -> NoReturn:
    raise PromptError(Finding("invalid_prompt", f"{name} is {wanted}; send it so, or leave it out"))
