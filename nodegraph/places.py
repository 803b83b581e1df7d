"""Where models are: folders for each kind of file, as ComfyUI lays them out, and where else its
``extra_model_paths.yaml`` says.
"""

from __future__ import annotations

import os
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nodegraph.execution.context import Options

VARIABLE = "NODEGRAPH_MODELS"
"""Lists the user's places."""
EXTRA = "extra_model_paths.yaml"
LARGEST = 2**20
"""Bytes of such a file that are read."""
ENDINGS = (".safetensors", ".sft")
"""Of files of weights that can be read; the second one is what some call the first."""
OLDER = {
    "embeddings": (".pt", ".bin"),
    "hypernetworks": (".pt", ".pth"),
    "upscale_models": (".pth",),
}
"""What files of a kind may end in besides, where PyTorch's restricted reader reads such."""
DEEP = 3
"""Folders into each other that files are looked for."""

KINDS = {
    "checkpoints": ("checkpoints", "diffusers"),
    "diffusion_models": ("diffusion_models", "unet"),
    "text_encoders": ("text_encoders", "clip"),
    "vae": ("vae", "vae_approx"),
    "loras": ("loras",),
    "controlnet": ("controlnet", "t2i_adapter"),
    "ipadapter": ("ipadapter", "ip_adapter"),
    "clip_vision": ("clip_vision",),
    "style_models": ("style_models",),
    "gligen": ("gligen",),
    "hypernetworks": ("hypernetworks",),
    "embeddings": ("embeddings",),
    "upscale_models": ("upscale_models",),
    "tokenizers": ("tokenizers",),
}
"""The folders that files of a kind are in, under a place for models, as ComfyUI names them."""


class PlacesError(NodegraphError):
    """A file that says where models are cannot be read."""


def places(options: Options) -> tuple[Path, ...]:
    """Return where models are looked for by name: the run's places, the user's, the engine's own.

    The user's are those the variable NODEGRAPH_MODELS lists.
    """
    from nodegraph.engine.address import default_folder

    listed = [Path(one).expanduser() for one in os.environ.get(VARIABLE, "").split(os.pathsep)]
    found = (*options.models, *(one for one in listed if one.name))
    return tuple(dict.fromkeys((*found, default_folder() / "models")))


def folders_of(kind: str, roots: Iterable[Path]) -> Iterator[Path]:
    """Yield the folders that files of a kind may be in, the likeliest first.

    Args:
        kind: A key of ``KINDS``.
        roots: Places: each a folder with one for each kind, ComfyUI's own folder, which has them
            in its ``models``, or a file such as its ``extra_model_paths.yaml``.

    Raises:
        PlacesError: Such a file cannot be read.
    """
    for root in roots:
        for place in (root, root / "models"):
            yield from (place / name for name in KINDS[kind])
        yield root
        yield from extra(root).get(kind, ())


def every_folder(roots: Sequence[Path]) -> list[Path]:
    """Return the places themselves, and all folders that files beside them name.

    Raises:
        PlacesError: Such a file cannot be read.
    """
    named = (folder for root in roots for one in extra(root).values() for folder in one)
    return list(dict.fromkeys((*roots, *named)))


def weights(kind: str, roots: Iterable[Path]) -> Iterator[Path]:
    """Yield the files of weights of a kind, each once.

    Raises:
        PlacesError: A file that says where they are cannot be read.
    """
    seen, endings = set[Path](), (*ENDINGS, *OLDER.get(kind, ()))
    for folder in folders_of(kind, roots):
        for depth in range(1, DEEP + 2):
            for path in sorted(folder.glob("/".join(["*"] * depth))):
                if path.suffix.lower() in endings and path not in seen and path.is_file():
                    seen.add(path)
                    yield path


def kind_above(path: Path) -> str:
    """Return the kind of files that the nearest folder above a file is for; nothing for none."""
    names = (part.name for part in path.parents)
    return next((kind for name in names for kind, known in KINDS.items() if name in known), "")


def called(path: Path, kind: str) -> str:
    """Return the name that a file of a kind is found by: what stands below its folder, else all."""
    parts = path.parts
    inside = [number for number, part in enumerate(parts[:-1]) if part in KINDS.get(kind, ())]
    return "/".join(parts[inside[-1] + 1 :]) if inside else str(path)


def extra(root: Path) -> Mapping[str, Sequence[Path]]:
    """Return the folders by kind that the file in a place names; nothing where there is none.

    Raises:
        PlacesError: It cannot be read.
    """
    beside = (root,) if root.suffix in (".yaml", ".yml") else (root / EXTRA, root.parent / EXTRA)
    for path in beside:
        try:
            stat = path.stat()
        except OSError:
            continue
        return _extra(path, stat.st_size, stat.st_mtime_ns)
    return {}


@lru_cache(maxsize=64)
def _extra(path: Path, size: int, _modified: int) -> Mapping[str, Sequence[Path]]:
    if size > LARGEST:
        raise PlacesError(
            f"{path} has {size:,} bytes, too many to say where models are; shorten it"
        )
    yaml: Any = import_module("yaml")
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, OSError, UnicodeDecodeError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise PlacesError(f"{path} cannot be read: {reason}; mend it as YAML") from error
    found: dict[str, list[Path]] = {}
    for section in _objects(said).values():
        body = _objects(section)
        base = path.parent / Path(os.path.expandvars(_text(body.get("base_path")))).expanduser()
        for kind, names in KINDS.items():
            for line in (line for name in names for line in _text(body.get(name)).splitlines()):
                if line.strip():
                    folder = Path(os.path.expandvars(line.strip())).expanduser()
                    found.setdefault(kind, []).append(base / folder)
    return found


def _objects(value: Any) -> dict[Any, Any]:
    return cast("dict[Any, Any]", value) if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
