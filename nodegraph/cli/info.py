"""``nodegraph info``: what is installed here, for people and for bug reports."""

from __future__ import annotations

import json
import platform
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nodegraph.cli import caches
from nodegraph.engine.host import DefaultHost, load_host
from nodegraph.record import versions
from nodegraph.registry import GROUP, broken_packs, load_packs

if TYPE_CHECKING:
    from nodegraph.cli.output import Output


def show_info(output: Output, *, as_json: bool) -> None:
    """Write versions, devices, caches and packs."""
    found = collect()
    if as_json:
        output.line(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for section, entries in found.items():
        output.line(section)
        width = max((len(name) for name in entries), default=0)
        for name, entry in entries.items():
            output.line(f"  {name:{width}}  {_text(entry)}")
        if not entries:
            output.line("  none")


def collect() -> dict[str, dict[str, Any]]:
    """Return everything as JSON data."""
    load_packs()
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    return {
        "versions": {"system": system} | versions(),
        "devices": _devices(),
        "caches": {
            "values": _size(caches.folder()),
            "models": _size(_hub()),
        },
        "packs": {entry.name: _pack(entry) for entry in entry_points(group=GROUP)},
        "broken packs": dict(broken_packs),
    }


def _devices() -> dict[str, Any]:
    """Ask the pack that computes; one that is broken is said elsewhere."""
    try:
        return load_host().devices()
    except ImportError:
        return DefaultHost().devices()


def _hub() -> Path:
    """Return where models from the Hugging Face hub are kept."""
    from huggingface_hub.constants import HF_HUB_CACHE

    return Path(HF_HUB_CACHE)


def _size(folder: Path) -> dict[str, Any]:
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    size = sum(path.stat().st_size for path in files)
    return {"folder": str(folder), "files": len(files), "bytes": size}


def _pack(entry: Any) -> dict[str, Any]:
    if entry.name in broken_packs:
        return {"module": entry.value, "broken": broken_packs[entry.name]}
    module = entry.value.partition(":")[0]
    modules = (kind.function.__module__ for kind in load_packs().values())
    count = sum(name == module or name.startswith(f"{module}.") for name in modules)
    about = {"module": module, "node types": count}
    return about | ({"version": entry.dist.version} if entry.dist else {})


def _text(entry: Any) -> str:
    if not isinstance(entry, dict):
        return str(entry)
    fields: dict[str, Any] = {**entry}
    if "bytes" in fields:
        fields["bytes"] = _bytes(fields["bytes"])
    first, *rest = (
        str(value) if name in ("folder", "name", "module", "bytes") else f"{name} {value}"
        for name, value in fields.items()
    )
    return f"{first} ({', '.join(rest)})" if rest else first


def _bytes(number: float) -> str:
    for unit in ("bytes", "KiB", "MiB"):
        if number < 1024:
            return f"{number:.0f} {unit}"
        number /= 1024
    return f"{number:.1f} GiB"
