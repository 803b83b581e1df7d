"""Dark or light, and how large text is: as the system has it, or as a person chose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from gui.canvas.looks import Looks
from gui.style import style_sheet
from gui.theme import DARK, LIGHT

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from gui.settings import Settings
    from gui.theme import Theme

Choice: TypeAlias = Literal["system", "dark", "light"]
SMALLEST, LARGEST = 80, 200
"""How large text may be, in hundredths of what is usual."""


class Appearance(QObject):
    """How the whole application looks.

    Attributes:
        changed: It looks otherwise now.
        looks: For canvases.
    """

    changed = Signal()

    def __init__(self, app: QApplication, settings: Settings) -> None:
        super().__init__(app)
        self._app, self._settings = app, settings
        self.looks = Looks(self.theme)
        self._dress()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow)

    @property
    def choice(self) -> Choice:
        """What a person chose."""
        chosen = self._settings.get("theme", "system")
        return chosen if chosen in ("dark", "light") else "system"

    @property
    def theme(self) -> Theme:
        """The theme to show: the system's own unless a person chose one."""
        if self.choice == "system":
            scheme = QGuiApplication.styleHints().colorScheme()
            return LIGHT if scheme == Qt.ColorScheme.Light else DARK
        return LIGHT if self.choice == "light" else DARK

    @property
    def text_size(self) -> int:
        """How large text is, in hundredths of what is usual."""
        return min(max(self._settings.get("text_size", 100), SMALLEST), LARGEST)

    def choose(self, choice: Choice) -> None:
        """Show a theme from now on, or the system's."""
        self._settings.set("theme", choice)
        self._follow()

    def grow(self, hundredths: int) -> None:
        """Make text larger or smaller; 0 makes it usual again."""
        size = self.text_size + hundredths if hundredths else 100
        self._settings.set("text_size", min(max(size, SMALLEST), LARGEST))
        self._follow()

    def _follow(self) -> None:
        self.looks = Looks(self.theme, self.looks.styles)
        self._dress()
        self.changed.emit()

    def _dress(self) -> None:
        theme = self.looks.theme
        self._app.setPalette(_palette(theme))
        self._app.setStyleSheet(style_sheet(theme, self.text_size / 100))


def _palette(theme: Theme) -> QPalette:
    """Return the theme's colors for what no style sheet reaches."""
    role = QPalette.ColorRole
    palette = QPalette()
    for roles, color in (
        ((role.Window, role.Base, role.AlternateBase), theme.surface),
        ((role.Button, role.ToolTipBase), theme.body),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText), theme.strong),
        ((role.PlaceholderText,), theme.weak),
        ((role.Highlight, role.Link), theme.accent),
        ((role.HighlightedText,), theme.surface if theme.name == "dark" else theme.body),
    ):
        for one in roles:
            palette.setColor(one, QColor(color))
    return palette
