"""The workflow file's form, as pydantic models: what ``nodegraph schema`` publishes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from nodegraph.graph import ID_PATTERN
from nodegraph.workflow import FORMAT

Id = Annotated[str, StringConstraints(pattern=rf"^{ID_PATTERN}$")]
SourceText = Annotated[str, StringConstraints(pattern=rf"^{ID_PATTERN}\.[\s\S]{{1,200}}$")]


class Strict(BaseModel):
    """No unknown keys, no guessing of types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class NodeForm(Strict):
    """One node of a workflow."""

    type: Annotated[str, Field(min_length=1, max_length=200)] = Field(
        description="The node type's permanent id, or subgraph/NAME."
    )
    version: int = Field(1, ge=1, description="The node type's version that the params are of.")
    title: str = Field("", description="Shown on the node instead of the type's title.")
    mode: Literal["run", "mute", "bypass"] = Field(
        "run", description="mute: neither it nor what follows runs; bypass: its input passes."
    )
    zone: str = Field("", description="The id that the begin and the end of a zone share.")
    params: dict[str, Any] = Field(default_factory=dict, description="Values by name.")
    inputs: dict[str, SourceText | list[SourceText]] = Field(
        default_factory=dict,
        description="Links: an input or parameter to 'node.output', or to several in order.",
    )
    extra: dict[str, Any] = Field(
        default_factory=dict, description="Anything else that belongs to the node; kept untouched."
    )


class FieldForm(Strict):
    """A parameter in the workflow's form."""

    name: Id = Field(description="What --set knows it by.")
    param: SourceText = Field(description="The parameter: 'node.param'.")
    title: str = Field("", description="What the form calls it.")
    help: str = Field("", description="A sentence for who fills it in.")
    slider: tuple[int | float, int | float] | None = Field(
        None, strict=False, description="From where to where a slider goes."
    )


class SubgraphForm(Strict):
    """A group of nodes, defined once and used as the type subgraph/NAME."""

    nodes: dict[Id, NodeForm]
    view: dict[str, Any] = Field(default_factory=dict)
    extra: dict[str, Any] = Field(default_factory=dict)


class WorkflowForm(Strict):
    """A workflow: what the editor saves and everything else runs."""

    nodegraph: int = Field(description="The format's version.", ge=1, le=FORMAT)
    nodes: dict[Id, NodeForm]
    subgraphs: dict[Id, SubgraphForm] = Field(default_factory=dict)
    form: list[FieldForm] = Field(
        default_factory=list[FieldForm],
        description="Parameters for people who never see the graph, in order.",
    )
    view: dict[str, Any] = Field(
        default_factory=dict,
        description="Positions, colors, frames, notes; means nothing to a run.",
    )
    extra: dict[str, Any] = Field(default_factory=dict)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a workflow file."""
    schema = WorkflowForm.model_json_schema()
    forms = [schema, *schema["$defs"].values()]
    for field in (field for form in forms for field in form["properties"].values()):
        if "patternProperties" in field:
            field["additionalProperties"] = False
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema
