"""What a picture remembers of the run that made it, beside its workflow."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nodegraph import media
from nodegraph.errors import WorkflowError
from nodegraph.execution.fingerprints import fingerprints
from nodegraph.record import read_record, versions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nodegraph.execution.context import Options
    from nodegraph.execution.plan import Plan


class Memory:
    """A picture's run record; empty for any other file, and one that another program wrote."""

    def __init__(self, path: Path) -> None:
        self._record: dict[str, Any] = {}
        if path.is_file():
            with path.open("rb") as file:
                start = file.read(media.HEAD)
                if media.kind(start):
                    with suppress(WorkflowError):
                        self._record = read_record(start + file.read())

    def __getitem__(self, name: str) -> dict[str, str]:
        """Return a part of the record, as far as it is what it should be."""
        found = self._record.get(name)
        entries: dict[str, Any] = {**found} if isinstance(found, dict) else {}
        return {name: value for name, value in entries.items() if isinstance(value, str)}

    def differences(self, ready: Plan, options: Options) -> Iterator[str]:
        """Say what is no longer as it was, so that the picture may come out differently."""
        if not self._record:
            return
        now, before = versions(), self["versions"]
        for name in sorted(now.keys() & before.keys()):
            if now[name] != before[name]:
                yield f"it was made with {name} {before[name]}, here is {now[name]}"
        before = self["fingerprints"]
        found, _ = fingerprints(ready, options)
        for step in ready.fingerprinted:
            if before.get(step.path, "").encode() not in (b"", found[step.index]):
                yield f"{step.path} reads other files than those it was made with"
