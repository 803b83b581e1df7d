"""How values look, for who inspects them: every kind that can be drawn as one small WebP."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any, cast

import PIL.Image
import PIL.ImageDraw
import PIL.ImageOps

from nodes.lib import autoencoder, models
from nodes.lib.latents.projection import guess, to_picture
from nodes.lib.sounds import look as sounds_look
from nodes.types import Audio, Conditioning, Image, Latent, Mask, Noise, Prediction, Schedule, Video

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from torch import Tensor

    from nodes.handles import Vae

MOST = 16
"""Pictures on one sheet."""

SOUND = 64
"""Pixels that a waveform is drawn in at least."""

GAP = 4
DARK, FAINT, BRIGHT = (24, 24, 27), (63, 63, 70), (156, 194, 138)
QUALITY = 90

LOUD = 1.5
"""Deviation of a latent, in the units of a network, above which it is noise more than picture."""


def picture(value: Any, side: int, *, decoded: bool = False) -> bytes:
    """Return a value as a WebP whose longer side is ``side``; nothing where it has no looks.

    Args:
        value: Any value.
        side: Pixels.
        decoded: Show a latent as the picture it stands for, by the model used last.
    """
    shown = _decoded(value) if decoded else value
    found = [drawn for drawn, _ in zip(_draw(shown, side), range(MOST), strict=False)]
    if not found:
        return b""
    data = io.BytesIO()
    _sheet(found, side).save(data, "WEBP", quality=QUALITY)
    return data.getvalue()


def _decoded(value: Any) -> Any:
    """Return the picture of the first sample of a latent; any other value as it is."""
    latent = value.denoised if isinstance(value, Prediction) else value
    vae = models.opened.get(latent.samples.shape[1]) if isinstance(latent, Latent) else None
    return value if vae is None else autoencoder.decode(vae, Latent(_calm(latent.samples[:1], vae)))


def _calm(samples: Tensor, vae: Vae) -> Tensor:
    """Return a latent whose noise is stronger than any picture with a picture's variance.

    An autoencoder shows it in black and white blocks otherwise: it was never trained on such.
    """
    scale = 1.0 if vae.latents is None else vae.latents.scale
    spread = float(samples.std()) * scale
    return samples / spread if spread > LOUD else samples


def _draw(value: Any, side: int) -> Iterator[PIL.Image.Image]:
    """Yield the pictures in a value, those in a list one after another."""
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, (list, tuple)):
            stack += reversed(cast("Sequence[Any]", one))
        elif isinstance(one, Schedule):
            yield _plot(one.sigmas, side)
        elif isinstance(one, Audio):
            yield sounds_look.draw(one, max(side, SOUND), max(side, SOUND) * 5 // 16)
        elif type(one) in _PICTURES:
            batch, drawn = _PICTURES[type(one)]
            yield from (drawn(sample.detach().cpu()) for sample in batch(one))


def _noise(samples: Tensor) -> PIL.Image.Image:
    """Draw (C, h, w): the first three channels, three standard deviations either way."""
    three = samples[:3].expand(3, -1, -1) if len(samples) == 1 else samples[:3]
    shown = samples.new_zeros(3, *samples.shape[1:])
    shown[: len(three)] = three
    return to_picture((shown / 6 + 0.5).movedim(0, -1))


def _text(embedding: Tensor) -> PIL.Image.Image:
    """Draw (T, D): a row a token, grey where a number is 0."""
    spread = embedding.float().std().clamp(min=1e-6)
    return to_picture(embedding.float() / (6 * spread) + 0.5)


_PICTURES: dict[type, tuple[Callable[[Any], Any], Callable[[Tensor], PIL.Image.Image]]] = {
    Image: (lambda image: image.pixels, to_picture),
    Video: (lambda video: video.frames.pixels[:1], to_picture),
    Mask: (lambda mask: mask.values, to_picture),
    Latent: (lambda latent: latent.samples, guess),
    Prediction: (lambda prediction: prediction.denoised.samples, guess),
    Noise: (lambda noise: noise.samples, _noise),
    Conditioning: (lambda texts: [entry.embedding[0] for entry in texts.entries], _text),
}


def _sheet(pictures: Sequence[PIL.Image.Image], side: int) -> PIL.Image.Image:
    """Lay pictures out row by row on black, so that the longer side of it all is as wanted."""
    if len(pictures) == 1:
        return _fit(pictures[0].convert("RGB"), side)
    columns = math.ceil(math.sqrt(len(pictures)))
    rows = math.ceil(len(pictures) / columns)
    cell = max((side - GAP * (columns - 1)) // columns, 1)
    cells = [_fit(one.convert("RGB"), cell) for one in pictures]
    height = max(one.height for one in cells)
    whole = (side, rows * height + GAP * (rows - 1))
    sheet = PIL.Image.new("RGB", whole, DARK)
    for index, one in enumerate(cells):
        row, column = divmod(index, columns)
        sheet.paste(one, (column * (cell + GAP), row * (height + GAP)))
    return sheet


def _fit(picture: PIL.Image.Image, side: int) -> PIL.Image.Image:
    """Scale a picture so that its longer side is as wanted."""
    scale = side / max(picture.size)
    size = tuple(max(round(length * scale), 1) for length in picture.size)
    return picture.resize(size, PIL.Image.LANCZOS if scale < 1 else PIL.Image.BICUBIC)


def _plot(sigmas: Sequence[float], side: int) -> PIL.Image.Image:
    """Draw noise levels from left to right, 0 at the bottom."""
    width, height, edge = side, max(side * 5 // 8, 1), max(side // 24, 2)
    sheet = PIL.Image.new("RGB", (width, height), DARK)
    draw = PIL.ImageDraw.Draw(sheet)
    bottom = height - edge
    draw.line([(edge, edge), (edge, bottom), (width - edge, bottom)], FAINT)
    top, last = max([*sigmas, 1e-9]), max(len(sigmas) - 1, 1)
    points = [
        (edge + (width - 2 * edge) * step / last, bottom - (height - 2 * edge) * sigma / top)
        for step, sigma in enumerate(sigmas)
    ]
    if len(points) > 1:
        draw.line(points, BRIGHT, width=max(side // 128, 1), joint="curve")
    dot = max(side // 100, 1) if len(points) <= side // 4 else 0
    for x, y in points if dot else ():
        draw.ellipse((x - dot, y - dot, x + dot, y + dot), BRIGHT)
    return sheet
