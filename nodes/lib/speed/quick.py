"""Quick twins of networks: the same weights, called in a faster way while nothing is changed.

What lays changes over a network, or looks into it, needs it as it is written: hooks would not be
seen by compiled code, nor would fused products meet an adapter of one of them. So a network is
never made faster itself. Its twin is; it shares the weights and nothing else, and stands in for it
as long as nobody asks for the network plainly.
"""

from __future__ import annotations

import copy
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import torch
from torch.nn import attention

from nodes.lib.device import DTYPES
from nodes.lib.memory import placement
from nodes.lib.memory.sizes import FLOAT8
from nodes.lib.speed import compiling, narrow
from nodes.lib.speed.recipes import recipe
from nodes.lib.speed.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodes.lib.folders import Part
    from nodes.lib.speed.recipes import Recipe

KERNELS = [
    attention.SDPBackend.CUDNN_ATTENTION,
    attention.SDPBackend.FLASH_ATTENTION,
    attention.SDPBackend.EFFICIENT_ATTENTION,
    attention.SDPBackend.MATH,
]

WHOLE = ("SD3Transformer2DModel",)
"""Networks whose products stay apart: fused, diffusers 0.42 cannot call those without a text."""

SUPERSEDED = {
    "to_qkv": ("to_q", "to_k", "to_v"),
    "to_added_qkv": ("add_q_proj", "add_k_proj", "add_v_proj"),
}
"""The layers that a fused one stands for: a twin does not call them, so it need not have them."""

_plain: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
"""How many want a network as it is written, by network."""


def lay_out(network: Any, part: Part) -> None:
    """Store a network's weights as its part says; before it goes where it computes."""
    if part.storage == "float8" and hasattr(network, "enable_layerwise_casting"):
        network.enable_layerwise_casting(storage_dtype=FLOAT8, compute_dtype=DTYPES[part.dtype])
    if recipe(part).channels_last:
        # a network's own `to` of diffusers knows devices and precisions alone
        torch.nn.Module.to(network, memory_format=torch.channels_last)


def quicken(network: Any, part: Part) -> Any:
    """Let a network be called as its part's speed says; returns it."""
    found = recipe(part)
    if found.fused or found.kernels or found.compiled or found.texts:
        module = network.decoder if hasattr(network, "decoder") else network
        module._compiled_call_impl = Call(network, module, part)
    return network


@contextmanager
def plainly(network: Any) -> Iterator[None]:
    """Let a network be called as it is written, for changes and for who looks into it."""
    _plain[network] = _plain.get(network, 0) + 1
    try:
        yield
    finally:
        _plain[network] -= 1


def is_plain(network: Any) -> bool:
    """Tell whether somebody has changed a network for now, or looks into it."""
    return bool(_plain.get(network, 0))


class Call:
    """Stands in for a module's call, which torch keeps a place for."""

    def __init__(self, network: Any, module: Any, part: Part) -> None:
        self.network, self.module = network, module
        self.recipe = recipe(part)
        movable = placement.is_offloaded(network) or part.storage
        self.twin = None if movable else twin(module, fused=self.recipe.fused)
        self.texts = Texts(self.twin) if self.twin is not None and self.recipe.texts else None
        if self.twin is not None and self.recipe.narrow and narrow.able(part.device):
            narrow.narrow(self.twin)
        wanted = self.twin is not None and self.recipe.compiled
        self.compiled = compiling.Compiled(self.twin, part) if wanted else None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the twin if it may stand in, else the module."""
        with ways(self.recipe):
            if placement.is_offloaded(self.network):
                self.twin = self.compiled = self.texts = None
            if self.twin is None or is_plain(self.network):
                return self.module._call_impl(*args, **kwargs)
            if self.texts is not None:
                kwargs = self.texts.told(kwargs)
            if self.compiled is None:
                return self.twin._call_impl(*args, **kwargs)
            return self.compiled(args, kwargs)


def twin(module: Any, *, fused: bool) -> Any:
    """Return another module with the same weights, not copies of them."""
    tensors = (*module.parameters(), *module.buffers())
    made = copy.deepcopy(module, {id(one): one for one in tensors})
    fusible = hasattr(made, "fuse_qkv_projections") and type(made).__name__ not in WHOLE
    if fused and fusible:
        with torch.inference_mode(False), torch.no_grad():
            made.fuse_qkv_projections()
        made.requires_grad_(False)
        for one in made.modules():
            for fused_name, names in SUPERSEDED.items():
                for name in names if hasattr(one, fused_name) else ():
                    delattr(one, name)
    return made


@contextmanager
def ways(found: Recipe) -> Iterator[None]:
    """Compute as a recipe says inside this."""
    with ExitStack() as stack:
        if found.kernels:
            stack.enter_context(attention.sdpa_kernel(KERNELS, set_priority=True))
        if found.loose:
            stack.enter_context(_loosely())
        yield


@contextmanager
def _loosely() -> Iterator[None]:
    """Let products of float16 add up in float16.

    A switch of the process, like that of the kernels, so only the thread that runs nodes may use
    it. Tensor floats would be another, but compiled code is only valid for one state of it.
    """
    matmul = torch.backends.cuda.matmul
    before, matmul.allow_fp16_accumulation = matmul.allow_fp16_accumulation, True
    try:
        yield
    finally:
        matmul.allow_fp16_accumulation = before
