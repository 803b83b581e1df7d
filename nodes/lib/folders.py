"""Where models are: names and paths lead to folders in diffusers' layout, and to files of weights.

``nodes.lib.disk`` says what is in them. Neither imports torch.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nodegraph import places as known
from nodegraph.errors import NodegraphError
from nodegraph.places import DEEP, ENDINGS, KINDS
from nodegraph.places import VARIABLE as VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


EMBEDDED = "critters"
"""The model that comes along."""

ENCODERS = ("text_encoder", "text_encoder_2", "text_encoder_3")
TOKENIZERS = ("tokenizer", "tokenizer_2", "tokenizer_3")
NETWORKS = ("unet", "transformer", "vae", *ENCODERS)
SUBFOLDERS = (*NETWORKS, *TOKENIZERS, "scheduler")
WEIGHTS = ".safetensors"
PICKLES = (".ckpt", ".pt", ".pth", ".bin")
HUB_ID = re.compile(r"\w[\w.-]*/\w[\w.-]*")


class ModelError(NodegraphError):
    """A model is not there, or is none of those supported."""


@dataclass(frozen=True)
class Part:
    """One network of a model, by what is in its files, and how it shall be loaded.

    Attributes:
        identity: Of the whole model's files.
        name: Its subfolder: ``unet``, ``vae`` …; of a single file, which network of it.
        device: ``cpu``, ``cuda``, ``mps``.
        dtype: ``float32``, ``float16``, ``bfloat16``.
        folder: Where the model is, a folder or a single file; says nothing about what it is.
        speed: ``safe``, ``fast`` or ``fastest``: see ``nodes.lib.speed``.
        storage: ``float8`` where weights are kept in it; empty where they are kept as they compute.
    """

    identity: str
    name: str
    device: str
    dtype: str
    folder: Path = field(compare=False)
    speed: str = "safe"
    storage: str = ""

    def named(self, name: str, dtype: str = "") -> Part:
        """Return another network of the same model."""
        return replace(self, name=name, dtype=dtype or self.dtype)


def find(model: str, report: Callable[[int, int], None]) -> Path:
    """Return a model: the embedded one, a folder, a single file, or one fetched from the hub.

    Args:
        model: Which.
        report: Told the bytes that were fetched and those there are.

    Raises:
        ModelError: There is none of that name.
    """
    folder = local(model)
    if folder is None and _of_hub(model):
        from nodes.lib import hub

        folder = hub.download(model, report)
    return _checked(model, folder)


def _of_hub(model: str) -> bool:
    return bool(HUB_ID.fullmatch(model)) and Path(model).suffix not in (*ENDINGS, *PICKLES)


def _checked(model: str, folder: Path | None) -> Path:
    if Path(model).suffix in PICKLES:
        raise ModelError(
            f"{model!r} may hold code that runs when it is read; use the same weights in "
            "safetensors"
        )
    if folder is None:
        raise ModelError(
            f"there is no model {model!r}; use {EMBEDDED!r}, the path of a folder in diffusers' "
            "layout or of a safetensors file, the name of one in the folders for models, or a "
            "Hugging Face id such as owner/name"
        )
    if folder.is_file():
        return folder
    if not (folder / "model_index.json").is_file():
        raise ModelError(
            f"{folder} holds no model: model_index.json is missing; give a folder in diffusers' "
            "layout, with unet, vae, text_encoder, tokenizer and scheduler in it"
        )
    return folder


def local(model: str) -> Path | None:
    """Return a model that is not the hub's, a folder or a single file, or nothing."""
    if model == EMBEDDED:
        return Path(__file__).parents[1] / EMBEDDED
    likely = (Path(model), *candidates("checkpoints", model)) if model else ()
    return next((one for one in likely if one.is_dir() or _is_weights(one)), None)


def _is_weights(path: Path) -> bool:
    return path.suffix in ENDINGS and path.is_file()


def models_in(place: Path) -> Iterator[Path]:
    """Yield the model folders in a folder, itself among them, as deep as is worth looking."""
    for depth in range(DEEP + 1):
        pattern = "/".join(["*"] * depth + ["model_index.json"])
        yield from (path.parent for path in sorted(place.glob(pattern)))


def files_in(place: Path) -> Iterator[Path]:
    """Yield the files of weights in a folder that belong to no folder in diffusers' layout."""
    for depth in range(DEEP + 1):
        for path in sorted(place.glob("/".join(["*"] * (depth + 1)))):
            if (_is_weights(path) or _is_older(path)) and not _of_model(path):
                yield path


def _is_older(path: Path) -> bool:
    endings = known.OLDER.get(known.kind_above(path), ())
    return path.suffix.lower() in endings and path.is_file()


def _of_model(path: Path) -> bool:
    above = (path.parent / "config.json", *(one / "model_index.json" for one in path.parents[:2]))
    return any(one.is_file() for one in above)


def present(model: str) -> Path | None:
    """Return the folder of a model that is on this disk; nothing of one that the hub may have.

    Never asks the network.

    Raises:
        ModelError: There is none of that name, here or there.
    """
    folder = local(model)
    if folder is None and _of_hub(model):
        from nodes.lib import hub

        return hub.cached(model)
    return _checked(model, folder)


def places() -> tuple[Path, ...]:
    """Return where models are looked for by name; see ``nodegraph.places``."""
    from nodegraph import current

    return known.places(current().options)


def named(kind: str, name: str) -> Path:
    """Return a file or folder of a kind: by its path, or by its name in the places for models.

    Args:
        kind: A key of ``KINDS``.
        name: A path, or a name such as ``style.safetensors``; the ending may be left out, and
            folders inside of the kind's may lead.

    Raises:
        ModelError: There is none of that name.
        ParamError: It leads out of the folders that may be read.
    """
    from nodegraph import current

    options = current().options
    if name and (found := options.resolve(name)).exists():
        return found
    for path in candidates(kind, name):
        if path.exists():
            return options.allow(path)
    raise ModelError(
        f"there is no {name!r} among the {kind.replace('_', ' ')}; give the path of a file, or "
        f"put it into {' or '.join(str(place / KINDS[kind][0]) for place in places())}"
    )


def candidates(kind: str, name: str) -> Iterator[Path]:
    """Yield where a name of a kind may lead, the likeliest first; never out of the places."""
    inside = Path(name)
    if not name or inside.is_absolute() or ".." in inside.parts:
        return
    for folder in known.folders_of(kind, places()):
        yield folder / inside
        yield folder / f"{name}.safetensors"


def permit(model: str) -> None:
    """Refuse a model whose name leads where nothing may be read.

    Raises:
        ParamError: It is neither the embedded one nor the hub's, and lies elsewhere.
    """
    from nodegraph import current

    found = local(model)
    if model != EMBEDDED and (found is not None or not _of_hub(model)):
        current().options.allow(Path(model) if found is None else found)
