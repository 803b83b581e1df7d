"""What can be done while one paints, with keys that a person may change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.commands.command import Command

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.painting.pen import Tool
    from gui.painting.studio import Studio

TOOLS: tuple[tuple[Tool, str, str, str], ...] = (
    ("brush", "Brush", "B", "Paint the mask"),
    ("eraser", "Eraser", "E", "Take away from the mask"),
    ("lasso", "Lasso", "L", "Fill what a line goes around"),
    ("rectangle", "Rectangle", "R", "Fill a rectangle"),
)


def commands(studio: Studio) -> list[Command]:
    """Return them; letters count while the picture has the focus."""
    return [*_tools(studio), *_brush(studio), *_whole(studio), *_view(studio), *_ending(studio)]


def _make(
    id: str, title: str, run: Callable[[], object], keys: tuple[str, ...], help: str,
    *, enabled: Callable[[], bool] | None = None,
) -> Command:  # fmt: skip
    test = enabled or (lambda: True)
    return Command(f"painting.{id}", title, run, "", keys, test, where="canvas", help=help)


def _tools(studio: Studio) -> list[Command]:
    pen = studio.pen
    return [
        Command(
            f"painting.{id}", title, lambda id=id: pen.choose(id), "", (key,),
            checked=lambda id=id: pen.tool == id, where="canvas", help=help,
        )
        for id, title, key, help in TOOLS
    ]  # fmt: skip


def _brush(studio: Studio) -> list[Command]:
    pen = studio.pen
    return [
        _make("smaller", "Smaller brush", lambda: pen.resize(-1), ("[",), "Make the brush smaller"),
        _make("larger", "Larger brush", lambda: pen.resize(1), ("]",), "Make the brush larger"),
        _make("softer", "Softer brush", lambda: pen.harden(-1), ("{",), "Make its edge softer"),
        _make("harder", "Harder brush", lambda: pen.harden(1), ("}",), "Make its edge harder"),
        _make("thinner", "Less opaque", lambda: pen.thicken(-1), (",",), "Cover less by a stroke"),
        _make("thicker", "More opaque", lambda: pen.thicken(1), (".",), "Cover more by a stroke"),
    ]


def _whole(studio: Studio) -> list[Command]:
    mask = studio.painted
    return [
        _make("invert", "Invert", mask.invert, ("I",), "Exchange what is masked and what is not"),
        _make("fill", "Fill", mask.fill_all, ("Ctrl+A",), "Mask everything"),
        _make("clear", "Clear", mask.clear, ("Del", "Backspace"), "Mask nothing"),
        _make(
            "undo", "Undo", mask.undo, ("Ctrl+Z",), "Take the last stroke back",
            enabled=lambda: mask.steps > 0 or mask.painting,
        ),
        _make(
            "redo", "Redo", mask.redo, ("Ctrl+Shift+Z", "Ctrl+Y"), "Make it again",
            enabled=lambda: mask.undone > 0,
        ),
    ]  # fmt: skip


def _view(studio: Studio) -> list[Command]:
    return [
        _make(
            "show", "Show otherwise", studio.show_next, ("V",), "Tint, mask alone, picture alone"
        ),
        _make(
            "feather", "Feather", studio.go_to_feather, ("F",), "Type how soft the edges shall be"
        ),
    ]


def _ending(studio: Studio) -> list[Command]:
    def window(id: str, title: str, run: Callable[[], object], key: str, help: str) -> Command:
        return Command(f"painting.{id}", title, run, "", (key,), help=help)

    return [
        window(
            "keep", "Keep mask", studio.keep, "Ctrl+Return", "Have the node use what is painted"
        ),
        window(
            "keys", "Keyboard shortcuts…", studio.show_keys, "Ctrl+K", "See and change all keys"
        ),
    ]
