"""Nodes that lay pictures out side by side, and that make batches of them and take them apart."""

from __future__ import annotations

from typing import Annotated, Literal

from nodegraph import Range, node
from nodes.types import Image

Theme = Literal["light", "dark"]
FontSize = Annotated[int, Range(0, 256)]
Gap = Annotated[int, Range(0, 256)]
Enlarge = Annotated[int, Range(0, 32)]
Columns = Annotated[int, Range(0, 1000)]
Plain = str | float | int | bool


@node("image.labelled_grid", title="Labelled grid")
def labelled_grid(
    images: list[Image] | list[list[Image]],
    row_labels: list[Plain] | None = None,
    column_labels: list[Plain] | None = None,
    *,
    row_title: str = "",
    column_title: str = "",
    columns: Columns = 0,
    theme: Theme = "light",
    font_size: FontSize = 0,
    gap: Gap = 8,
    enlarge: Enlarge = 0,
) -> Image:
    """Lay pictures out as a table with named rows and columns: an x/y plot.

    Args:
        images: What two for-each zones in each other give is rows of columns; a plain list is cut
            into rows. Smaller pictures stand in the middle of cells as large as the largest.
        row_labels: One a row, from the top: the list that the outer zone went through.
        column_labels: One a column, from the left: the list that the inner zone went through.
        row_title: What the rows are, such as cfg.
        column_title: What the columns are, such as steps.
        columns: How many columns, where no labels say it; 0 makes the whole as square as can be.
        theme: The ground: white or dark.
        font_size: Pixels; 0 suits the pictures.
        gap: Pixels between pictures.
        enlarge: How many times as large pictures are shown, by whole pixels; 0 enlarges small ones
            to about 256.
    """
    from nodes.lib import arrange
    from nodes.lib.arrange import table
    from nodes.lib.arrange.text import labels

    words = table.Words(labels(row_labels), labels(column_labels), row_title, column_title)
    rows = table.rows(images, words, columns)
    return table.draw(rows, words, arrange.Style(theme, font_size, gap, enlarge))


@node("image.film_strip", title="Film strip")
def film_strip(
    images: list[Image],
    labels: list[Plain] | None = None,
    *,
    columns: Columns = 0,
    most: Annotated[int, Range(0, 1000)] = 0,
    theme: Theme = "light",
    font_size: FontSize = 0,
    gap: Gap = 8,
    enlarge: Enlarge = 0,
) -> Image:
    """Lay pictures out in their order, each with a word below it: the steps of a loop.

    Args:
        images: What a zone collected, or a batch.
        labels: One a picture, such as the sigmas that the zone collected.
        columns: Pictures in a row; 0 is up to eight.
        most: Show so many at most, evenly spread from the first to the last; 0 shows all.
        theme: The ground: white or dark.
        font_size: Pixels; 0 suits the pictures.
        gap: Pixels between pictures.
        enlarge: How many times as large pictures are shown, by whole pixels; 0 enlarges small ones
            to about 256.
    """
    from nodes.lib import arrange
    from nodes.lib.arrange import strip, text

    every, names = arrange.pictures(images), text.labels(labels)
    found, words = strip.chosen(every, names, most)
    style = arrange.Style(theme, font_size, gap, enlarge)
    return strip.draw(found, words, columns, style)


@node("image.batch", title="Batch images")
def batch(*images: list[Image]) -> Image:
    """Put pictures of one size into one batch, in the order of their links.

    Args:
        images: Pictures, batches and lists of them.
    """
    from nodes.lib.arrange import batch as arrange_batch

    return arrange_batch.joined([one for several in images for one in several])


@node("image.unbatch", title="Unbatch image")
def unbatch(image: Image) -> list[Image]:
    """Take a batch apart into a list of single pictures, to go through one by one."""
    from nodes.lib.arrange import batch as arrange_batch

    return arrange_batch.single(image)


@node("image.pick", title="Pick image")
def pick(
    image: Image,
    *,
    index: Annotated[int, Range(-100_000, 100_000)] = 0,
    count: Annotated[int, Range(1, 100_000)] = 1,
) -> Image:
    """Give some pictures of a batch.

    Args:
        image: A batch.
        index: The first, from 0; negative numbers count from the end.
        count: How many.
    """
    from nodes.lib.arrange import batch as arrange_batch

    return arrange_batch.picked(image, index, count)
