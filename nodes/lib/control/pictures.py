"""Pictures as prompts: IP-Adapters and the encoders that read pictures for them.

Source: Ye et al. 2023, arXiv:2308.06721, section 3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from nodes.handles import IpAdapter
from nodes.lib import device, header
from nodes.lib.control import applying
from nodes.lib.control.seeing import ControlError
from nodes.lib.folders import WEIGHTS, ModelError, Part
from nodes.lib.models import network
from nodes.lib.vision import encoders
from nodes.types import Control

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from nodes.types import Conditioning, Image

ADAPTER = "ip_adapter"
HALVES = ("image_proj", "ip_adapter")


def open_adapter(adapter: Path, encoder: Path, device_name: str, dtype_name: str) -> IpAdapter:
    """Return an adapter with what reads pictures for it; weights are read when first used.

    Raises:
        ModelError: They are none, or of a kind that is not supported.
    """
    if adapter.suffix != WEIGHTS:
        raise ModelError(
            f"{adapter} is no IP-Adapter in safetensors; convert it, or fetch that one"
        )
    names = header.entries(adapter)
    if any(one.split(".")[0] not in HALVES for one in names) or not names:
        raise ModelError(f"{adapter.name} is no IP-Adapter; its tensors are called otherwise")
    faces = "perceiver_resampler", "to_k_lora"
    if any(face in name for name in names for face in faces) or not _known(names):
        raise ModelError(
            f"{adapter.name} is an IP-Adapter for faces (FaceID), which reads what another network "
            "says of a face; use a plain, plus or full one"
        )
    parts = [
        device.part(path, name, device_name, dtype_name)
        for path, name in ((adapter, ADAPTER), (encoder, encoders.NAME))
    ]
    return IpAdapter(*parts)


def _known(names: Any) -> bool:
    kinds = ("proj.weight", "proj.3.weight", "latents")
    return any(f"image_proj.{kind}" in names for kind in kinds)


def load(part: Part) -> dict[str, dict[str, Tensor]]:
    """Read an adapter's two halves: what projects pictures, and the attention to them."""
    from safetensors.torch import load_file

    tensors = load_file(part.folder)
    halves: dict[str, dict[str, Tensor]] = {half: {} for half in HALVES}
    for name, tensor in tensors.items():
        half, _, rest = name.partition(".")
        halves[half][rest] = tensor.to(part.device, device.DTYPES[part.dtype])
    return halves


@torch.inference_mode()
def read(adapter: IpAdapter, image: Image) -> Tensor:
    """Return what an adapter's encoder says of pictures, and last of none: (n + 1, D).

    Those that read more than the whole of a picture are given each piece: (n + 1, T, D).
    """
    encoder, halves = network(adapter.encoder), network(adapter.part)
    pixels = pictured(image.pixels, encoder.config.image_size)
    pixels = pixels.to(adapter.encoder.device, device.DTYPES[adapter.encoder.dtype])
    if "proj.weight" in halves["image_proj"]:
        found = encoder(pixels).image_embeds
        return torch.cat([found, torch.zeros_like(found[:1])]).float().cpu()
    shown = torch.cat([pixels, torch.zeros_like(pixels[:1])])
    return encoder(shown, output_hidden_states=True).hidden_states[-2].float().cpu()


def pictured(pixels: Tensor, side: int) -> Tensor:
    """Return pictures, (B, H, W, 3), as CLIP reads them: (B, 3, side, side), the middle of each.

    The shorter side is resampled bicubically with antialiasing, as CLIP's own reader does.
    """
    x = pixels.movedim(-1, 1)
    scale = side / min(x.shape[2:])
    size = [max(int(length * scale), side) for length in x.shape[2:]]
    x = torch.nn.functional.interpolate(x, size, mode="bicubic", antialias=True).clamp(0, 1)
    top, left = ((length - side) // 2 for length in x.shape[2:])
    x = x[..., top : top + side, left : left + side]
    return encoders.centred(x, encoders.CLIP_COLORS)


def prompted(
    conditioning: Conditioning,
    adapter: IpAdapter,
    image: Image,
    strength: float,
    span: tuple[float, float],
) -> Conditioning:
    """Let pictures say what shall be shown, beside the texts; at a strength of 0 nothing changes.

    Raises:
        ControlError: They would never count.
    """
    start, end = span
    if strength == 0:
        return conditioning
    if start >= end:
        raise ControlError(f"a picture from {start} to {end} never counts; let it end later")
    control = Control(adapter.part, read(adapter, image), strength, start, end)
    return applying.led(conditioning, control)
