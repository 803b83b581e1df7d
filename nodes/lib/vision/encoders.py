"""Image encoders: CLIP's and SigLIP's, from folders and files, and what they say of pictures.

Source: Radford et al. 2021, arXiv:2103.00020; Zhai et al. 2023, arXiv:2303.15343.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from nodes.handles import ImageEncoder
from nodes.lib import device, disk, folders, header
from nodes.lib.folders import ENDINGS, ModelError, Part
from nodes.lib.models import network, settled
from nodes.lib.vision import layouts
from nodes.types import ImageEmbedding

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from nodes.types import Image

NAME = "image_encoder"
CLASSES = ("CLIPVisionModelWithProjection", "SiglipVisionModel", "SiglipModel")
CLIP_COLORS = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
SIGLIP_COLORS = (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)
"""Mean and deviation of the pictures that a network was trained on, by channel."""


def find(name: str) -> Path:
    """Return where an image encoder is: among their files, or inside of a model.

    Raises:
        ModelError: There is none of that name.
    """
    try:
        return folders.named("clip_vision", name)
    except ModelError:
        found = folders.local(name)
        if found is None:
            raise
        folders.permit(name)
        inside = found / NAME
        return inside if inside.is_dir() else found


def open_encoder(path: Path, device_name: str, dtype_name: str) -> ImageEncoder:
    """Return an image encoder; its weights are read when it is first used.

    Raises:
        ModelError: There is none of a kind that is supported.
    """
    if path.is_dir():
        kind = disk.network_class(path, "")
        if kind not in CLASSES:
            raise ModelError(
                f"{path} holds no image encoder but {kind or 'nothing that says what it is'}; "
                f"supported are {' and '.join(CLASSES)}"
            )
    elif path.suffix not in ENDINGS or layouts.prefix(header.entries(path)) is None:
        raise ModelError(
            f"{path.name} holds no image encoder in safetensors; use CLIP's or SigLIP's"
        )
    return ImageEncoder(device.part(path, NAME, device_name, dtype_name))


def load(part: Part) -> Any:
    """Read an image encoder from a folder or a file.

    Raises:
        ModelError: It is of a width that none of those has that are known.
    """
    kind = device.DTYPES[part.dtype]
    if part.folder.is_dir():
        cls = _class("Siglip" in disk.network_class(part.folder, ""))
        place = disk.place(part)
        made = cls.from_pretrained(place, use_safetensors=True, local_files_only=True, dtype=kind)
        return settled(made, part)
    from safetensors.torch import load_file

    tensors = layouts.settled(load_file(part.folder), part.folder.name)
    config = layouts.config(tensors, part.folder.name)
    cls = _class(layouts.is_siglip(tensors))
    made = cls(cls.config_class(**config))
    own = made.state_dict().keys()
    named = {f"vision_model.{name}": one for name, one in tensors.items()} | tensors
    lost = sorted(own - named.keys())
    if lost and not layouts.is_siglip(tensors):
        raise ModelError(
            f"{part.folder.name} lacks {len(lost)} tensors, {lost[0]} among them; fetch it again"
        )
    made.load_state_dict({name: one for name, one in named.items() if name in own}, strict=False)
    return settled(made.to(kind), part)


def _class(siglip: bool) -> Any:
    if siglip:
        from transformers.models.siglip.modeling_siglip import SiglipVisionModel

        return SiglipVisionModel
    from transformers.models.clip.modeling_clip import CLIPVisionModelWithProjection

    return CLIPVisionModelWithProjection


@torch.inference_mode()
def read(encoder: ImageEncoder, image: Image, *, crop: bool = True) -> ImageEmbedding:
    """Return what an encoder says of pictures, see ``ImageEmbedding``.

    Args:
        encoder: Which.
        image: One or a batch.
        crop: The middle of each is read; else each is squeezed into a square.
    """
    made, part = network(encoder.part), encoder.part
    clip = hasattr(made, "visual_projection")
    colors = CLIP_COLORS if clip else SIGLIP_COLORS
    pixels = shown(image.pixels, made.config.image_size, colors, crop=crop)
    said = made(pixels.to(part.device, device.DTYPES[part.dtype]), output_hidden_states=True)
    return ImageEmbedding(
        said.last_hidden_state.float().cpu(),
        said.hidden_states[-2].float().cpu(),
        said.image_embeds.float().cpu() if clip else None,
    )


def shown(pixels: Tensor, side: int, colors: tuple[Any, Any], *, crop: bool) -> Tensor:
    """Return pictures, (B, H, W, 3), as an encoder reads them: (B, 3, side, side).

    Resampled bicubically with antialiasing, in steps of 1 / 255 as pictures in files are, and
    centred on what the network knows.
    """
    x = pixels.movedim(-1, 1)
    size = [side, side]
    if crop:
        scale = side / min(x.shape[2:])
        size = [round(scale * length) for length in x.shape[2:]]
    if list(x.shape[2:]) != size:
        x = torch.nn.functional.interpolate(x, size, mode="bicubic", antialias=True)
    top, left = ((length - side) // 2 for length in x.shape[2:])
    x = (x[..., top : top + side, left : left + side] * 255).clamp(0, 255).round() / 255
    return centred(x, colors)


def centred(x: Tensor, colors: tuple[Any, Any]) -> Tensor:
    """Return (B, 3, h, w), less the mean and over the deviation of what a network knows."""
    mean, deviation = (x.new_tensor(one)[:, None, None] for one in colors)
    return (x - mean) / deviation
