"""What a person can do with viewers, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.commands.command import Command
from gui.viewers.look import Look

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.viewers.dock import ViewerDock


def commands(
    dock: Callable[[], ViewerDock | None], selected: Callable[[], tuple[str, str] | None]
) -> list[Command]:
    """Return the commands of viewers.

    Args:
        dock: The viewers in front.
        selected: The path of the selected node and its first output, if just one is selected.
    """

    def has_dock() -> bool:
        return dock() is not None

    def pin(number: int) -> Callable[[], None]:
        def act() -> None:
            viewers, chosen = dock(), selected()
            if viewers is None:
                return
            if chosen is not None:
                viewers.pin(number, Look(*chosen))
            elif not viewers.show_pin(number):
                viewers.told.emit(f"Select a node to pin its value to the key {number}.")

        return act

    def compare() -> None:
        viewers = dock()
        if viewers is not None:
            viewers.compare_pins()

    pins = [
        Command(
            f"view.pin_{number}",
            f"Pin viewer {number} to the selected node",
            pin(number),
            menu="View/Pin",
            keys=(str(number),),
            enabled=has_dock,
            where="canvas",
            help="Keeps the node's value in view in later runs; without a selection shows the pin",
        )
        for number in range(1, 10)
    ]
    return [
        *pins,
        Command(
            "view.compare_pins",
            "Compare pins",
            compare,
            menu="View",
            keys=("Ctrl+Alt+C",),
            enabled=has_dock,
            help="Two pinned pictures under a slider, side by side, or their difference",
        ),
    ]
