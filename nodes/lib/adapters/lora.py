"""LoRA as a change to models and to what reads their texts."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from nodes.lib import changes, disk, models
from nodes.lib.adapters import files, fitting, laying, reweighing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from nodes.handles import Clip, Model
    from nodes.lib.folders import Part

COMPONENTS = {"clip_l": "text_encoder", "clip_g": "text_encoder_2", "t5": "text_encoder_3"}
"""What files call the text encoders; T5 is the second one of Flux."""


@dataclass(frozen=True)
class Lora:
    """One file, and how much of it.

    Attributes:
        identity: What is in it.
        strength: Times as much as it was trained to; below 0 is the opposite.
        path: Where it is; says nothing about what it is.
    """

    identity: str
    strength: float
    path: Path = field(compare=False)


@dataclass(frozen=True)
class Adapters:
    """LoRAs over one network or several: W + the sum of strength * what each adds to W.

    A plain one adds alpha / rank * up @ down; see ``kinds`` for its relatives.

    Attributes:
        loras: In the order they were added, which makes no difference.
        places: The networks they are laid over, each with what files call it.
        family: Of the model, as in ``nodes.lib.families``.

    Source: Hu et al. 2021, arXiv:2106.09685, section 4.1.
    """

    loras: tuple[Lora, ...]
    places: tuple[tuple[Part, str], ...]
    family: str

    @contextmanager
    def over(self, network: Any) -> Iterator[None]:
        """Switch the LoRAs on; they stay until the network is wanted without them.

        Raises:
            AdapterError: One of them is of another kind, or for another family of models.
        """
        if not changes.lingers(network, self):
            strengths = self.on(network)
            if strengths:
                laying.use(network, strengths)
                reweighing.use(network, strengths)
                changes.linger(network, self, lambda: _off(network))
        yield

    def on(self, network: Any) -> Mapping[str, float]:
        """Load what is not on the network yet; return each one's strength by its name there."""
        component = next(
            (name for part, name in self.places if models.network(part) is network), ""
        )
        strengths: dict[str, float] = {}
        for one in self.loras if component else ():
            if _has(network, one.identity) or self._load(network, one, component):
                strengths[one.identity] = strengths.get(one.identity, 0.0) + one.strength
        return strengths

    def _load(self, network: Any, one: Lora, component: str) -> bool:
        texts = component.startswith("text")
        file = files.read(files.weights(one.path), self.family, texts)
        found, title = fitting.fitted(file, network, component), f"the LoRA {one.path.name}"
        reweighing.check(network, found.others, title)
        if found.plain:
            laying.load(network, one.identity, found.plain, title)
        if found.others:
            reweighing.load(network, one.identity, found.others)
        return bool(found.plain or found.others)


def _has(network: Any, name: str) -> bool:
    return laying.has(network, name) or reweighing.has(network, name)


def _off(network: Any) -> None:
    laying.off(network)
    reweighing.off(network)


def open_lora(path: Path) -> Lora:
    """Return a LoRA of full strength; its weights are read when it is first used."""
    return Lora(disk.identity(path), 1.0, path)


def on_model(model: Model, lora: Lora) -> Model:
    """Return a model with one more LoRA; untouched where its strength is 0."""
    place = (model.part, model.part.name)
    return replace(model, changes=_added(model.changes, lora, (place,), model.family))


def on_clip(clip: Clip, lora: Lora, family: str) -> Clip:
    """Return what reads texts with one more LoRA; untouched where its strength is 0."""
    names = COMPONENTS | ({"t5": "text_encoder_2"} if family == "flux" else {})
    places = [(one.encoder, names.get(one.name, "")) for one in clip.encoders]
    known = tuple((part, name) for part, name in places if name)
    return replace(clip, changes=_added(clip.changes, lora, known, family))


def _added(
    before: tuple[Any, ...], lora: Lora, places: tuple[tuple[Part, str], ...], family: str
) -> tuple[Any, ...]:
    if lora.strength == 0:
        return before
    old = [one for one in before if isinstance(one, Adapters)]
    more = (*(old[0].loras if old else ()), lora)
    return (*(one for one in before if one not in old), Adapters(more, places, family))
