"""What can be done in the docks from anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.commands.command import Command

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from gui.docks.gallery import Gallery
    from gui.docks.help import Help
    from gui.docks.library import Library
    from gui.docks.problems import Problems
    from gui.docks.queue import Queue


MENU = "View/Go to"


@dataclass(frozen=True, slots=True)
class Docks:
    """The docks of a window."""

    library: Library
    queue: Queue
    gallery: Gallery
    problems: Problems
    help: Help


def commands(docks: Docks, show: Callable[[str], object]) -> list[Command]:
    """Return the commands of all docks.

    Args:
        show: Brings a dock to the front, by its name in ``Docks``.
    """

    def go(id: str, widget: QWidget) -> Callable[[], None]:
        def run() -> None:
            show(id)
            widget.setFocus()

        return run

    return [
        *_going(docks, go),
        *_queue(docks.queue),
        *_gallery(docks.gallery),
        *_problems(docks.problems, show),
    ]


def _going(docks: Docks, go: Callable[[str, QWidget], Callable[[], None]]) -> list[Command]:
    entries = (
        ("library.go", "Search the library", "library", docks.library.line),
        ("queue.go", "Go to the queue", "queue", docks.queue),
        ("gallery.go", "Search the gallery", "gallery", docks.gallery.line),
        ("problems.go", "Go to the problems", "problems", docks.problems),
        ("help.go", "Go to the help", "help", docks.help),
    )
    return [Command(id, title, go(name, widget), menu=MENU) for id, title, name, widget in entries]


def _queue(queue: Queue) -> list[Command]:
    return [
        Command(
            "queue.cancel_all",
            "Cancel all runs",
            queue.cancel_all.click,
            menu="Run",
            enabled=queue.cancel_all.isEnabled,
            help="Cancel what runs and all that waits",
        ),
        Command(
            "queue.clear",
            "Clear what ended",
            queue.clear_ended,
            enabled=queue.clear.isEnabled,
            help="Forget the runs that ended; what they saved stays",
        ),
    ]


def _gallery(gallery: Gallery) -> list[Command]:
    return [
        Command(
            "gallery.compare",
            "Compare the selected pictures",
            gallery.compare,
            enabled=lambda: len(gallery.selected) == 2,
            help="Select two pictures in the gallery first",
        ),
        Command(
            "gallery.save_as",
            "Save the selected pictures as…",
            gallery.save_as,
            enabled=lambda: bool(gallery.selected),
            help="Write copies of them into a folder of your choice",
        ),
    ]


def _problems(problems: Problems, show: Callable[[str], object]) -> list[Command]:
    def step(by: int) -> Callable[[], None]:
        def run() -> None:
            show("problems")
            problems.step(by)

        return run

    def any_() -> bool:
        return bool(problems.problems)

    return [
        Command("problems.next", "Next problem", step(1), "View/Go to", ("F8",), any_),
        Command(
            "problems.previous", "Previous problem", step(-1), "View/Go to", ("Shift+F8",), any_
        ),
    ]
