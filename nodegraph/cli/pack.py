"""``nodegraph pack``: a node pack of one's own, begun from the template."""

from __future__ import annotations

import keyword
import re
from pathlib import Path
from typing import TYPE_CHECKING

from nodegraph import storage
from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from nodegraph.cli.output import Output

TEMPLATE = Path(__file__).parents[2] / "templates" / "pack"
MODULE, NAME = "example_nodes", "example-nodes"
"""What the template is called, as a module and as a distribution."""

FILES = ("pyproject.toml", f"{MODULE}.py", f"test_{MODULE}.py", "README.md")


class PackError(NodegraphError):
    """No pack can be begun there."""


def new_pack(folder: Path, output: Output) -> None:
    """Write a pack that is called as its folder.

    Raises:
        PackError: The folder is there already, or its name can be no module's.
        StorageError: It cannot be written.
    """
    module = re.sub(r"[-. ]", "_", folder.resolve().name).lower()
    if not module.isidentifier() or keyword.iskeyword(module) or not module.isascii():
        raise PackError(
            f"{folder.name!r} can be no package's name; use letters, digits and -, such as my-nodes"
        )
    if folder.exists():
        raise PackError(f"{folder} is there already; give a new folder's name")
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise storage.explain("make", folder, error) from error
    for name in FILES:
        text = (TEMPLATE / name).read_text(encoding="utf-8")
        text = text.replace(MODULE, module).replace(NAME, module.replace("_", "-"))
        path = folder / name.replace(MODULE, module)
        storage.write_atomic(path, text.encode())
        output.line(str(path))
    output.note(f"install it with: pip install -e {folder}")
