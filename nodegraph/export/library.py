"""Imports and functions of a script: those of a pack's files that its lines name, and no others.

The files are ordinary Python, checked and tested as such. They are read as text, so that writing
a script imports nothing of what it will import.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

STDLIB, THIRD = 0, 1


@dataclass(frozen=True)
class Definition:
    """Something at the top of a file: a function, a constant.

    Attributes:
        text: As it is written.
        names: Those it uses, its own among them.
    """

    text: str
    names: frozenset[str]


@dataclass
class Library:
    """What scripts may be made of.

    Attributes:
        imports: The line of each name that is imported.
        definitions: By name, in the order of their files.
    """

    imports: dict[str, ast.Import | ast.ImportFrom] = field(
        default_factory=dict[str, "ast.Import | ast.ImportFrom"]
    )
    definitions: dict[str, Definition] = field(default_factory=dict[str, Definition])

    @classmethod
    def read(cls, files: Iterable[Path]) -> Library:
        """Read files of Python."""
        library = cls()
        for path in files:
            source = path.read_text(encoding="utf-8")
            for statement in ast.parse(source).body:
                library._take(statement, source)
        return library

    def _take(self, statement: ast.stmt, source: str) -> None:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            for alias in statement.names:
                self.imports[alias.asname or alias.name.partition(".")[0]] = statement
        elif isinstance(statement, ast.FunctionDef):
            first = min(node.lineno for node in (statement, *statement.decorator_list))
            lines = source.splitlines()[first - 1 : statement.end_lineno]
            self.definitions[statement.name] = Definition("\n".join(lines), used(statement))
        elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            text = ast.get_source_segment(source, statement) or ""
            self.definitions[statement.targets[0].id] = Definition(text, used(statement))

    @property
    def names(self) -> set[str]:
        """Every name a script may take from here, and so must not use for something else."""
        return {*self.imports, *self.definitions}

    def behind(self, code: str) -> str:
        """Return the imports and definitions that code needs, however indirectly."""
        wanted = self._reach(used(ast.parse(code)))
        texts = [found.text for name, found in self.definitions.items() if name in wanted]
        functions = [text for text in texts if text.startswith(("def", "@"))]
        constants = [text for text in texts if text not in functions]
        blocks = [*self._imports(wanted), *(["\n".join(constants)] if constants else [])]
        return "\n\n".join(blocks) + "".join(f"\n\n\n{text}" for text in functions)

    def _reach(self, names: Iterable[str]) -> set[str]:
        found: set[str] = set()
        pending = [name for name in names if name in self.names]
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                more = self.definitions[name].names if name in self.definitions else ()
                pending += [one for one in more if one in self.names]
        return found

    def _imports(self, wanted: set[str]) -> Iterator[str]:
        """Yield the import lines, the standard library's first, each with what is wanted of it."""
        import sys

        groups: dict[int, dict[str, None]] = {STDLIB: {}, THIRD: {}}
        for name, statement in self.imports.items():
            if name not in wanted or name in self.definitions:
                continue
            module = statement.module if isinstance(statement, ast.ImportFrom) else name
            top = (module or "").partition(".")[0]
            groups[STDLIB if top in sys.stdlib_module_names else THIRD][
                self._line(statement, wanted)
            ] = None
        for lines in groups.values():
            if lines:
                yield "\n".join(sorted(lines, key=_order))

    def _line(self, statement: ast.Import | ast.ImportFrom, wanted: set[str]) -> str:
        kept = [a for a in statement.names if (a.asname or a.name.partition(".")[0]) in wanted]
        if isinstance(statement, ast.ImportFrom):
            return ast.unparse(ast.ImportFrom(statement.module, kept, 0))
        return ast.unparse(ast.Import(kept))


def used(tree: ast.AST) -> frozenset[str]:
    """Return every name in a piece of code."""
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def _order(line: str) -> tuple[bool, str]:
    """Plain imports first, then by module, whatever its case."""
    return line.startswith("from"), line.lower()
