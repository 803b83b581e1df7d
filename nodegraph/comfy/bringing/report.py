"""What became of each node: the mark, and why it is no better one."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Mark = Literal["exact", "approximate", "unsupported"]


@dataclass(frozen=True, slots=True)
class Row:
    """One node of theirs.

    Attributes:
        id: As its file has it; ``use:node`` inside a subgraph.
        class_type: Theirs.
        ours: The nodes it became.
        why: What is not the same, a sentence each.
    """

    id: str
    class_type: str
    title: str
    mark: Mark
    why: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """A file that a node names and that is not here, or cannot be read.

    Attributes:
        node: Of ours.
        why: What is wrong with it, and what to do about it.
        source: Where the file says it comes from; empty where it does not.
        folder: The folder for its kind, as ComfyUI calls it.
    """

    node: str
    name: str
    why: str
    source: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Located:
    """A file that is not here by its name, and one that is taken for it.

    Attributes:
        name: As the file of theirs says it.
        path: Where it is here.
        by: ``hash``, what is in it is the same; ``name``, it stands in another folder.
    """

    name: str
    path: str
    by: Literal["hash", "name"]

    def sentence(self) -> str:
        """Say it."""
        same = "has the same hash" if self.by == "hash" else "has the same name"
        return f"{self.name} is not here; {self.path} {same}, so it is taken"


@dataclass
class Report:
    """What became of a whole file.

    Attributes:
        kind: What was read: ``workflow``, ``prompt`` or ``parameters``.
        notes: What is wrong with the file itself, a sentence each.
        models: Where it says that models come from.
    """

    kind: str = "workflow"
    rows: list[Row] = field(default_factory=list[Row])
    notes: list[str] = field(default_factory=list[str])
    models: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    missing: list[Missing] = field(default_factory=list[Missing])
    located: list[Located] = field(default_factory=list[Located])

    def count(self, mark: Mark) -> int:
        """Return how many nodes have a mark."""
        return sum(row.mark == mark for row in self.rows)

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON data."""
        return asdict(self)

    def sentence(self) -> str:
        """Return all of it in one sentence."""
        total = len(self.rows)
        parts = [
            f"{count} {words}"
            for words, count in (
                ("nearly", self.count("approximate")),
                ("not at all", self.count("unsupported")),
            )
            if count
        ]
        nodes = f"{total} node{'s' * (total != 1)}"
        if not parts:
            return f"of {nodes} all are carried over exactly"
        return f"of {nodes} {' and '.join(parts)} can be carried over; the rest exactly"
