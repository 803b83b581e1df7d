"""Help on a node type as HTML, from its specification alone."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from gui.canvas.adding import title
from gui.docks.docstring import read, rich
from gui.docks.shelves import category_title
from nodegraph.sockets import fits, item_of, union_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gui.theme import Theme
    from nodegraph.params import Param
    from nodegraph.spec import Input, NodeSpec, Output

KIND, TYPE = "kind", "type"
"""Schemes: the picture of a socket type, and the help on a node type."""
MOST = 8
"""Types that are named of those that fit a socket."""
WORDS = {
    "int": "whole number",
    "float": "number",
    "str": "text",
    "bool": "yes or no",
    "any": "anything",
}


def help_html(spec: NodeSpec, types: Mapping[str, NodeSpec], theme: Theme, note: str = "") -> str:
    """Return the help on a type.

    Args:
        types: All types, among which those that fit are linked.
        note: What is to be known of one node of it.
    """
    text = read(spec.help or spec.summary)
    heading = f'<p style="font-size:large; margin-bottom:0"><b>{escape(title(spec))}</b></p>'
    place = f"{category_title(spec.category)} · <code>{escape(spec.id)}</code>"
    parts = [
        heading,
        f'<p style="color:{theme.weak}; margin-top:2px">{place}</p>',
        f'<p style="color:{theme.warning}">{escape(note)}</p>' if note else "",
        f"<p>{rich(text.summary)}</p>",
        *(f"<p>{rich(paragraph)}</p>" for paragraph in text.paragraphs),
        _section("Inputs", (_input(one, theme) for one in spec.inputs.values()), theme),
        _section("Parameters", (_param(one, theme) for one in spec.params.values()), theme),
        _section("Outputs", (_output(one, theme) for one in spec.outputs.values()), theme),
        _fitting(spec, types, theme),
        f"{_title('Source', theme)}<p>{rich(text.source)}</p>" if text.source else "",
    ]
    return f"<style>{_style(theme)}</style>" + "".join(parts)


def kind_text(kind: str) -> str:
    """Return a socket's type in words: ``whole number``, ``list of Image``."""
    item = item_of(kind)
    if item is not None:
        return f"list of {kind_text(item)}"
    if kind.startswith("~"):
        return "any type"
    parts = union_parts(kind)
    return WORDS.get(kind, kind) if len(parts) == 1 else " or ".join(map(kind_text, parts))


def before(spec: NodeSpec, types: Mapping[str, NodeSpec]) -> list[NodeSpec]:
    """Return the types whose outputs an input of this one needs, of the very same type."""
    wanted = {one.type for one in spec.inputs.values() if _tells(one.type)}
    return [one for one in types.values() if _shares(one.outputs.values(), wanted, one, spec)]


def after(spec: NodeSpec, types: Mapping[str, NodeSpec]) -> list[NodeSpec]:
    """Return the types that have an input for an output of this one, of the very same type."""
    given = {one.type for one in spec.outputs.values() if _tells(one.type)}
    return [one for one in types.values() if _shares(one.inputs.values(), given, one, spec)]


def _shares(
    sockets: Iterable[Input | Output], kinds: set[str], one: NodeSpec, spec: NodeSpec
) -> bool:
    if one.id == spec.id:
        return False
    return any(_tells(s.type) and any(fits(s.type, kind) for kind in kinds) for s in sockets)


def _tells(kind: str) -> bool:
    """Tell whether a type says something: not anything, not plain numbers and texts."""
    parts = [item_of(part) or part for part in union_parts(kind)]
    return not any(part in WORDS or part.startswith("~") for part in parts)


def _style(theme: Theme) -> str:
    return (
        f"a {{ color: {theme.accent}; text-decoration: none; }} code {{ color: {theme.strong}; }}"
    )


def _title(text: str, theme: Theme) -> str:
    style = f"color:{theme.weak}; margin-top:14px; margin-bottom:2px"
    return f'<p style="{style}"><b>{text}</b></p>'


def _section(name: str, rows: Iterable[str], theme: Theme) -> str:
    found = "".join(rows)
    table = f'<table cellspacing="0" cellpadding="3" width="100%">{found}</table>'
    return _title(name, theme) + table if found else ""


def _row(sign: str, name: str, about: str, help: str, theme: Theme) -> str:
    words = f'<br><span style="color:{theme.weak}">{rich(help)}</span>' if help else ""
    line = f'<b>{escape(name)}</b> <span style="color:{theme.weak}">{about}</span>{words}'
    return f'<tr><td width="18" valign="top">{sign}</td><td>{line}</td></tr>'


def _sign(kind: str) -> str:
    return f'<img src="{KIND}:{quote(kind)}">'


def _input(one: Input, theme: Theme) -> str:
    traits = (
        (one.optional, "optional"),
        (one.variadic, "any number of links"),
        (one.lazy, "only where needed"),
    )
    about = [escape(kind_text(one.type)), *(word for said, word in traits if said)]
    return _row(_sign(one.type), one.name, ", ".join(about), one.help, theme)


def _output(one: Output, theme: Theme) -> str:
    about = escape(kind_text(one.type)) + (", may be nothing" if one.optional else "")
    return _row(_sign(one.type), one.name, about, "", theme)


def _param(one: Param, theme: Theme) -> str:
    parts = [escape(kind_text(one.type)) if not one.choices else "choice"]
    if one.widget == "seed":
        parts = ["seed"]
    elif one.range is not None:
        parts.append(f"{_shown(one.range.low)} to {_shown(one.range.high)}")
    if one.default not in (None, ""):
        parts.append(f"by default {escape(_shown(one.default))}")
    help = one.help
    if one.choices:
        help = f"{help} Choices: {', '.join(one.choices)}.".strip()
    return _row(_sign(one.type), one.name, ", ".join(parts), help, theme)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _fitting(spec: NodeSpec, types: Mapping[str, NodeSpec], theme: Theme) -> str:
    rows = [("Goes after", before(spec, types)), ("Goes before", after(spec, types))]
    style = "margin-top:2px; margin-bottom:4px"
    lines = [f'<p style="{style}">{name} {_links(found)}</p>' for name, found in rows if found]
    return _title("Fits", theme) + "".join(lines) if lines else ""


def _links(specs: Iterable[NodeSpec]) -> str:
    shown = sorted({title(spec): spec for spec in specs}.items())
    links = [f'<a href="{TYPE}:{quote(one.id)}">{escape(name)}</a>' for name, one in shown[:MOST]]
    more = f" and {len(shown) - MOST} more" if len(shown) > MOST else ""
    return ", ".join(links) + more
