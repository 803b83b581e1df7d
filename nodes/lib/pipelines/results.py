"""From what a pipeline returns to pictures, films and sounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import PIL.Image
import torch

from nodes.lib.pipelines.arguments import PipelineError
from nodes.types import Audio, Image, Video

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

IMAGES = ("images",)
FRAMES = ("frames", "videos", "video")
SOUNDS = ("audios", "audio", "sound")
RATED = ("vocoder", "vae", "audio_vae", "unet", "mel")
"""The parts of a pipeline that may know how many samples a second its sound has."""

RATES = ("output_sampling_rate", "sampling_rate", "sample_rate")


class Made(NamedTuple):
    """What a pipeline made; what it does not make is empty."""

    image: Image | None
    video: Video | None
    audio: Audio | None


def made(pipe: Any, output: Mapping[str, Any], fps: float) -> Made:
    """Return what a pipeline's output holds.

    Args:
        pipe: The pipeline.
        output: What it returned, by name.
        fps: Frames a second of a film.

    Raises:
        PipelineError: It holds neither pictures nor films nor sounds.
    """
    images, frames, sounds = (_first(output, names) for names in (IMAGES, FRAMES, SOUNDS))
    if images is None and frames is None and sounds is None:
        raise PipelineError(
            f"{type(pipe).__name__} gives {', '.join(output)}, which is neither a picture nor a "
            "film nor a sound; use a pipeline that ends in one of them"
        )
    audio = None if sounds is None else Audio(waveform(sounds), rate(pipe))
    video = None if frames is None else Video(_film(frames), fps, audio)
    return Made(None if images is None else Image(pixels(images)), video, audio)


def _first(output: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((output[name] for name in names if output.get(name) is not None), None)


def pixels(images: Any) -> Tensor:
    """Return pictures of any form as (B, H, W, 3) float32 in 0 to 1.

    Args:
        images: (B, H, W, C) of NumPy, (B, C, H, W) of torch, both in 0 to 1, or of Pillow.
    """
    if isinstance(images, torch.Tensor):
        array = images.float().movedim(1, -1).cpu()
    elif isinstance(images, np.ndarray):
        array = torch.from_numpy(images).float()
    elif isinstance(images[0], PIL.Image.Image):
        rows = [np.asarray(one.convert("RGB"), np.float32) / 255 for one in images]
        array = torch.from_numpy(np.stack(rows))
    else:
        array = torch.cat([pixels(one[None]) for one in images])
    grey = array.shape[-1] == 1
    return (array.expand(*array.shape[:-1], 3) if grey else array[..., :3]).contiguous().clamp(0, 1)


def _film(frames: Any) -> Image:
    """Return the frames of one film.

    Raises:
        PipelineError: There are several.
    """
    if len(frames) != 1:
        raise PipelineError(
            f"the pipeline made {len(frames)} films at once and a node gives one; set batch_size "
            "to 1, and put the node into a for-each over seeds"
        )
    return Image(pixels(frames[0]))


def waveform(sounds: Any) -> Tensor:
    """Return sounds as (B, channels, samples) float32 in -1 to 1."""
    found = sounds if isinstance(sounds, torch.Tensor) else torch.from_numpy(np.asarray(sounds))
    found = found.float().cpu()
    if found.ndim == 1:
        found = found[None]
    return (found[:, None] if found.ndim == 2 else found).clamp(-1, 1).contiguous()


def rate(pipe: Any) -> int:
    """Return how many samples a second a pipeline's sound has.

    Raises:
        PipelineError: None of its parts says so.
    """
    for part in RATED:
        config = getattr(getattr(pipe, part, None), "config", None)
        for name in RATES:
            found = getattr(config, name, None)
            if found:
                return int(found)
    raise PipelineError(
        f"{type(pipe).__name__} makes sound without saying how many samples a second it has; use "
        "another pipeline"
    )
