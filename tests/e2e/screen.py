"""A screen nobody sees, and a person who has only eyes, a mouse and a keyboard."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from PIL import ImageGrab

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PIL.Image import Image

Color: TypeAlias = tuple[int, int, int]
Box: TypeAlias = tuple[int, int, int, int]

ACCENT, ERROR = (0x6E, 0xA8, 0xFE), (0xFF, 0x8A, 0x82)
"""Of the dark theme: buttons that most people want, and what went wrong."""

CURSOR = 40
"""Pixels that may change while nothing happens."""

LONG = 10
"""Looks that are alike before something counts as still."""

SIZE = "1440x900x24"
PATIENCE = 60.0
"""Seconds until something that does not come counts as broken."""


def screens() -> Iterator[str]:
    """Yield the name of an X server's display, which ends afterwards."""
    out, into = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(into), "-screen", "0", SIZE, "-nolisten", "tcp", "-noreset"],
        pass_fds=[into],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(into)
    try:
        with os.fdopen(out) as said:
            yield f":{said.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


@dataclass(frozen=True)
class Person:
    """Uses what is on a display."""

    display: str

    def presses(self, *keys: str) -> None:
        """Press keys, one after the other: ``ctrl+s``, ``Return``."""
        self._do("key", "--clearmodifiers", "--delay", "40", *keys)

    def types(self, text: str) -> None:
        """Type a text."""
        self._do("type", "--delay", "15", text)

    def clicks(self, x: int, y: int, *, times: int = 1) -> None:
        """Click on a point of the screen."""
        self._do("mousemove", str(x), str(y), "click", "--repeat", str(times), "--delay", "60", "1")

    def drags(self, start: tuple[int, int], end: tuple[int, int], button: int = 1) -> None:
        """Drag from one point of the screen to another."""
        self._do("mousemove", *map(str, start), "mousedown", str(button))
        for part in (1, 2, 3, 4):
            x, y = (round(a + (b - a) * part / 4) for a, b in zip(start, end, strict=True))
            self._do("mousemove", str(x), str(y))
        self._do("mouseup", str(button))

    def sees(self) -> Image:
        """Return what is on the screen."""
        return ImageGrab.grab(xdisplay=self.display)

    def waits_until_still(self, box: Box) -> None:
        """Wait until a part of the screen stays as it is, but for a blinking cursor."""
        looks: list[Image] = []

        def still() -> bool:
            look = self.sees().crop(box)
            if looks and changed(looks[0], look) > CURSOR:
                looks.clear()
            looks.append(look)
            return len(looks) > LONG

        wait_for(still, "a screen that stays as it is")

    def windows(self) -> list[str]:
        """Return the titles of the windows on the screen."""
        found = self._do("search", "--onlyvisible", "--name", ".", check=False).split()
        return [self._do("getwindowname", one, check=False).strip() for one in found]

    def finds(self, title: str) -> bool:
        """Tell whether a window has a title with some words in it."""
        return any(title in one for one in self.windows())

    def reads(self, title: str) -> None:
        """Wait until a window has a title with some words in it."""
        wait_for(lambda: self.finds(title), f"a window {title!r}")

    def looks_at(self, title: str) -> None:
        """Have the keyboard go to the window of a title; no window manager does it."""
        self.reads(title)
        window = self._do("search", "--onlyvisible", "--name", title).split()[0]
        self._do("windowfocus", "--sync", window)

    def _do(self, *what: str, check: bool = True) -> str:
        environment = os.environ | {"DISPLAY": self.display}
        done = subprocess.run(
            ["xdotool", *what],
            env=environment,
            check=check,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        return done.stdout


def patch(image: Image, color: Color, box: Box) -> tuple[int, int] | None:
    """Return the middle of what has just this color in a part of the screen, if anything has."""
    part = np.asarray(image.convert("RGB").crop(box))
    rows, columns = np.nonzero((part == color).all(axis=2))
    if not len(rows):
        return None
    return box[0] + int(np.median(columns)), box[1] + int(np.median(rows))


def yellow(image: Image) -> int:
    """Return how many pixels are yellow, as no part of the window is."""
    red, green, blue = np.moveaxis(np.asarray(image.convert("RGB")).astype(int), 2, 0)
    return int(((red > 190) & (green > 160) & (blue < 120)).sum())


def changed(one: Image, other: Image) -> int:
    """Return how many pixels differ."""
    differs = np.asarray(one.convert("RGB")) != np.asarray(other.convert("RGB"))
    return int(differs.any(axis=2).sum())


def wait_for(true: Callable[[], object], what: str) -> None:
    """Wait until something is so.

    Raises:
        AssertionError: It never was.
    """
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"waited {PATIENCE:.0f} s for {what}"
        time.sleep(0.05)
