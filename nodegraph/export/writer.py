"""The lines of a script while they are written, node by node."""

from __future__ import annotations

import builtins
import json
import keyword
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nodegraph.errors import Problem
from nodegraph.sockets import ANY, has_variable, item_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from nodegraph.execution.step import Inputs, Step
    from nodegraph.export.exporter import Exporter

INDENT = "    "
TAKEN = {*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "x", "sigma"}
"""Names that no node may give to a variable: Python's, and those of functions' parameters."""


class _RefusedError(Exception):
    """A node cannot be written; the problem is noted."""


@dataclass
class Writer:
    """A script in the making.

    Attributes:
        exporter: Knows the lines of each node type.
        taken: Names that are in use.
        steps: Every node of the graph, by path, with what feeds its inputs.
        lines: The script so far.
        values: What each output is called, by path and name.
        problems: What cannot be written.
        failed: The nodes that are not there, for that or since they need one of those.
        depth: How deep the lines are indented.
    """

    exporter: Exporter
    taken: set[str]
    steps: Mapping[str, Step]
    lines: list[str] = field(default_factory=list[str])
    values: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    problems: list[Problem] = field(default_factory=list[Problem])
    failed: set[str] = field(default_factory=set[str])
    depth: int = 0

    def name(self, wanted: str) -> str:
        """Return a name for a variable that nothing has yet."""
        plain = re.sub(r"\W", "_", wanted)
        free, number = plain, 1
        while free in self.taken or free in TAKEN:
            number += 1
            free = f"{plain}_{number}"
        self.taken.add(free)
        return free

    def write(self, part: Part) -> None:
        """Write a node; what cannot be written is noted."""
        emit = self.exporter.emitters.get(part.step.spec.id)
        try:
            if emit is None:
                part.refuse(f"{part.step.spec.id} cannot be written as Python")
            else:
                emit(part)
        except _RefusedError:
            self.failed |= {one.step.path for one in part.all()}
            self.depth = 0


@dataclass
class Part:
    """One node, as its emitter sees it.

    Attributes:
        step: The node.
        writer: Where it is written.
        body: Of a zone's begin, the nodes inside, in running order.
        end: Of a zone's begin, the other end.
    """

    step: Step
    writer: Writer
    body: tuple[Part, ...] = ()
    end: Part | None = None

    @property
    def type(self) -> str:
        """Its type id."""
        return self.step.spec.id

    @property
    def name(self) -> str:
        """What it is called in the graph."""
        return self.step.path.replace("/", "_")

    def all(self) -> Iterator[Part]:
        """Yield it and, of a zone, all that is in it."""
        yield self
        for inner in (*self.body, *([self.end] if self.end else [])):
            yield from inner.all()

    # What it takes

    def linked(self, name: str) -> bool:
        """Tell whether an input or a parameter has a link."""
        return name in self._links

    def values(self, name: str) -> list[str]:
        """Return what the values of an input are called.

        A link to something that cannot be written is refused, without saying so once more.
        """
        return [self._source(name, *source) for source in self._links.get(name, [])]

    @property
    def _links(self) -> Inputs:
        return self.writer.steps[self.step.path].inputs

    @property
    def zone_end(self) -> Part:
        """The other end of a zone's begin.

        Raises:
            TypeError: It is no zone's begin.
        """
        if self.end is None:
            raise TypeError(f"{self.type} is no zone's begin")
        return self.end

    def _source(self, name: str, path: str, output: str) -> str:
        """Return what a link's value is called; one where a list is wanted becomes a list."""
        if (path, output) not in self.writer.values:
            self._refuse_source(path, output)
        found = self.writer.values[path, output]
        given = self.writer.steps[path].spec.outputs[output].type
        single = item_of(given) is None and given != ANY and not has_variable(given)
        return f"[{found}]" if single and item_of(self.step.spec.targets[name]) else found

    def _refuse_source(self, path: str, output: str) -> None:
        if path in self.writer.failed:
            raise _RefusedError
        self.refuse(f"it takes {path}.{output}, which has no counterpart in a script")

    def value(self, name: str) -> str:
        """Return what an input's value is called, or a parameter's: a variable or a literal."""
        if self.linked(name):
            return self.values(name)[0]
        return written(self.step.node.params[name])

    def beside(self, name: str, more: str) -> str:
        """Return what the node that feeds an input has bound beside its outputs."""
        self.values(name)  # refuses where that node is not written
        path, _ = self._links[name][0]
        return self.writer.values[path, more]

    def literal(self, name: str) -> Any:
        """Return a parameter that must be known while the script is written."""
        if self.linked(name):
            self.refuse(f"its {name} is linked, and a script needs it written down; unlink it")
        return self.step.node.params[name]

    def among(self, name: str, known: Mapping[str, str], what: str) -> str:
        """Return what a choice is called in the script.

        Args:
            name: Of the parameter.
            known: The script's name for each choice that can be written.
            what: The kind of choice, for the message.
        """
        chosen = self.literal(name)
        if chosen not in known:
            self.refuse(
                f"the {what} {chosen} cannot be written as Python; use {', '.join(known)}", name
            )
        return known[chosen]

    # What it writes

    def line(self, text: str) -> None:
        """Write a line."""
        self.writer.lines.append(f"{INDENT * self.writer.depth}{text}")

    def heading(self, gap: int = 1) -> None:
        """Write what the node is.

        Args:
            gap: Empty lines above it, at the script's own level.
        """
        title = self.step.node.title or self.step.spec.title
        self.gap(gap)
        self.line(f"# {' '.join(title.split())}")

    def gap(self, lines: int) -> None:
        """Leave lines empty: one at most inside of a block, none at its beginning."""
        written = self.writer.lines
        begun = bool(written) and written[-1].endswith(":")
        written += [""] * (0 if begun else min(lines, 1) if self.writer.depth else lines)

    @contextmanager
    def block(self, text: str) -> Generator[None]:
        """Write a line, and what follows indented under it."""
        self.line(text)
        self.writer.depth += 1
        yield
        self.writer.depth -= 1

    def let(self, expression: str, output: str = "") -> str:
        """Write ``variable = expression``, name an output so, and return the variable."""
        names = self.step.spec.names
        output = output or names[0]
        alone = len(names) == 1 or output == self.name
        wanted = self.name if alone else f"{self.name}_{output}"
        variable = self.writer.name(wanted)
        self.line(f"{variable} = {expression}")
        self.bind(output, variable)
        return variable

    def bind(self, output: str, expression: str) -> None:
        """Say what an output is called."""
        self.writer.values[self.step.path, output] = expression

    def refuse(self, reason: str, socket: str = "") -> None:
        """Say that it cannot be written, and why; ends the emitter."""
        place, path = self.step.place, self.step.path
        self.writer.problems.append(Problem(place, f"{path}: {reason}", path, socket))
        raise _RefusedError


def written(value: Any) -> str:
    """Return a plain value as Python writes it, text in double quotes."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
