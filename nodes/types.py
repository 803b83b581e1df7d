"""What flows along links: the domain's socket types.

Frozen values around tensors. Each checks its shape when it is made, so that a node which gives the
wrong one is found there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from nodegraph import socket

if TYPE_CHECKING:
    from torch import Tensor

    from nodes.handles import Model, Vae
    from nodes.lib.folders import Part
    from nodes.lib.hooks import Hook

CODEC = "nodes.lib.codec"


def _check(tensor: Tensor, name: str, axes: str, last: int | None = None) -> None:
    """Refuse a tensor of another number of axes or another kind.

    Raises:
        TypeError: It says what was given and what is wanted.
    """
    shape, kind = tuple(tensor.shape), str(tensor.dtype).removeprefix("torch.")
    fits = len(shape) == len(axes.split()) and last in (None, shape[-1])
    if not fits or kind != "float32":
        wanted = f"({', '.join(axes.split())}) float32"
        raise TypeError(f"{name} must be {wanted}; this is {shape} {kind}")


@dataclass(frozen=True, eq=False)
class Control:
    """A picture that leads the network on its way, through a network of its own.

    Attributes:
        part: That network: a ControlNet, a T2I adapter or an IP-Adapter.
        hint: The picture, (B, H, W, 3) float32 in 0 to 1; for an IP-Adapter what its encoder says
            of pictures, and last of none, (n + 1, …).
        strength: How much it counts.
        start: From which share of the way, 0 is pure noise.
        end: To which share of the way.
        kind: What the picture shows, for networks of several kinds: ``canny``, ``depth`` …
        vae: Makes a latent of the picture, for networks that read one.
        mask: (1 or B, H, W): what is painted anew, for networks that read one.
    """

    part: Part
    hint: Tensor
    strength: float = 1.0
    start: float = 0.0
    end: float = 1.0
    kind: str = ""
    vae: Vae | None = None
    mask: Tensor | None = None


@dataclass(frozen=True, eq=False)
class Picture:
    """What a network is told of pictures, in place of the text as a whole: unCLIP.

    Attributes:
        embedding: What an image encoder says of each, (n, D).
        strength: How much they count.
        noise: Which share of the noise there is they are told with.
        seed: What it is drawn from.
    """

    embedding: Tensor
    strength: float = 1.0
    noise: float = 0.0
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Condition:
    """One text as a network reads it.

    Attributes:
        embedding: (1, T, D).
        pooled: (1, D), for networks that want it.
        options: When and how strongly it counts, and what else the network is told; JSON data:
            ``strength``; ``area``, the x, y, width and height it is about and their unit,
            ``pixels`` or ``share`` of the picture; ``start`` and ``end``, shares of the way from
            noise to picture; ``guidance``, for networks distilled with it; ``size``, the height,
            width, top, left, target height and width that SDXL is told; ``aesthetic``, the score
            that its refiner is told; ``biases``, for rows of pictures among the text's: the first,
            how many, and how many times as likely they are attended to.
        mask: Where it counts, (1 or B, H, W) in 0 to 1; everywhere if there is none.
        controls: What else leads the network, in order.
        beside: (1 or B, C, h, w) in the network's units, laid beside x for networks with more
            channels: of inpainting, mask and masked picture.
        tokens: The pieces of the text, one a row of the embedding, as its tokenizer writes them.
        weights: How much each token counts; empty where all count 1.
        pictures: What the network is told of in place of the text as a whole, in order.
        hooks: What it changes about the network while that is evaluated for it.
    """

    embedding: Tensor
    pooled: Tensor | None = None
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    mask: Tensor | None = None
    controls: tuple[Control, ...] = ()
    beside: Tensor | None = None
    tokens: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()
    pictures: tuple[Picture, ...] = ()
    hooks: tuple[Hook, ...] = ()


@socket(color="#e8945a", codec=CODEC)
@dataclass(frozen=True, eq=False)
class Conditioning:
    """What the picture shall show: the mean of its entries is what counts."""

    entries: tuple[Condition, ...]

    def each(self, change: Callable[[Condition], Condition]) -> Conditioning:
        """Return it with every entry changed."""
        return Conditioning(tuple(map(change, self.entries)))


@socket(color="#a9b86a", codec=CODEC)
@dataclass(frozen=True, eq=False)
class ImageEmbedding:
    """What an image encoder says of pictures.

    Attributes:
        hidden: (B, T, D), its last layer's.
        penultimate: (B, T, D), the one's before.
        projected: (B, P), of each picture as a whole; nothing from encoders that have no such.
    """

    hidden: Tensor
    penultimate: Tensor
    projected: Tensor | None = None


@socket(color="#d070b0", codec=CODEC)
@dataclass(frozen=True, eq=False)
class Latent:
    """Compressed pictures, as the VAE emits them.

    Attributes:
        samples: (B, C, h, w) float32, unscaled.
        mask: (1 or B, H, W) float32: where sampling may change it, and how much of it.
        gradual: A mask says for which share of the way a place may change, not how much of it.
        batch_index: Which draw of noise each picture gets; empty is 0, 1, … in order.
    """

    samples: Tensor
    mask: Tensor | None = None
    gradual: bool = False
    batch_index: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        _check(self.samples, "a latent", "B C h w")


@socket(color="#6fa8dc", codec=CODEC)
@dataclass(frozen=True, eq=False)
class Image:
    """Pictures: pixels are (B, H, W, 3) float32 in 0 to 1."""

    pixels: Tensor

    def __post_init__(self) -> None:
        _check(self.pixels, "an image", "B H W 3", last=3)


@socket(color="#8fbf8f", codec=CODEC)
@dataclass(frozen=True, eq=False)
class Mask:
    """Areas: values are (B, H, W) float32 in 0 to 1."""

    values: Tensor

    def __post_init__(self) -> None:
        _check(self.values, "a mask", "B H W")


@socket(color="#7aa2c4", shape="square", codec=CODEC)
@dataclass(frozen=True, eq=False)
class Audio:
    """Sounds: waveform is (B, channels, samples) float32 in -1 to 1, rate in hertz."""

    waveform: Tensor
    rate: int

    def __post_init__(self) -> None:
        _check(self.waveform, "audio", "B channels samples")


@socket(color="#5f8dd3", shape="square", codec=CODEC)
@dataclass(frozen=True, eq=False)
class Video:
    """A film.

    Attributes:
        frames: In their order, one film: pixels are (F, H, W, 3).
        fps: Frames a second.
        audio: Its sound, of one batch; as long as the frames, or shorter.
    """

    frames: Image
    fps: float
    audio: Audio | None = None


@socket(color="#a8a8c8", shape="triangle", codec=CODEC)
@dataclass(frozen=True, eq=False)
class Noise:
    """Standard normal noise.

    Attributes:
        samples: (B, C, h, w) float32, on the CPU.
        seed: What it was drawn from; samplers that draw on the way start from it too.
    """

    samples: Tensor
    seed: int

    def __post_init__(self) -> None:
        _check(self.samples, "noise", "B C h w")


@socket(color="#7fc8a9", shape="triangle")
@dataclass(frozen=True)
class Sampler:
    """A way to walk down a schedule.

    Attributes:
        name: What k-diffusion calls it.
        options: What it is told beside, by k-diffusion's names; what is not there is as usual.
    """

    name: str
    options: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)


@socket(color="#9cc28a", shape="triangle")
@dataclass(frozen=True)
class Schedule:
    """The noise levels to visit.

    Attributes:
        sigmas: Descending, or ascending where a picture is to become noise; steps + 1 of them, the
            last 0 unless noise is left; none when there is nothing to do.
        scheduler: The recipe's name.
    """

    sigmas: tuple[float, ...]
    scheduler: str


@socket(color="#b5a642", shape="diamond")
@dataclass(frozen=True, eq=False)
class Attention:
    """Which words each place of a picture read.

    Attributes:
        maps: By layer, (B, T, h, w): the share of each token, the mean over heads.
        tokens: The T pieces of the text, as its tokenizer writes them.
    """

    maps: Mapping[str, Tensor]
    tokens: tuple[str, ...]


@socket(color="#a67c52", shape="diamond")
@dataclass(frozen=True, eq=False)
class Features:
    """What a UNet makes on its way.

    Attributes:
        levels: By name, in the order they were made, (B, C, h, w): ``in``, ``down 0`` …,
            ``middle``, ``up 0`` …; and what the skip connections bring, ``skip 0`` the finest.
    """

    levels: Mapping[str, Tensor]


@socket(color="#c78bd9", shape="diamond")
@dataclass(frozen=True, eq=False)
class Prediction:
    """What the network makes of x.

    Attributes:
        x: What it was shown, on its device.
        sigma: The noise level of x.
        denoised: Its estimate of the picture in x.
        scale: The network's units per unit of a latent.
    """

    x: Latent
    sigma: float
    denoised: Latent
    scale: float

    @property
    def eps(self) -> Tensor:
        """The noise it sees in x, (B, C, h, w): of about unit variance."""
        return (self.x.samples - self.denoised.samples) * (self.scale / self.sigma)


@socket(color="#c0c0a0", shape="diamond")
@dataclass(frozen=True, eq=False)
class Solver:
    """The sampler's hand, good for one step.

    Attributes:
        advance: Takes the estimate of x0; x where it is another one than the turn began with; and
            the estimate with the negative prompt, which CFG++ samplers want. Gives the next x.
        average: Takes a tensor and a share; gives it plus that share of what this gave in the turn
            before. Good for once a turn.
        cfg_pp: Whether the sampler is one that wants the negative estimate.
    """

    advance: Callable[[Latent, Latent | None, Prediction | None], Latent]
    average: Callable[[Tensor, float], Tensor]
    cfg_pp: bool = False


class Estimate(NamedTuple):
    """A guided estimate of the picture in x.

    Attributes:
        denoised: It.
        positive: What the network makes of x with the prompt.
        negative: What it makes of x without; nothing where that was not asked for.
    """

    denoised: Latent
    positive: Prediction
    negative: Prediction | None


@socket(color="#d98a8a", shape="diamond")
@dataclass(frozen=True, eq=False)
class Guider:
    """What says which picture is in x: a network, its texts, and how their estimates combine.

    Attributes:
        model: The network.
        positive: What the picture shall show.
        estimate: Takes x, its sigma and the turn's solver; gives the guided estimate, and what it
            is made of.
    """

    model: Model
    positive: Conditioning
    estimate: Callable[[Latent, float, Solver], Estimate]
