"""One call of a pipeline, from a node's values to a node's values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from nodes.lib.images import to_pictures
from nodes.lib.pipelines import arguments, loading, results, watching
from nodes.lib.pipelines.arguments import Call, PipelineError
from nodes.types import Image, Mask, Video

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodegraph.execution.context import Context
    from nodes.lib.pipelines.loading import Source

FPS = 8.0
"""Frames a second where neither the node nor the pipeline says anything."""

RATES = ("frame_rate", "fps")


@torch.inference_mode()
def run(
    source: Source,
    given: Mapping[str, Any],
    more: str,
    seed: int,
    fps: float,
    context: Context,
) -> results.Made:
    """Call a pipeline.

    Args:
        source: Which.
        given: The node's settings that are set, by the node's names, as the pipeline takes them.
        more: Other arguments, as JSON.
        seed: Of all its randomness, which is drawn on the CPU.
        fps: Frames a second of a film; 0 for the pipeline's own.
        context: The run.

    Raises:
        PipelineError: It does not take what is given, or refuses it.
    """
    pipe = loading.pipeline(source)
    call = Call.of(type(pipe))
    whole = arguments.arrange(call, given, more)
    rate = next((name for name in RATES if name in call.known), None)
    if rate and fps:
        whole.setdefault(rate, type(call.known[rate].default or 0.0)(fps))
    with watching.watched(pipe, context) as watch:
        own = watch.arguments(call.known)
        if "generator" in call.known:
            own["generator"] = torch.Generator("cpu").manual_seed(seed)
        if "output_type" in call.known:
            own["output_type"] = "np"
        output = _called(pipe, whole | own)
    return results.made(pipe, output, fps or _own_rate(call, rate))


def _called(pipe: Any, whole: Mapping[str, Any]) -> Any:
    try:
        with loading.hushed():
            return pipe(**whole)
    except ValueError as error:  # how pipelines refuse what does not fit
        reason = str(error).rstrip(".")
        raise PipelineError(f"{type(pipe).__name__} refuses what it is given: {reason}") from error


def _own_rate(call: Call, rate: str | None) -> float:
    default = call.known[rate].default if rate else None
    return float(default) if isinstance(default, int | float) else FPS


def given(**settings: Any) -> dict[str, Any]:
    """Return the settings that are set, as every pipeline takes them; ``None`` is not set."""
    return {
        name: _FORMS[type(value)](value) if type(value) in _FORMS else value
        for name, value in settings.items()
        if value is not None
    }


def _picture(image: Image) -> Any:
    """Return one of Pillow's pictures, or a list of several."""
    pictures = list(to_pictures(image))
    return pictures[0] if len(pictures) == 1 else pictures


def _shade(mask: Mask) -> Any:
    """Return a mask as a picture, or a list of several: white where it shall be painted."""
    grey = mask.values.clamp(0, 1)[..., None].expand(-1, -1, -1, 3)
    shades = [picture.convert("L") for picture in to_pictures(Image(grey))]
    return shades[0] if len(shades) == 1 else shades


def _frames(video: Video) -> Any:
    return list(to_pictures(video.frames))


_FORMS = {Image: _picture, Mask: _shade, Video: _frames}
