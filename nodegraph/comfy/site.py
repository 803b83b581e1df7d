"""What a prompt may name on this machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodegraph.spec import NodeSpec

WEIGHTS = (".safetensors", ".ckpt", ".pt", ".pth", ".sft", ".bin")
"""What files of weights end in."""
PICKLES = (".ckpt", ".pt", ".pth", ".bin")
"""Those that are not listed; whether one may be read is known when it is."""


def _no_picture(name: str) -> str | None:
    return None


@dataclass(frozen=True)
class Site:
    """The machine that a prompt is for.

    Attributes:
        catalogue: Our node types.
        models: What ``model.load`` takes.
        pictures: The input pictures, as clients choose among them.
        find_picture: From a client's name, such as ``cat.png [output]``, to what ``image.load``
            takes; nothing where there is no such picture.
        weights: Names of files by their kind: ``vae``, ``loras``, ``controlnet`` … as ComfyUI calls
            its folders. Of a kind that is not here any name will do; whether there is such a file
            is known when the graph is checked.
        lenient: What is named and is not here stays as it is, for people to put it right.
    """

    catalogue: Mapping[str, NodeSpec]
    models: Sequence[str] = ()
    pictures: Sequence[str] = ()
    find_picture: Callable[[str], str | None] = field(default=_no_picture)
    weights: Mapping[str, Sequence[str]] = field(default_factory=dict[str, "Sequence[str]"])
    lenient: bool = False

    @property
    def checkpoints(self) -> list[str]:
        """The models, the one that comes along first."""
        return list(
            dict.fromkeys([self.catalogue["model.load"].params["model"].default, *self.models])
        )

    def find_checkpoint(self, name: str) -> str | None:
        """Return the model a checkpoint's name means, by the whole name or by its last part.

        A file's ending does not count: ``critters.safetensors`` is ``critters``.
        """
        return self._kept(name, _found(name, self.checkpoints))

    def find_weights(self, kind: str, name: str) -> str | None:
        """Return the file of a kind that a name means, by the whole name or by its last part."""
        if kind not in self.weights or PurePosixPath(name).suffix in PICKLES:
            return name.replace("\\", "/")
        return self._kept(name, _found(name, self.weights[kind]))

    def picture(self, name: str) -> str | None:
        """Return what ``image.load`` takes for a client's name."""
        return self._kept(name, self.find_picture(name))

    def _kept(self, name: str, found: str | None) -> str | None:
        return name if found is None and self.lenient else found


def _found(name: str, known: Sequence[str]) -> str | None:
    bare = _bare(name)
    if name in known or bare in known:
        return name if name in known else bare
    same = [one for one in known if _last(_bare(one)) == _last(bare)]
    return same[0] if len(same) == 1 else None


def _bare(name: str) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    return str(path.with_suffix("")) if path.suffix in WEIGHTS else str(path)


def _last(name: str) -> str:
    return PurePosixPath(name).name
