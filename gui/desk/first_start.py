"""What a newcomer meets: the example, and a tour through the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtWidgets import QToolButton

from gui.desk.templates import EXAMPLE, FOLDER, open_copy
from gui.desk.tour import Step, Tour

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtWidgets import QWidget

    from gui.canvas.canvas import Canvas
    from gui.canvas.cards import Card
    from gui.desk.desk import Desk
    from gui.document.document import Document
    from gui.settings import Settings
    from gui.theme import Theme
    from gui.window import Window

DONE = "tour.done"
STRIP = 120
"""Height of where the timeline will be, while there is none, in px."""


def is_first(settings: Settings) -> bool:
    """Tell whether nobody has ended or skipped the tour yet."""
    return not settings.get(DONE, False)


def open_example(desk: Desk) -> Document | None:
    """Open a copy of the example."""
    return open_copy(desk, FOLDER / f"{EXAMPLE}.json")


def start_tour(
    window: Window, canvas: Callable[[], Canvas | None], settings: Settings, theme: Theme
) -> Tour:
    """Begin the tour; at its end, or when it is skipped, it is not begun by itself again.

    Args:
        window: Whose parts it points at.
        canvas: The one in front.
        settings: Where that is kept.
        theme: Its colors.
    """
    tour = Tour(window, steps(window, canvas), theme)
    tour.ended.connect(lambda: settings.set(DONE, True))
    tour.begin()
    return tour


def steps(window: Window, canvas: Callable[[], Canvas | None]) -> list[Step]:
    """Return the bubbles of a window's tour."""

    def on_canvas(place: Callable[[Canvas], QRect | None]) -> Callable[[], QRect | None]:
        def where() -> QRect | None:
            front = canvas()
            found = None if front is None else place(front)
            return None if front is None or found is None else _in(window, front, found)

        return where

    def show(node_ids: Callable[[Canvas], Iterable[str]]) -> Callable[[], None]:
        def prepare() -> None:
            front = canvas()
            if front is not None:
                front.fit(node_ids(front))

        return prepare

    run, save = _keys(window, "run.all"), _keys(window, "file.save")
    return [
        Step("Say what you want to see", PROMPT, on_canvas(prompt_rect), show(near_prompt)),
        Step("Run it", RUN.format(keys=run), lambda: _button(window, "run.all"), show(_all)),
        Step("Look into every step", TIMELINE, lambda: _timeline(window)),
        Step("Add your own nodes", ADD, on_canvas(free_rect)),
        Step("Keep it", SAVE.format(keys=save), lambda: _menu(window, "File")),
    ]


PROMPT = (
    "This is a workflow: nodes that each do one thing, and links that carry what they make. Click "
    "the text of the prompt and write your own."
)
RUN = (
    "Press Run, or {keys}. The nodes light up one after the other, and the loop in the middle "
    "shows the picture as it emerges from noise."
)
TIMELINE = (
    "After a run, a timeline appears here. Drag along it, and every value inside of the loop shows "
    "how it was at that step. Click any link or socket to look at what went through it."
)
ADD = (
    "Press Tab, or double-click the ground, and type what you need. Drag a link to where nothing "
    "is, and you are offered what fits it. Everything can be undone."
)
SAVE = (
    "Save with {keys}. The file runs without the editor too, and every picture carries the "
    "workflow that made it: drop one on this window to have it back."
)


def prompt_rect(canvas: Canvas) -> QRect | None:
    """Return where the prompt is, on the canvas; ``None`` where it is not in view."""
    card = _prompt(canvas)
    if card is None:
        return None
    left, top = canvas.camera.to_view(*card.box[:2])
    right, bottom = canvas.camera.to_view(*card.box[2:])
    found = QRectF(left, top, right - left, bottom - top).toRect() & canvas.rect()
    return None if found.isEmpty() else found


def near_prompt(canvas: Canvas) -> set[str]:
    """Return the prompt and what it is linked to, to be shown near enough to read."""
    card = _prompt(canvas)
    if card is None:
        return set()
    ends = {(wire.link.source, wire.link.target) for wire in canvas.scene.wires_of(card.id)}
    return {card.id, *(one for pair in ends for one in pair)}


def _prompt(canvas: Canvas) -> Card | None:
    """Return the first node with a text to write."""
    cards = [one for one in canvas.scene.cards.values() if _has_text(one)]
    return min(cards, key=lambda card: (card.y, card.x), default=None)


def _has_text(card: Card) -> bool:
    return any(field.param.widget == "multiline" for field in card.layout.fields.values())


def _all(canvas: Canvas) -> tuple[()]:
    return ()


def free_rect(canvas: Canvas) -> QRect:
    """Return the middle of a canvas."""
    size = canvas.size() / 4
    corner = canvas.rect().center() - QPoint(size.width() // 2, size.height() // 2)
    return QRect(corner, size)


def _timeline(window: Window) -> QRect | None:
    """Return where the timeline is, or will be."""
    page = window.page
    if page is None:
        return None
    shown = page.below.geometry()
    if shown.height() > STRIP / 2:
        return _in(window, page, shown)
    strip = page.canvas.rect()
    return _in(window, page.canvas, strip.adjusted(0, strip.height() - STRIP, 0, 0))


def _button(window: Window, id: str) -> QRect | None:
    wanted = window.commands.action(id)
    buttons = window.bar.findChildren(QToolButton)
    found = next((one for one in buttons if one.defaultAction() is wanted), None)
    return None if found is None else _in(window, found, found.rect())


def _menu(window: Window, name: str) -> QRect | None:
    bar = window.menuBar()
    found = [one for one in bar.actions() if one.text().replace("&", "") == name]
    return _in(window, bar, bar.actionGeometry(found[0])) if found else None


def _keys(window: Window, id: str) -> str:
    keys = window.commands.keys(id)
    return keys[0] if keys else "the menu"


def _in(window: Window, widget: QWidget, rect: QRect) -> QRect:
    return QRect(widget.mapTo(window, rect.topLeft()), rect.size())
