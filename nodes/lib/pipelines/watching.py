"""A pipeline's progress, its previews, and its end when the run is cancelled."""

from __future__ import annotations

import io
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import PIL.Image
import torch
from tqdm.auto import tqdm

from nodes.lib.latents.previews import EVERY, SHARE, SIDE
from nodes.lib.latents.projection import guess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from nodegraph.execution.context import Context


@contextmanager
def watched(pipe: Any, context: Context) -> Iterator[Watch]:
    """Let a run hear of a pipeline's steps, and end it at the next one when it is cancelled.

    Every pipeline counts its steps by its own ``progress_bar``; latents for previews come by its
    callback, where it has one.
    """
    watch = Watch(pipe, context)
    pipe.progress_bar = watch.progress_bar
    try:
        yield watch
    finally:
        del pipe.progress_bar


class Watch:
    """Hears the steps of one call."""

    def __init__(self, pipe: Any, context: Context) -> None:
        self._pipe, self._context = pipe, context
        self._latents: Tensor | None = None
        self._due = time.monotonic() + EVERY
        self._wanted = context.listener is not None and context.options.previews

    def arguments(self, known: Any) -> dict[str, Any]:
        """Return what the call takes along, so that it says what it is at."""
        if "callback_on_step_end" in known:
            return {"callback_on_step_end": self._step_end}
        return {"callback": self._stepped, "callback_steps": 1} if "callback_steps" in known else {}

    def progress_bar(self, iterable: Any = None, total: int | None = None) -> Any:
        """Stand in for the pipeline's own, which writes to the terminal."""
        return Bar(iterable, total=total, watch=self)

    def at(self, step: int, total: int) -> None:
        """Say how far it is.

        Raises:
            Cancelled: The run was cancelled.
        """
        self._context.progress(step, total, preview=self._preview())

    def _step_end(self, _pipe: Any, _step: int, _time: Any, given: dict[str, Any]) -> Any:
        self._context.check_cancelled()
        self._latents = given.get("latents")
        return given

    def _stepped(self, _step: int, _time: Any, latents: Any) -> None:
        self._context.check_cancelled()
        self._latents = latents

    def _preview(self) -> bytes:
        if not self._wanted or self._latents is None or time.monotonic() < self._due:
            return b""
        start = time.monotonic()
        picture = preview(self._latents, channels(self._pipe))
        self._due = start + max(EVERY, (time.monotonic() - start) / SHARE)
        return picture


class Bar(tqdm):  # type: ignore[type-arg]
    """A progress bar that draws nothing and tells a watch."""

    def __init__(self, iterable: Any = None, *, total: int | None, watch: Watch) -> None:
        super().__init__(iterable, total=total, disable=True)
        self.total = len(iterable) if total is None and hasattr(iterable, "__len__") else total
        self._watch = watch
        watch.at(0, int(self.total or 0))

    def __iter__(self) -> Iterator[Any]:
        """Go through the steps, and say after each that it is done."""
        for item in self.iterable:
            yield item
            self.update(1)

    def update(self, n: float | None = 1) -> bool | None:
        """Count steps."""
        self.n += n or 0
        self._watch.at(int(self.n), int(self.total or 0))
        return None


def channels(pipe: Any) -> int:
    """Return how many channels a pipeline's latents have, or 0 where its VAE does not say."""
    config = getattr(getattr(pipe, "vae", None), "config", {})
    return int(config.get("latent_channels", 0) or config.get("z_dim", 0) or 0)


@torch.inference_mode()
def preview(latents: Tensor, known: int) -> bytes:
    """Return latents as a small JPEG; nothing where they have no height and width.

    Args:
        latents: (B, C, h, w), or with frames (B, C, F, h, w) or (B, F, C, h, w), of which the
            middle one is shown.
        known: C.
    """
    one = latents[0].float().cpu()
    if one.ndim == 4:
        frames = 0 if one.shape[1] == known else 1
        one = one.select(frames, one.shape[frames] // 2)
    if one.ndim != 3 or min(one.shape) < 1:
        return b""
    picture = guess(one)
    grow = max(SIDE // max(picture.size), 1)
    picture = picture.resize((picture.width * grow, picture.height * grow), PIL.Image.BICUBIC)
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=80)
    return data.getvalue()
