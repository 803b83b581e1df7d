"""Models from the Hugging Face hub."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nodes.lib.disk import read_config
from nodes.lib.folders import ENCODERS, HUB_ID, NETWORKS, SUBFOLDERS, ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PREFIX = "models--"
WEIGHTS = {
    name: f"{name}/{'model' if name in ENCODERS else 'diffusion_pytorch_model'}"
    for name in NETWORKS
}
FILES = [
    "model_index.json",
    *(f"{folder}/*.json" for folder in SUBFOLDERS),
    "tokenizer*/*.txt",
    "tokenizer*/*.model",
    *(
        f"{stem}{end}"
        for stem in WEIGHTS.values()
        for end in (".safetensors", "-*-of-*.safetensors")
    ),
]
"""What is fetched: no pickles, no half precision twins, no single-file checkpoints."""


def cached(repo_id: str, file: str = "model_index.json") -> Path | None:
    """Return where a repository is on this disk, without asking the network; or nothing.

    Args:
        repo_id: ``owner/name``.
        file: One that must be there.
    """
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(repo_id, file)
    return Path(found).parent if isinstance(found, str) else None


def all_cached() -> list[tuple[str, Path]]:
    """Return the repositories on this disk that hold models: their ids and where they are."""
    from huggingface_hub.constants import HF_HUB_CACHE

    names = [
        path.name.removeprefix(PREFIX).replace("--", "/")
        for path in sorted(Path(HF_HUB_CACHE).glob(f"{PREFIX}*--*"))
    ]
    found = [(name, cached(name)) for name in names if HUB_ID.fullmatch(name)]
    return [(name, folder) for name, folder in found if folder is not None]


def download(repo_id: str, report: Callable[[int, int], None]) -> Path:
    """Return where a repository is on this disk; fetch it, or what is missing of it, first.

    Args:
        repo_id: ``owner/name``.
        report: Told the bytes that are here and those there will be.

    Raises:
        ModelError: The hub cannot be reached, or has no such model.
    """
    here = cached(repo_id)
    return here if here is not None and _whole(here) else snapshot(repo_id, FILES, report)


def snapshot(repo_id: str, files: Sequence[str], report: Callable[[int, int], None]) -> Path:
    """Fetch what is missing here of a repository's files; return where they are.

    Args:
        repo_id: ``owner/name``.
        files: Patterns of their names, as a shell's.
        report: Told the bytes that are here and those there will be.

    Raises:
        ModelError: The hub cannot be reached, or has no such model.
    """
    from huggingface_hub import snapshot_download

    try:
        folder = snapshot_download(repo_id, allow_patterns=list(files), tqdm_class=_bar(report))
    except (OSError, ValueError) as error:  # what the hub raises descends from these
        raise ModelError(_advice(repo_id, error)) from error
    return Path(folder)


def _whole(folder: Path) -> bool:
    index = read_config(folder, "", "model_index.json")
    stems = [stem for name, stem in WEIGHTS.items() if (index.get(name) or [None])[0]]
    return all(any(folder.glob(f"{stem}*.safetensors")) for stem in stems)


def _advice(repo_id: str, error: Exception) -> str:
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    if isinstance(error, GatedRepoError):
        return (
            f"the hub gives {repo_id!r} only to those who accepted its terms; do so on "
            f"https://huggingface.co/{repo_id}, then run `hf auth login`"
        )
    if isinstance(error, RepositoryNotFoundError):
        return f"the hub has no model {repo_id!r} and there is no such folder; check the name"
    from huggingface_hub.constants import HF_HUB_CACHE

    place = Path(HF_HUB_CACHE) / f"{PREFIX}{repo_id.replace('/', '--')}"
    return (
        f"model {repo_id!r} is not on this machine and the hub cannot be reached; connect once, "
        f"copy the hub's cache of it to {place}, or give the path of its folder"
    )


def _bar(report: Callable[[int, int], None]) -> type:
    """Make a progress bar class that draws nothing and reports bytes."""
    from tqdm.auto import tqdm

    class Bar(tqdm):  # type: ignore[type-arg]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, disable=True, total=kwargs.get("total"))
            self._bytes = kwargs.get("unit") == "B"

        def update(self, n: float | None = 1) -> bool | None:
            self.n += n or 0
            if self._bytes:
                report(int(self.n), int(self.total or 0))
            return None

    return Bar
