"""The pictures of docs/learn, by running what they show: ``python -m scripts.learn [NAME …]``.

Each workflow of workflows/learn runs on the embedded model; what it saves goes to
docs/images/learn, under its name without the number. A name is a part of a workflow's:
``python -m scripts.learn guidance``. ``--into`` says where pictures go.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path

from nodegraph import Executor, Options, load

ROOT = Path(__file__).parent.parent
WORKFLOWS = ROOT / "workflows" / "learn"
PICTURES = ROOT / "docs" / "images" / "learn"


def wanted(names: list[str]) -> list[Path]:
    """Return the workflows that have one of some names in theirs; all of them for none.

    Raises:
        SystemExit: There is none.
    """
    known = sorted(WORKFLOWS.glob("*.json"))
    found = [path for path in known if not names or any(name in path.stem for name in names)]
    if not found:
        sys.exit(f"no page is made by that; there are {', '.join(path.stem for path in known)}")
    return found


def make(executor: Executor, path: Path, into: Path) -> list[Path]:
    """Run one workflow, and put what it saves into a folder in the place of what was there."""
    with tempfile.TemporaryDirectory(dir=into, prefix=".made-") as out:
        result = executor.run(load(path), options=Options(out=Path(out), base=path.parent))
        sys.stderr.write(f"{path.stem}: {result.seconds:.0f} s\n")
        return [file.replace(into / plain(file)) for file in result.files]


def plain(file: Path) -> str:
    """Return the name of a saved file without its number."""
    return re.sub(r"_\d+$", "", file.stem) + file.suffix


def main() -> None:
    """Make the pictures asked for."""
    parser = argparse.ArgumentParser(description="Make the pictures of docs/learn.")
    parser.add_argument("names", nargs="*", help="parts of the workflows' names; all by default")
    parser.add_argument("--into", type=Path, default=PICTURES, help="the folder of the pictures")
    asked = parser.parse_args()
    asked.into.mkdir(parents=True, exist_ok=True)
    executor = Executor()
    for path in wanted(asked.names):
        for file in make(executor, path, asked.into):
            sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    main()
