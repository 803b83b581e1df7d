"""Searching the graph, as commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.commands.command import Command

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.find.bar import FindBar


def commands(current: Callable[[], FindBar | None]) -> list[Command]:
    """Return the commands of the search bar of whichever page is in front."""

    def do(act: Callable[[FindBar], None]) -> Callable[[], None]:
        def run() -> None:
            bar = current()
            if bar is not None:
                act(bar)

        return run

    def there() -> bool:
        return current() is not None

    return [
        Command(
            "find.open", "Find…", do(lambda bar: bar.open()), "Edit", ("Ctrl+F",), there,
            help="Find nodes, parameters, notes and problems, in subgraphs too.",
        ),
        Command(
            "find.next", "Find next", do(lambda bar: bar.step(1)), "Edit", ("F3",), there,
            help="Go to the next that was found.",
        ),
        Command(
            "find.previous", "Find previous", do(lambda bar: bar.step(-1)), "Edit",
            ("Shift+F3",), there, help="Go to the one that was found before.",
        ),
    ]  # fmt: skip
