"""The look of everything but the canvas: one style sheet, made from the theme."""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from gui.colors import mix
from gui.theme import FAMILIES, FIELD_RADIUS, RADIUS, SMALL, TEXT, TITLE

if TYPE_CHECKING:
    from gui.theme import Theme


SHEET = Path(__file__).with_name("editor.qss")


def style_sheet(theme: Theme, scale: float = 1.0) -> str:
    """Return the application's style sheet.

    Args:
        theme: Its colors.
        scale: How much larger than usual text is.
    """
    sizes = {"text": TEXT, "title": TITLE, "small": SMALL}
    text = {f"{name}_size": f"{round(size * scale)}px" for name, size in sizes.items()}
    families = ", ".join(f'"{name}"' for name in FAMILIES)
    corners = {"radius": f"{RADIUS}px", "small_radius": f"{FIELD_RADIUS}px"}
    values = _colors(theme) | text | corners | {"families": families}
    return Template(SHEET.read_text(encoding="utf-8")).substitute(values)


def _colors(theme: Theme) -> dict[str, str]:
    names = ("surface", "body", "line", "field", "fill", "strong", "weak", "accent", "error")
    return {name: getattr(theme, name) for name in names} | {
        "panel": mix(theme.surface, theme.body, 0.5),
        "hover": mix(theme.body, theme.strong, 0.08),
        "press": mix(theme.body, theme.strong, 0.14),
        "faint": mix(theme.body, theme.weak, 0.55),
        "on_accent": theme.body if theme.name == "light" else theme.surface,
        "accent_hover": mix(theme.accent, theme.strong, 0.18),
    }
