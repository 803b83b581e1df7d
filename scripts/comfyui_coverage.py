"""How much of what people make with ComfyUI is known here: ``python -m scripts.comfyui_coverage``.

For each folder of workflows, in the editor's form or in the API's, the share whose classes are all
carried over, by family, and the classes that are missing most. A Markdown file is read as a count
of classes in many workflows: its table has a class, and in how many workflows of Stable Diffusion
1, 2, XL, 3 and Flux.1 it runs; of those that need a class which is not here, there are at most as
many as these say together.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nodegraph.comfy.classes import table
from nodegraph.comfy.files.opening import find
from nodegraph.comfy.ui.flatten import flatten

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FAMILIES = (
    ("Flux.1", "flux"),
    ("Stable Diffusion 3", "sd3"),
    ("Stable Diffusion XL", "xl"),
    ("Stable Diffusion 2", r"sd21|wd-|v2-|768|512-inpainting"),
)
"""Families by what the names of their files have in them; the first that fits."""
ROW = re.compile(r"^\| \d+ \| (\w[\w |]*?) \| ([\w-]+) \| (\d+) \|", re.MULTILINE)
WHOLE = re.compile(r"### core5 \((\d+) workflows")


def lacking(classes: Iterable[str]) -> list[str]:
    """Return the classes that are not carried over."""
    known = table()
    return sorted({one for one in classes if one not in known or known[one].unsupported})


def family(prompt: dict[str, Any]) -> str:
    """Return the family of a workflow, by the files that it loads."""
    loads = ("ckpt_name", "unet_name")
    names = [str(node["inputs"].get(one, "")) for node in prompt.values() for one in loads]
    text = " ".join(names).lower()
    return next((name for name, words in FAMILIES if re.search(words, text)), "Stable Diffusion 1")


def measure(paths: Sequence[Path]) -> str:
    """Return the table of some workflows."""
    known, every, missing = Counter[str](), Counter[str](), Counter[str]()
    for path in paths:
        found = find(path.read_bytes())
        if found is None:
            continue
        prompt = flatten(found.workflow)
        lacks, kind = lacking(node["class_type"] for node in prompt.values()), family(prompt)
        every[kind] += 1
        known[kind] += not lacks
        missing.update(lacks)
    rows = [f"| {kind} | {every[kind]} | {known[kind]} |" for kind in sorted(every)]
    rows.append(f"| all | {every.total()} | {known.total()} |")
    lines = ["| family | workflows | known whole |", "|---|---|---|", *rows, ""]
    return "\n".join([*lines, f"Missing: {_counted(missing)}"])


def _counted(missing: Counter[str]) -> str:
    return ", ".join(f"{name} ({count})" for name, count in missing.most_common()) or "nothing"


def estimate(text: str) -> str:
    """Return what a count of classes says."""
    total = int(found[1]) if (found := WHOLE.search(text)) else 0
    counts = {name: (kind, int(count)) for name, kind, count in ROW.findall(text)}
    core = {name: count for name, (kind, count) in counts.items() if kind != "fork-only"}
    lacks = Counter({name: core[name] for name in lacking(core)})
    uses, whole = sum(core.values()), len(core) - len(lacks)
    known = uses - lacks.total()
    least = max(total - lacks.total(), 0)
    return (
        f"{total} workflows: {known / uses:.1%} of the uses of classes are carried over, {whole} "
        f"of {len(core)} classes; {least} workflows at least ({least / max(total, 1):.1%}) lack "
        f"none. Missing: {_counted(lacks)}"
    )


def main() -> None:
    """Print the figures of folders and of counts."""
    parser = argparse.ArgumentParser(description="Tell how much of ComfyUI's workflows is known.")
    parser.add_argument("places", nargs="+", type=Path)
    for place in parser.parse_args().places:
        paths = sorted(place.glob("*.json")) if place.is_dir() else []
        said = measure(paths) if paths else estimate(place.read_text(encoding="utf-8"))
        sys.stdout.write(f"{place.name}\n\n{said}\n\n")


if __name__ == "__main__":
    main()
