"""What of a file goes where in a network: as LoRA beside its layers, or into their weights."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch

from nodes.lib.adapters import converting, kinds, names, placing
from nodes.lib.adapters.files import AdapterError, Layer, settings, times

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nodes.lib.adapters.files import File, Tensors
    from nodes.lib.adapters.kinds import Difference
    from nodes.lib.adapters.names import Place

PAIR = {"down", "up", "alpha"}
PLAIN = PAIR | {"up_bias", "shape"}
"""Roles that make a LoRA, which needs no whole weights to be computed."""

WIDENED = ("FluxTransformer2DModel", "x_embedder")
"""A layer that reads more than it did with control LoRAs: the picture that leads."""

HALVES = {
    "down": ("up",),
    "up": ("down",),
    "hada_w1_a": ("hada_w1_b", "hada_w2_a", "hada_w2_b"),
    "hada_w1_b": ("hada_w1_a",),
    "lokr_w1_a": ("lokr_w1_b",),
    "lokr_w2_a": ("lokr_w2_b",),
}
"""What must be there where something is."""


@dataclass(frozen=True)
class Fitted:
    """What of a file is for one network.

    Attributes:
        plain: LoRAs by layers.
        others: What else is added, by the names of weights and biases.
    """

    plain: dict[str, Layer] = field(default_factory=dict[str, Layer])
    others: dict[str, list[Difference]] = field(default_factory=dict[str, "list[Difference]"])

    def add(self, name: str, made: Difference) -> None:
        """Add a difference to a weight or a bias."""
        self.others.setdefault(name, []).append(made)


def fitted(file: File, network: Any, component: str) -> Fitted:
    """Return what of a file is for one network.

    Args:
        file: What it holds.
        network: Which.
        component: What files call it; the model's own has what is said to be of none, too.

    Raises:
        AdapterError: The network has no such layers, or the file lacks a part of one.
    """
    own = {**file.layers.get(component, {})}
    if not component.startswith("text"):
        own |= file.layers.get("", {})
    if not own and not file.strange:
        if component.startswith("text"):
            return Fitted()
        raise wrong(file, file.layers, component)
    places = names.table(network)
    lost = [stem for stem in own if names.flat(stem) not in places]
    if lost or file.strange:
        return _converted(file, network, component, lost)
    found, modules = Fitted(), names.own(network)
    told = settings(file.told, component)
    for stem, roles in own.items():
        _check(file, stem, roles)
        total = sum(one.rows or 0 for one in places[names.flat(stem)])
        for place in places[names.flat(stem)]:
            _fit(found, network, modules, _Piece(file.path.name, stem, roles, place, total, told))
    return found


def _converted(file: File, network: Any, component: str, lost: list[str]) -> Fitted:
    """Let diffusers rename layers whose names are not known here; plain LoRAs alone."""
    roles = {role for own in file.layers.values() for one in own.values() for role in one}
    if file.strange and roles - PAIR:
        raise AdapterError(
            f"the LoRA {file.path.name} has {file.strange[0]}, and {len(file.strange)} such in "
            "all, which belong to no kind of LoRA that is known; use a plain one"
        )
    if roles - PAIR:
        raise AdapterError(
            f"{len(lost)} of the layers of the LoRA {file.path.name} fit none of this "
            f"{type(network).__name__}, {lost[0]} among them; it is for another family of models"
        )
    per_block = getattr(network.config, "layers_per_block", 2)
    first = per_block if isinstance(per_block, int) else per_block[0]
    found = converting.converted(file.path, file.tensors, file.told, file.family, first)
    if component not in found and not component.startswith("text"):
        raise wrong(file, found, component)
    return Fitted(plain=found.get(component, {}))


def wrong(file: File, has: Any, component: str) -> AdapterError:
    """Return what to say of a file that is for other networks than this one."""
    others = " and ".join(one for one in has if one) or "text encoders alone"
    return AdapterError(
        f"the LoRA {file.path.name} is for {others}, and this model has a {component}; use it "
        "with a model of its own family, or set its strength for this one to 0"
    )


@dataclass(frozen=True)
class _Piece:
    """A layer of a file, and one of the places it has in the network."""

    title: str
    stem: str
    roles: Tensors
    place: Place
    total: int
    told: Mapping[str, Any]


def _check(file: File, stem: str, roles: Tensors) -> None:
    for role, others in HALVES.items():
        if role in roles and any(one not in roles for one in others):
            raise AdapterError(f"the LoRA {file.path.name} lacks half of {stem}; fetch it again")
    if set(roles) <= {"alpha", "magnitude", "dora_scale", "up_bias", "shape", "mid", "rescale"}:
        raise AdapterError(
            f"the LoRA {file.path.name} has {' and '.join(sorted(roles))} of {stem} and nothing "
            "that they belong to; fetch it again"
        )
    if roles.get("oft_blocks", torch.empty(1, 1, 1)).ndim != 3:
        raise AdapterError(
            f"{file.path.name} is of the kind BOFT, which is not supported; use a plain LoRA"
        )


def _fit(found: Fitted, network: Any, modules: Mapping[str, Any], piece: _Piece) -> None:
    name, module = piece.place.name, modules[piece.place.name]
    widened = (type(network).__name__, name) == WIDENED and "down" in piece.roles
    if widened and piece.roles["down"].shape[1] > module.weight.shape[1]:
        columns = piece.roles["down"].shape[1]
        for made in _weights(piece):
            found.add(f"{name}.weight", placing.Widened(made, columns))
    elif set(piece.roles) <= PLAIN and isinstance(_base(module), torch.nn.Linear | torch.nn.Conv2d):
        found.plain[name] = _plain(piece)
    else:
        for made in _weights(piece):
            found.add(f"{name}.weight", _cut(made, piece))
    for made in _biases(piece):
        found.add(f"{name}.bias", _cut(made, piece))


def _base(module: Any) -> Any:
    return module.get_base_layer() if hasattr(module, "get_base_layer") else module


def _plain(piece: _Piece) -> Layer:
    roles, place = piece.roles, piece.place
    up, scale = roles["up"], _scale(piece, len(roles["down"]))
    if place.rows is not None:
        up = up[place.first : place.first + place.rows]
    if place.swapped:
        up = up.roll(len(up) // 2, 0)
    return Layer(roles["down"], up if scale == 1 else (up.float() * scale).to(up.dtype))


def _scale(piece: _Piece, rank: int) -> float:
    """Return alpha / rank; without an alpha, a file is scaled already."""
    if "alpha" in piece.roles:
        alpha = float(piece.roles["alpha"])
        return alpha / rank if alpha else 1.0
    return times(piece.stem, rank, piece.told)


def _weights(piece: _Piece) -> Iterator[Difference]:
    """Return what is added to a layer's weights."""
    roles = piece.roles
    if "instead" in roles:
        yield kinds.Instead(roles["instead"])
    magnitude = roles.get("dora_scale")
    if "magnitude" in roles:  # PEFT's are of rows, and have the axes of what it computes with
        magnitude = roles["magnitude"].flatten()
    for made in _added(piece):
        yield made if magnitude is None else kinds.Renormed(made, magnitude)


def _added(piece: _Piece) -> Iterator[Difference]:
    roles = piece.roles
    if "down" in roles:
        scale = _scale(piece, len(roles["down"]))
        yield kinds.LowRank(roles["down"], roles["up"], roles.get("mid"), scale)
    if "hada_w1_a" in roles:
        four = [roles[f"hada_{one}"] for one in ("w1_a", "w1_b", "w2_a", "w2_b")]
        cores = roles.get("hada_t1"), roles.get("hada_t2")
        yield kinds.Hadamard(*four, *cores, _scale(piece, len(roles["hada_w1_b"])))
    if any(role.startswith("lokr") for role in roles):
        yield _kronecker(piece)
    if "diff" in roles:
        yield kinds.Whole(roles["diff"])
    if "oft_blocks" in roles:
        bound = float(roles.get("alpha", 0.0))
        yield kinds.Rotation(roles["oft_blocks"], bound, roles.get("rescale"))


def _kronecker(piece: _Piece) -> Difference:
    found = {role.removeprefix("lokr_"): one for role, one in piece.roles.items()}
    low = found.get("w2_b", found.get("w1_b"))
    rank = len(low) if low is not None else int(piece.told.get("r", 0))
    scaled = low is not None or (rank and "alpha" not in found)
    return kinds.Kronecker(
        found["w1_a"] if "w1_a" in found else found["w1"],
        found["w2_a"] if "w2_a" in found else found["w2"],
        found.get("w1_b"),
        found.get("w2_b"),
        found.get("t2"),
        _scale(piece, rank) if scaled else 1.0,  # whole factors have a scale in PEFT alone
    )


def _biases(piece: _Piece) -> Iterator[Difference]:
    if "up_bias" in piece.roles:
        yield kinds.Whole(piece.roles["up_bias"], _scale(piece, len(piece.roles["down"])))
    if "diff_b" in piece.roles:
        yield kinds.Whole(piece.roles["diff_b"])


def _cut(made: Difference, piece: _Piece) -> Difference:
    """Return the rows of a difference that are the place's, in its order."""
    place = piece.place
    if place.rows is not None and placing.whole(made):
        raise AdapterError(
            f"the LoRA {piece.title} changes {piece.stem} as a whole, which is several layers "
            "here; use one trained for diffusers' layers, or a plain one"
        )
    if place.rows is not None:
        return placing.rows(made, place.first, place.rows, piece.total)
    return placing.Swapped(made) if place.swapped else made
