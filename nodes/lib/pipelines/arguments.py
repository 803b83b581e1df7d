"""From a node's settings to the arguments a pipeline's class takes."""

from __future__ import annotations

import inspect
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_type_hints

from nodegraph.errors import NodegraphError, ParamError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COMMON: dict[str, tuple[str, ...]] = {
    "prompt": ("prompt",),
    "negative_prompt": ("negative_prompt",),
    "image": ("image", "images"),
    "mask": ("mask_image", "mask"),
    "control_image": ("control_image", "conditioning_image"),
    "video": ("video",),
    "steps": ("num_inference_steps",),
    "cfg": ("guidance_scale",),
    "strength": ("strength",),
    "width": ("width",),
    "height": ("height",),
    "num_frames": ("num_frames", "video_length"),
    "seconds": (
        "audio_length_in_s",
        "audio_end_in_s",
        "audio_duration",
        "audio_duration_s",
        "duration",
    ),
    "batch_size": (
        "num_images_per_prompt",
        "num_videos_per_prompt",
        "num_waveforms_per_prompt",
        "batch_size",
    ),
}
"""What each of a node's settings is called by diffusers, by class."""

OURS = (
    "generator",
    "output_type",
    "return_dict",
    "callback",
    "callback_steps",
    "callback_on_step_end",
    "callback_on_step_end_tensor_inputs",
)
"""What the node sets itself: the seed, progress, and in which form results come."""


class PipelineError(NodegraphError):
    """A pipeline does not take what it was given, or makes nothing that can be used."""


@dataclass(frozen=True)
class Call:
    """What a pipeline's class can be called with.

    Attributes:
        name: Of the class.
        known: Its parameters by name, in order.
        hints: Their types, as far as they are said.
    """

    name: str
    known: dict[str, inspect.Parameter]
    hints: dict[str, Any]

    @classmethod
    def of(cls, pipeline_class: Any) -> Call:
        """Read the signature of a class's ``__call__``."""
        function = pipeline_class.__call__
        named = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY
        found = inspect.signature(function).parameters
        known = {name: one for name, one in found.items() if one.kind in named and name != "self"}
        try:
            hints = get_type_hints(function)
        except (NameError, TypeError):  # types that only a type checker sees
            hints = {}
        return cls(pipeline_class.__name__, known, hints)

    def named(self, setting: str) -> str | None:
        """Return what the class calls a setting of the node, or nothing if it has none."""
        return next((name for name in COMMON[setting] if name in self.known), None)

    def settings(self) -> list[str]:
        """Return the node's settings that the class takes."""
        return [setting for setting in COMMON if self.named(setting)]

    def others(self) -> list[str]:
        """Return what else the class takes, by its own names."""
        ours = {*OURS, *(self.named(setting) for setting in COMMON)}
        return [name for name in self.known if name not in ours]


def arrange(call: Call, given: Mapping[str, Any], arguments: str) -> dict[str, Any]:
    """Return what to call a pipeline with.

    Args:
        call: Its signature.
        given: The node's settings that are set, by the node's names.
        arguments: The others, a JSON object by the class's names; may be empty.

    Raises:
        PipelineError: The class does not take one of them, or lacks one it needs.
        ParamError: The arguments are no JSON object.
    """
    taken = {_taken(call, setting): value for setting, value in given.items()}
    if "prompt" in call.known:
        taken.setdefault("prompt", "")
    more = _read(call, arguments)
    twice = taken.keys() & more.keys() - {"prompt"}
    if twice:
        raise PipelineError(f"{', '.join(sorted(twice))} is set twice; take it out of arguments")
    whole = taken | more
    empty = inspect.Parameter.empty
    missing = [n for n, p in call.known.items() if p.default is empty and n not in whole]
    if missing:
        raise PipelineError(
            f"{call.name} needs {' and '.join(missing)}, which nothing gives; link it, set it, or "
            "write it into arguments"
        )
    return whole


def _taken(call: Call, setting: str) -> str:
    name = call.named(setting)
    if name is None:
        raise PipelineError(
            f"{call.name} takes no {setting}; it takes {', '.join(call.settings())}, and by "
            f"arguments {', '.join(call.others()) or 'nothing else'}"
        )
    return name


def _read(call: Call, arguments: str) -> dict[str, Any]:
    """Read the arguments that are written as JSON, each as its type wants it."""
    if not arguments.strip():
        return {}
    try:
        data = json.loads(arguments)
    except ValueError as error:
        raise ParamError(
            f'arguments is no JSON ({error}); write {{"name": value}}', "arguments"
        ) from error
    if not isinstance(data, dict):
        raise ParamError('arguments is no JSON object; write {"name": value}', "arguments")
    return {name: _typed(call, name, value) for name, value in data.items()}


def _typed(call: Call, name: str, value: Any) -> Any:
    """Return a value of JSON as a parameter wants it: a list as a tuple, an int as a float."""
    from pydantic import ConfigDict, TypeAdapter, ValidationError
    from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError

    _check_name(call, name, call.others())
    if name not in call.hints:
        return value
    try:
        adapter = TypeAdapter(call.hints[name], config=ConfigDict(arbitrary_types_allowed=True))
        return adapter.validate_python(value)
    except ValidationError as error:
        wanted = call.known[name].annotation
        shown = wanted if isinstance(wanted, str) else getattr(wanted, "__name__", str(wanted))
        raise PipelineError(
            f"{name} of {call.name} cannot be {json.dumps(value)}; it is a {shown}"
        ) from error
    except (PydanticSchemaGenerationError, PydanticUserError):  # a type no schema can say
        return value


def _check_name(call: Call, name: str, others: Sequence[str]) -> None:
    known = [*others, *(call.named(setting) for setting in call.settings())]
    if name in OURS:
        raise PipelineError(f"{name} is set by the node itself; take it out of arguments")
    if name not in known:
        hint = did_you_mean(name, [one for one in known if one])
        listed = f"; it has {', '.join(others)}"
        raise PipelineError(f"{call.name} has no argument {name!r}{hint or listed}")
