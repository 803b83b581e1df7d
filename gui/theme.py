"""Colors and metrics of the editor, dark and light. Socket colors come with the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from gui.colors import legible, mix, tint

GRID = 20
"""Nodes snap to it, in scene pixels."""

FAMILIES = ("Inter", "Segoe UI", "SF Pro Text", "Ubuntu", "Cantarell", "Noto Sans", "DejaVu Sans")
TEXT, TITLE, SMALL = 12, 13, 11
"""Text sizes in logical pixels at a zoom of 1."""

RADIUS, FIELD_RADIUS = 6, 4

HUES = {
    "text": 60, "image": 245, "latent": 340, "model": 295, "vae": 20, "sampling": 165,
    "flow": 205, "value": 100, "graph": 270,
}  # fmt: skip
"""Hues of the header of well-known categories, in degrees; any other's comes from its name."""


@dataclass(frozen=True, slots=True)
class Theme:
    """The colors of one look, each ``#rrggbb``.

    Attributes:
        surface: The canvas; ``dot`` is its grid.
        body: A node; ``line`` the hairline around it.
        field: The recessed ground of a parameter; ``fill`` the share of a number in its range.
        strong: Text one reads; ``weak`` labels.
        tint_lightness: OKLCH lightness of category tints.
        header_share: How much of its category's tint a header holds.
        zone_share: How much of a zone's tint its region holds.
    """

    name: str
    surface: str
    dot: str
    body: str
    line: str
    field: str
    fill: str
    strong: str
    weak: str
    accent: str
    error: str
    running: str
    cached: str
    tint_lightness: float
    header_share: float
    zone_share: float

    @property
    def warning(self) -> str:
        """Amber: for what keeps nothing from running."""
        return legible(tint(self.tint_lightness, 0.13, 75), self.body, 3.0)

    def category(self, name: str) -> str:
        """Return the tint of a category of node types."""
        hue = HUES.get(name, crc32(name.encode()) % 360)
        return tint(self.tint_lightness, 0.11, hue)

    def header(self, category: str) -> str:
        """Return the ground of a header: the body with a share of the category's tint."""
        return mix(self.body, self.category(category), self.header_share)

    def stroke(self, color: str) -> str:
        """Return a socket's color, moved until links of it stand out from the surface."""
        return legible(color, self.surface, 3.0)

    def zone(self, depth: int) -> str:
        """Return the tint of a zone that stands inside ``depth`` others."""
        return tint(self.tint_lightness, 0.12, 165 + 85 * depth)


DARK = Theme(
    name="dark",
    surface="#15171b",
    dot="#272a31",
    body="#23262d",
    line="#3a3f49",
    field="#1a1c21",
    fill="#2d3440",
    strong="#e8eaee",
    weak="#adb3bf",
    accent="#6ea8fe",
    error="#ff8a82",
    running="#56d39a",
    cached="#9fb2ce",
    tint_lightness=0.72,
    header_share=0.2,
    zone_share=0.09,
)

LIGHT = Theme(
    name="light",
    surface="#eceef1",
    dot="#d2d6dd",
    body="#ffffff",
    line="#c3c8d1",
    field="#f2f4f7",
    fill="#dde4ef",
    strong="#1b1e24",
    weak="#5a616e",
    accent="#1f63d6",
    error="#bd2828",
    running="#107243",
    cached="#55657d",
    tint_lightness=0.62,
    header_share=0.2,
    zone_share=0.08,
)
