"""From a posted prompt to a submission; it loads what reads workflows, so import it late."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nodegraph.comfy import prompt as prompts
from nodegraph.comfy.findings import Finding, NodeFindings, PromptError
from nodegraph.comfy.origin import origins
from nodegraph.comfy.translate import Translation, translate
from nodegraph.engine.submission import Submission
from nodegraph.engine.web.comfy.asked import KEY, REQUEST
from nodegraph.workflow import dumps

if TYPE_CHECKING:
    from nodegraph.comfy.site import Site
    from nodegraph.engine.web.comfy.asked import Asked
    from nodegraph.errors import ProblemsError


def attempt(asked: Asked, site: Site) -> Translation:
    """Translate a prompt.

    Raises:
        PromptError: It is none, or none of its outputs can run.
    """
    return translate(prompts.read(asked.prompt), site, asked.only)


def submission(asked: Asked, made: Translation) -> Submission:
    """Return a prompt as it is submitted: its graph keeps what was asked; its id makes one job."""
    made.graph.extra[KEY] = replace(asked, outputs=made.outputs).dumps()
    return Submission(
        dumps(made.graph),
        targets=made.targets,
        priority=asked.priority,
        title=asked.title,
        request=REQUEST + asked.prompt_id,
    )


def in_their_words(error: ProblemsError, made: Translation) -> PromptError:
    """Return problems of our nodes as errors of theirs."""
    back = origins(made.graph)
    found: dict[str, tuple[str, list[Finding]]] = {}
    for problem in error.problems:
        if problem.node in back:
            node_id, class_type = back[problem.node]
            info: dict[str, Any] = {"input_name": problem.socket}
            finding = Finding("custom_validation_failed", problem.message, problem.socket, info)
            found.setdefault(node_id, (class_type, []))[1].append(finding)
    nodes = {
        node_id: NodeFindings(class_type, tuple(findings), made.outputs)
        for node_id, (class_type, findings) in found.items()
    }
    kind = "prompt_outputs_failed_validation" if nodes else "invalid_prompt"
    return PromptError(Finding(kind, "The prompt cannot run", str(error)), nodes)
