"""Tensors of a GPU that is made of the processor.

Such a tensor says that it is on ``cuda:0`` and holds one of the processor's, which nothing else can
reach. Calls compute the processor's own numbers. What a GPU would refuse, tensors of two devices in
one call, is refused; what would make the processor wait for a GPU is written down with the line
that asked for it.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import torch
from torch.nn.attention import SDPBackend
from torch.utils import _pytree as trees
from torch.utils._python_dispatch import TorchDispatchMode

aten = torch.ops.aten
DATA = torch._C.TensorBase.data
ROOT = Path(__file__).parents[2]
OWN = (Path(__file__), Path(__file__).with_name("gpu.py"))
LIBRARIES = Path(torch.__file__).parents[1]
CPU = torch.device("cpu")

MOVES = (aten._to_copy.default, aten.copy_.default)
INDEXES = (aten.index.Tensor, aten.index_put.default, aten.index_put_.default)
READS = (aten._local_scalar_dense.default, aten.nonzero.default, aten.equal.default)
"""Calls whose answers the processor goes on with."""

waits: list[str] = []
"""Where the processor would have waited: file, line and call."""


class ApartError(RuntimeError):
    """A call was given tensors of both devices."""


class Far(torch.Tensor):
    """A tensor on the GPU."""

    @staticmethod
    def __new__(cls, near):
        return torch.Tensor._make_wrapper_subclass(
            cls,
            near.size(),
            strides=near.stride(),
            storage_offset=near.storage_offset(),
            dtype=near.dtype,
            device="cuda:0",
        )

    def __init__(self, near):
        self.near = near

    __torch_function__ = torch._C._disabled_torch_function_impl

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        return call(func, args, kwargs or {})

    def __repr__(self):
        return f"Far({self.near!r})"

    def __deepcopy__(self, memo):
        if id(self) not in memo:
            made = Far(self.near.detach().clone())
            is_parameter = isinstance(self, torch.nn.Parameter)
            memo[id(self)] = torch.nn.Parameter(made, self.requires_grad) if is_parameter else made
        return memo[id(self)]

    def tolist(self):
        wait("tolist")
        return self.near.tolist()

    def numpy(self, **_):
        raise TypeError("can't convert cuda:0 device type tensor to numpy")

    def untyped_storage(self):
        return self.near.untyped_storage()


def get_data(tensor):
    """Return what ``tensor.data`` is."""
    return tensor.detach() if isinstance(tensor, Far) else DATA.__get__(tensor)


def set_data(tensor, new):
    """Do what ``tensor.data = new`` does: the same object is on another device then."""
    DATA.__set__(tensor, new)
    if isinstance(new, Far):
        tensor._is_param = isinstance(tensor, torch.nn.Parameter)
        tensor.__class__ = Far
        tensor.near = new.near
    elif isinstance(tensor, Far):
        tensor.__class__ = torch.nn.Parameter if tensor._is_param else torch.Tensor


class Here(TorchDispatchMode):
    """While it is on, ``cuda`` is a device one can make tensors on."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        return call(func, args, kwargs or {})


def call(func, args, kwargs):
    """Compute as the processor does, and keep the answer where a GPU's would be.

    Raises:
        ApartError: The arguments are of both devices.
    """
    if func is aten._fused_sdp_choice.default:
        masked = len(args) > 3 and args[3] is not None
        return (SDPBackend.MATH if masked else SDPBackend.FLASH_ATTENTION).value
    if func is aten._scaled_dot_product_flash_attention.default:
        return flash(*args, **kwargs)
    if composite(func):
        with Here():
            return func.decompose(*args, **kwargs)
    leaves = trees.tree_leaves((args, kwargs))
    far = [one for one in leaves if isinstance(one, Far)]
    near = [one for one in leaves if isinstance(one, torch.Tensor) and not isinstance(one, Far)]
    check(func, args, far, near)
    to = next((one for one in leaves if isinstance(one, torch.device)), None)
    goes_far = bool(far) if to is None else to.type == "cuda"
    if func is aten.copy_.default:
        goes_far = isinstance(args[0], Far)
    if func in MOVES and bool(near) == goes_far and not kwargs.get("non_blocking", len(args) > 2):
        wait(func)
    unlocked = {name: one for name, one in kwargs.items() if name != "pin_memory"}
    inside = trees.tree_map(unwrapped, (args, unlocked))
    found = func(*inside[0], **inside[1])
    if func is aten._to_copy.default and found is inside[0][0]:
        found = found.clone()
    given = {id(unwrapped(one)): one for one in leaves if isinstance(one, torch.Tensor)}

    def wrapped(one):
        if not isinstance(one, torch.Tensor):
            return one
        if id(one) in given:
            return given[id(one)]
        return Far(one) if goes_far else one

    return trees.tree_map(wrapped, found)


def flash(
    query, key, value, dropout_p=0.0, is_causal=False, return_debug_mask=False, *, scale=None
):
    """Return what the GPU's kernel does, of which only the first is used without gradients."""
    near = aten._scaled_dot_product_flash_attention_for_cpu
    found = near(query.near, key.near, value.near, dropout_p, is_causal, scale=scale)
    output, logsumexp = map(Far, found)
    nothing = Far(torch.empty(0))
    lengths = (query.size(2), key.size(2))
    return output, logsumexp, nothing, nothing, *lengths, nothing, nothing, nothing


def check(func, args, far, near):
    """Refuse what a GPU refuses, and write down what it would wait for."""
    if far and func in READS:
        wait(func)
    if func in MOVES or not far:
        return
    if func in INDEXES and isinstance(args[0], Far):
        if near:
            wait(func)  # the places are brought there first
    elif any(one.dim() for one in near) or (near and func in INDEXES):
        shown = " and ".join(str(tuple(one.shape)) for one in near)
        raise ApartError(
            f"{func} at {where()}: {shown} on the cpu, {tuple(far[0].shape)} on cuda:0"
        )


@cache
def composite(func):
    """Tell whether a call is made of others on every device."""
    has = torch._C._dispatch_has_kernel_for_dispatch_key
    return has(func.name(), "CompositeImplicitAutograd")


def unwrapped(one):
    """Return what the processor computes with."""
    if isinstance(one, torch.device):
        return CPU
    return one.near if isinstance(one, Far) else one


def wait(func):
    """Write down who waits."""
    waits.append(f"{where()} {func}")


def where():
    """Return the line of ours that is being run, of nodes before that of a test."""
    frame = sys._getframe(1)
    while frame is not None and not ours(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None:
        return "elsewhere"
    return f"{Path(frame.f_code.co_filename).relative_to(ROOT)}:{frame.f_lineno}"


@cache
def ours(name):
    """Tell whether a file is of this project and not of the stand-in."""
    path = Path(name)
    return path.is_relative_to(ROOT) and not path.is_relative_to(LIBRARIES) and path not in OWN
