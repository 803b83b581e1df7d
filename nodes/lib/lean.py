"""Importing diffusers' networks without transformers, SciPy and PEFT.

The UNet's module imports all of them, half of a cold start, and uses none; diffusers copes where
they are not installed, so that is what it is told meanwhile. Where the texts of a run come from
the cache, transformers is never needed.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from functools import cache, wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

UNUSED = ("transformers", "scipy", "peft")
INCOMPLETE = (
    "diffusers.loaders",
    "diffusers.quantizers.pipe_quant_config",
    "diffusers.schedulers",
)
"""What lacks names without them; forgotten, so that whoever wants it imports it whole."""

LOSSES = "transformers.loss"


def networks() -> dict[str, Any]:
    """Return the classes that most models use."""
    return _imported()[0]


def converters() -> Any:
    """Return diffusers' functions that rename the tensors of single files."""
    return _imported()[1]


@cache
def _imported() -> tuple[dict[str, Any], Any]:
    """Import all of it at once: it can be done only once."""
    _leave_scales()
    with _alone():
        from diffusers.loaders import single_file_utils
        from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
        from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
        from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
    classes = (UNet2DConditionModel, AutoencoderKL, AutoencoderTiny)
    return {cls.__name__: cls for cls in classes}, single_file_utils


def network(name: str) -> Any:
    """Return the class of a network; those of the larger families are imported when asked for.

    Raises:
        KeyError: It is of no family that is supported.
    """
    if name in CONTROLS:
        return _controls()[name]
    return networks().get(name) or _transformers()[name]


CONTROLS = (
    "ControlNetModel",
    "ControlNetUnionModel",
    "SD3ControlNetModel",
    "FluxControlNetModel",
    "T2IAdapter",
)
"""Networks that lead others."""


@cache
def _controls() -> dict[str, Any]:
    from diffusers.models.adapter import T2IAdapter
    from diffusers.models.controlnets.controlnet import ControlNetModel
    from diffusers.models.controlnets.controlnet_flux import FluxControlNetModel
    from diffusers.models.controlnets.controlnet_sd3 import SD3ControlNetModel
    from diffusers.models.controlnets.controlnet_union import ControlNetUnionModel

    classes = (
        ControlNetModel,
        ControlNetUnionModel,
        SD3ControlNetModel,
        FluxControlNetModel,
        T2IAdapter,
    )
    return {cls.__name__: cls for cls in classes}


@cache
def _transformers() -> dict[str, Any]:
    from diffusers.models.transformers.transformer_flux import FluxTransformer2DModel
    from diffusers.models.transformers.transformer_sd3 import SD3Transformer2DModel

    return {cls.__name__: cls for cls in (FluxTransformer2DModel, SD3Transformer2DModel)}


def _leave_scales() -> None:
    """Let diffusers import PEFT where a scale is asked for, and not to do nothing at scale 1.

    Its networks scale their LoRA layers before each evaluation, and look for PEFT before they look
    at the scale. LoRAs of models are laid over networks elsewhere, with strengths of their own.
    """
    from diffusers.utils import peft_utils

    functions: dict[str, Any] = vars(peft_utils)
    for name in ("scale_lora_layers", "unscale_lora_layers"):
        functions[name] = _unless_one(functions[name])


def _unless_one(scale: Callable[..., None]) -> Callable[..., None]:
    @wraps(scale)
    def scaled(model: Any, weight: float | None = None) -> None:
        if weight != 1.0:
            scale(model, weight)

    return scaled


@contextmanager
def without_losses() -> Iterator[None]:
    """Hide SciPy from what is imported of transformers inside this.

    Every network of theirs imports the losses that detectors of objects are trained with, and
    those half of SciPy: 36 MiB and a quarter of a second for what no text encoder uses.
    """
    from transformers import utils

    functions: dict[str, Any] = vars(utils)
    before = functions["is_scipy_available"]
    if "scipy" not in sys.modules and LOSSES not in sys.modules:
        functions["is_scipy_available"] = lambda: False
    try:
        yield
    finally:
        if functions["is_scipy_available"] is not before:
            functions["is_scipy_available"] = before
            for name in [name for name in sys.modules if name.startswith(LOSSES)]:
                del sys.modules[name]


@contextmanager
def _alone() -> Iterator[None]:
    """Hide what is not used from the imports inside this."""
    from diffusers.utils import import_utils

    flags: dict[str, Any] = vars(import_utils)
    hidden = [name for name in UNUSED if name not in sys.modules and _flag(name) in flags]
    if "diffusers.models" in sys.modules or not hidden:
        yield
        return
    before = {_flag(name): flags[_flag(name)] for name in hidden}
    flags.update(dict.fromkeys(before, False))
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        flags.update(before)
        for name in [*hidden, *(name for name in sys.modules if name.startswith(INCOMPLETE))]:
            del sys.modules[name]


def _flag(name: str) -> str:
    return f"_{name}_available"
