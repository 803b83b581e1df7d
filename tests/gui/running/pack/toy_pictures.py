"""A pack without torch whose values have looks."""

import io
from types import SimpleNamespace

import PIL.Image
import toy_engine

from nodegraph import Seed, current, node
from nodes.types import Image


class Host(toy_engine.Host):
    """A machine that shows a picture as a square of its color."""

    def describe(self, value):
        return {"kind": "image", "shape": list(value.pixels.shape)}

    def picture(self, value, side, **_):
        made = io.BytesIO()
        color = int(value.pixels.color)
        PIL.Image.new("RGB", (side, side), (color, color, color)).save(made, "PNG")
        return made.getvalue()


class Pixels(SimpleNamespace):
    shape, ndim, dtype = (1, 4, 4, 3), 4, "float32"


@node("toy.picture")
def picture(*, seed: Seed = 0) -> Image:
    current().progress(1, 2)
    return Image(Pixels(color=seed % 256))


@node("toy.look", effect=True)
def look(image: Image) -> None:
    """Take a picture."""


@node("toy.short", effect=True)
def short() -> None:
    """Say how it made do."""
    current().note("memory ran short; the pictures were decoded one by one")
