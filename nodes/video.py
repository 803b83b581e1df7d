"""Nodes that make films of pictures, load, save and show them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from nodegraph import FilePath, Range, current, node
from nodes.types import Audio, Image, Video

Fps = Annotated[float, Range(0.1, 240.0)]


class Saved(NamedTuple):
    """The file that was written."""

    files: list[Path]


class Frames(NamedTuple):
    """What a film is made of."""

    image: Image
    fps: float
    audio: Audio | None


@node("video.from_images", title="Video from images")
def from_images(
    images: list[Image],
    audio: Audio | None = None,
    *,
    fps: Fps = 8.0,
    back_and_forth: bool = False,
) -> Video:
    """Make a film of pictures of one size, in their order.

    Args:
        images: What a zone collected, or a batch.
        audio: Its sound; what is longer than the pictures is cut off.
        fps: Frames a second.
        back_and_forth: Add the way back, so that the film can go round and round.
    """
    from nodes.lib import films

    return films.from_images(images, fps, audio, back=back_and_forth)


@node("video.load", title="Load video")
def load(
    *,
    path: FilePath = "",
    start: Annotated[int, Range(0, 10_000_000)] = 0,
    frames: Annotated[int, Range(0, 20_000)] = 0,
    every: Annotated[int, Range(1, 1000)] = 1,
) -> Video:
    """Load a film with its sound, upright as it says.

    Args:
        path: An MP4, WebM, GIF, animated WebP or other film.
        start: The first frame to take, from 0.
        frames: How many frames of the film to go through; 0 for all.
        every: Take every n-th of them; the film lasts as long as before.
    """
    from nodes.lib.films import read

    return read.load(current().options.resolve(path), start, frames, every)


@node("video.save", effect=True, title="Save video")
def save(
    video: Video,
    *,
    name: str = "nodegraph",
    format: Literal["mp4", "webm", "webp", "gif", "apng"] = "mp4",
    quality: Annotated[int, Range(1, 100)] = 80,
) -> Saved:
    """Save a film; it carries the workflow that made it.

    An odd width or height gets its last pixels twice in MP4 and WebM, which have even sides only.

    Args:
        name: The file is called this, with a number; a / leads into a subfolder.
        format: MP4 (H.264) and WebM (VP9) hold sound too; WebP, GIF and PNG (apng) move wherever
            pictures are shown. A GIF has 256 colors.
        quality: Of MP4, WebM and WebP; 100 is the best and largest.
    """
    from nodes.lib.films import write

    context = current()
    path = write.save(video, context.options.out, name, format, quality, context.record)
    return Saved([path])


@node("video.preview", effect=True, title="Preview video")
def preview(video: Video) -> None:
    """Show frames of a film while the run goes on; nothing is saved."""
    from nodes.lib.films import look

    current().progress(1, 1, preview=look.thumbnail(video))


@node("video.frames", title="Frames of video")
def frames(video: Video) -> Frames:
    """Take a film apart: its pictures as a batch, how fast they follow, its sound.

    Args:
        video: A film.
    """
    return Frames(video.frames, video.fps, video.audio)
