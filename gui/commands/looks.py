"""Commands for how the window looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.commands.command import Command

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.appearance import Appearance, Choice
    from gui.window import Window

STEP = 10
"""By how much text grows, in hundredths of its usual size."""

THEMES: tuple[tuple[Choice, str], ...] = (
    ("system", "As the system"),
    ("dark", "Dark"),
    ("light", "Light"),
)


def commands(
    window: Window, appearance: Appearance, settings: Callable[[], object]
) -> list[Command]:
    """Return the commands for theme, text size, full screen and the settings."""
    return [
        *(_theme(appearance, choice, title) for choice, title in THEMES),
        Command(
            "looks.larger",
            "Larger text",
            lambda: appearance.grow(STEP),
            menu="View/Text size",
            keys=("Ctrl+Shift+=", "Ctrl++"),
        ),
        Command(
            "looks.smaller",
            "Smaller text",
            lambda: appearance.grow(-STEP),
            menu="View/Text size",
            keys=("Ctrl+Shift+-",),
        ),
        Command(
            "looks.usual", "Usual text size", lambda: appearance.grow(0), menu="View/Text size"
        ),
        Command(
            "looks.full_screen",
            "Full screen",
            lambda: window.showNormal() if window.isFullScreen() else window.showFullScreen(),
            menu="View",
            keys=("F11",),
            checked=window.isFullScreen,
        ),
        Command("looks.settings", "Settings…", settings, menu="Edit", keys=("Ctrl+,",)),
    ]


def _theme(appearance: Appearance, choice: Choice, title: str) -> Command:
    return Command(
        f"looks.{choice}",
        title,
        lambda: appearance.choose(choice),
        menu="View/Theme",
        checked=lambda: appearance.choice == choice,
    )
