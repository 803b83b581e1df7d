"""What a picture remembers of the run that made it, beside its workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nodegraph.workflow import PICTURE_MAGIC

if TYPE_CHECKING:
    from pathlib import Path


def remembered(path: Path) -> dict[str, str]:
    """Return the device and dtype a picture was made with; nothing for any other file.

    Raises:
        WorkflowError: The picture carries no workflow.
    """
    if not path.is_file():
        return {}
    data = path.read_bytes()
    if not data.startswith(PICTURE_MAGIC):
        return {}
    from nodegraph.record import read_record

    options: Any = read_record(data).get("options")
    if not isinstance(options, dict):
        return {}
    found: dict[str, Any] = {**options}
    return {name: value for name, value in found.items() if isinstance(value, str)}
