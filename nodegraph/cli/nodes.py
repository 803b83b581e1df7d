"""``nodegraph nodes``: the node types, for people and for editors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nodegraph.catalogue import to_json
from nodegraph.cli.packs import warn_of_broken_packs
from nodegraph.errors import UnknownNodeError
from nodegraph.workflow import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodegraph.cli.output import Output
    from nodegraph.params import Param
    from nodegraph.spec import Input, NodeSpec

UNBOUNDED = 1000
"""Columns where nobody looks: a type a line, for grep."""


def list_nodes(word: str, output: Output, *, as_json: bool) -> None:
    """List the types that have the word in their id or summary; all without one.

    Raises:
        UnknownNodeError: There is none.
    """
    warn_of_broken_packs(output)
    known = catalogue()
    found = [spec for spec in known.values() if _has(spec, word.lower())]
    if not found:
        raise UnknownNodeError(word, known)
    if as_json:
        output.line(json.dumps(to_json(found), ensure_ascii=False, indent=2))
    elif word in known:
        output.line("\n".join(_full(known[word])))
    else:
        output.line("\n".join(_table(found)))


def _has(spec: NodeSpec, word: str) -> bool:
    return word in f"{spec.id} {spec.title} {spec.summary}".lower()


def _table(specs: list[NodeSpec]) -> Iterator[str]:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console = Console(width=UNBOUNDED)
    table = Table("type", "takes", "gives", "does", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.columns[0].no_wrap = True
    for spec in sorted(specs, key=lambda spec: spec.id):
        table.add_row(spec.id, ", ".join(spec.inputs), ", ".join(spec.outputs), spec.summary)
    with console.capture() as capture:
        console.print(table, markup=False, highlight=False)
    yield from (line.rstrip() for line in capture.get().splitlines())


def _full(spec: NodeSpec) -> Iterator[str]:
    yield f"{spec.id}  {spec.title}, version {spec.version}" + (", an effect" * spec.effect)
    about = spec.help.removeprefix(spec.summary).partition("Args:")[0].strip()
    yield from (f"  {line}" for line in (spec.summary, *about.splitlines()))
    yield from _section("takes", {one.name: _input(one) for one in spec.inputs.values()})
    yield from _section("parameters", {one.name: _param(one) for one in spec.params.values()})
    yield from _section("gives", {one.name: one.type for one in spec.outputs.values()})


def _section(name: str, entries: dict[str, str]) -> Iterator[str]:
    if entries:
        yield f"\n{name}"
    width = max(map(len, entries), default=0)
    yield from (f"  {entry:{width}}  {text}" for entry, text in entries.items())


def _input(socket: Input) -> str:
    traits = {"optional": socket.optional, "several": socket.variadic, "lazy": socket.lazy}
    said = ", ".join([socket.type, *(name for name, true in traits.items() if true)])
    return ". ".join(part for part in (said, socket.help) if part)


def _param(param: Param) -> str:
    kind = f"one of {', '.join(param.choices)}" if param.choices else param.type
    if param.range is not None:
        kind += f" from {param.range.low} to {param.range.high}"
    default = json.dumps(param.default, ensure_ascii=False)
    return ". ".join(part for part in (f"{default}; {kind}", param.help) if part)
