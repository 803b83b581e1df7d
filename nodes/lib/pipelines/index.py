"""What a pipeline's folder says it is made of, held against what is allowed.

A folder names classes, and classes are code. So only those of the installed diffusers and
transformers count; a folder that brings code of its own is refused, whatever it is for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nodegraph.errors import did_you_mean
from nodes.lib import folders
from nodes.lib.disk import read_config
from nodes.lib.folders import ModelError

if TYPE_CHECKING:
    from pathlib import Path

LIBRARIES = ("diffusers", "transformers")
AUTOMATIC = "auto_map"
"""The entry of a configuration that names code in the folder."""


@dataclass(frozen=True)
class Index:
    """What is in a folder.

    Attributes:
        class_name: Of the pipeline.
        components: Library and class of each part, by its name, which is its subfolder's.
    """

    class_name: str
    components: dict[str, tuple[str, str]]


def present(model: str) -> Path | None:
    """Return a pipeline's folder that is on this disk; nothing of one that the hub may have.

    Raises:
        ModelError: There is none of that name, or it is a single file.
    """
    found = folders.present(model)
    if found is not None and found.is_file():
        raise ModelError(
            f"{found} is a single file, which does not say how its pipeline is put together; use "
            "a folder in diffusers' layout, a hub id, or the nodes that load models"
        )
    return found


def read(folder: Path) -> Index:
    """Read ``model_index.json``.

    Raises:
        ModelError: It is missing, or names code that is not diffusers' or transformers' own.
    """
    data = read_config(folder, "", "model_index.json")
    name = data.get("_class_name")
    if not isinstance(name, str):
        raise ModelError(
            f"{folder.name} names no class of diffusers as its pipeline; pipelines that bring "
            "their own code are not run"
        )
    return Index(name, dict(_components(data)))


def _components(data: dict[str, Any]) -> list[tuple[str, tuple[str, str]]]:
    found: list[tuple[str, tuple[str, str]]] = []
    for part, entry in data.items():
        if isinstance(entry, list) and len(entry) == 2 and all(isinstance(e, str) for e in entry):
            found.append((part, (entry[0], entry[1])))
    return found


def check_files(folder: Path, index: Index) -> None:
    """Refuse a folder with code in it, or with configurations that ask for some.

    Raises:
        ModelError: It names the file.
    """
    for part in index.components:
        place = folder / part
        code = sorted(place.glob("*.py")) if place.is_dir() else []
        asks = [path for path in sorted(place.glob("*.json")) if AUTOMATIC in _entries(path)]
        if code or asks:
            raise ModelError(
                f"{(code or asks)[0]} brings code of its own, which is never run; use a model "
                "whose parts diffusers and transformers know"
            )


def _entries(path: Path) -> Any:
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return ()  # whoever reads it for its contents says so
    return data if isinstance(data, dict) else ()


def pipeline_class(name: str) -> Any:
    """Return the class of diffusers that has a name.

    Raises:
        ModelError: The installed diffusers has no such pipeline.
    """
    import diffusers

    cls = getattr(diffusers, name, None) if name.endswith("Pipeline") else None
    known = isinstance(cls, type) and issubclass(cls, diffusers.DiffusionPipeline)
    if not known or cls is diffusers.DiffusionPipeline:
        pipelines = [one for one in dir(diffusers) if one.endswith("Pipeline")]
        raise ModelError(
            f"the installed diffusers {diffusers.__version__} has no pipeline {name!r}"
            f"{did_you_mean(name, pipelines) or '; check the name, or update diffusers'}"
        )
    return cls


def check_components(index: Index) -> None:
    """Refuse parts of any class that is not diffusers' or transformers' own.

    Raises:
        ModelError: It names the part.
    """
    for part, (library, name) in index.components.items():
        if not _is_known(library, name):
            raise ModelError(
                f"its {part} is a {library}.{name}, which is no class of the installed diffusers "
                "or transformers; other code is never run, so check the model or update them"
            )


def _is_known(library: str, name: str) -> bool:
    """Tell whether a class can be loaded; some parts stand under the name of a pipeline's module.

    Classes by the name ``Auto…`` of transformers choose by configurations, which are checked.
    """
    from diffusers import pipelines
    from diffusers.pipelines.pipeline_loading_utils import simple_get_class_obj

    if library not in LIBRARIES and not hasattr(pipelines, library):
        return False
    try:
        cls = simple_get_class_obj(library, name)
    except (AttributeError, ImportError):
        return False
    own = isinstance(cls, type) and cls.__module__.partition(".")[0] in LIBRARIES
    return own and hasattr(cls, "from_pretrained")
