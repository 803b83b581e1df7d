"""``torch.cuda`` as it is where there is a GPU, for tests on machines that have none."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
import torch

from nodes.lib import models
from nodes.lib.memory import held
from tests.far import tensors

BYTES = 64 * 2**30

GUARD = """
#include <c10/core/impl/DeviceGuardImplInterface.h>
using Guard = c10::impl::NoOpDeviceGuardImpl<c10::DeviceType::CUDA>;
static c10::impl::DeviceGuardImplRegistrar there(c10::DeviceType::CUDA, new Guard());
"""
"""What torch asks which GPU is the current one, before it calls anything."""


class Nothing:
    """A stream, or an event: all that was asked for is done already."""

    def __init__(self, *_, **__):
        self.cuda_stream = 0

    def wait_stream(self, _):
        pass

    def synchronize(self):
        tensors.wait("synchronize")

    def record(self, *_):
        pass

    def query(self):
        return True


class Generators(type(torch.Generator)):
    """Knows those that torch made by itself."""

    def __instancecheck__(cls, one):
        return isinstance(one, REAL)


REAL = torch.Generator


class Generator(torch.Generator, metaclass=Generators):
    """One of a GPU: it draws the processor's numbers."""

    def __new__(cls, device=None):
        return super().__new__(cls, "cpu")


@cache
def know_of_gpus():
    """Let a torch without CUDA look for the current GPU, once a process.

    Skips the test where there is no compiler, or a true GPU.
    """
    if torch.cuda.is_available():
        pytest.skip("there is a true GPU here")
    compiler = shutil.which("g++") or shutil.which("clang++")
    if compiler is None:
        pytest.skip("there is no C++ compiler here")
    place = Path(torch.__file__).parent
    with TemporaryDirectory() as folder:
        made = Path(folder) / "guard.so"
        (source := made.with_suffix(".cpp")).write_text(GUARD)
        options = ["-shared", "-fPIC", "-std=c++20", f"-I{place / 'include'}", f"-L{place / 'lib'}"]
        subprocess.run([compiler, *options, source, "-lc10", "-o", made], check=True)
        ctypes.CDLL(str(made))


def cuda():
    """Return what ``torch.cuda`` says and does."""
    about = SimpleNamespace(name="Far", total_memory=BYTES, major=8, minor=0)
    return {
        "_lazy_init": lambda: None,
        "current_device": lambda: 0,
        "current_stream": Nothing,
        "default_stream": Nothing,
        "device": lambda _: nullcontext(),
        "device_count": lambda: 1,
        "empty_cache": lambda: None,
        "Event": Nothing,
        "get_device_capability": lambda _=None: (8, 0),
        "get_device_properties": lambda _=None: about,
        "is_available": lambda: True,
        "is_initialized": lambda: True,
        "mem_get_info": lambda _=None: (BYTES, BYTES),
        "memory_allocated": lambda _=None: 0,
        "memory_reserved": lambda _=None: 0,
        "Stream": Nothing,
        "stream": lambda _: nullcontext(),
        "synchronize": lambda _=None: tensors.wait("synchronize"),
    }


@contextmanager
def plugged_in(patch):
    """Have a GPU inside this; gives the list of where the processor would have waited for it."""
    know_of_gpus()
    for name, value in cuda().items():
        patch.setattr(torch.cuda, name, value)
    patch.setattr(torch.Tensor, "pin_memory", lambda self, *_: self)
    patch.setattr(torch.Tensor, "data", property(tensors.get_data, tensors.set_data))
    patch.setattr(torch.Tensor, "record_stream", lambda *_: None)
    fork = torch.random.fork_rng
    patch.setattr(torch.random, "fork_rng", lambda *_, **__: fork(devices=[]))
    patch.setattr(torch, "Generator", Generator)
    # tensors of inference mode cannot become others in place here
    patch.setattr(torch.inference_mode, "__enter__", torch.no_grad.__enter__)
    patch.setattr(torch.inference_mode, "__exit__", torch.no_grad.__exit__)
    tensors.waits.clear()
    opened = dict(models.opened)
    torch._C._set_only_lift_cpu_tensors(True)  # as torch's own fake tensors have it
    torch.__future__.set_overwrite_module_params_on_conversion(True)
    try:
        with tensors.Here():
            yield tensors.waits
    finally:
        held.networks.let_go("cuda", ())  # nobody else can use what is there
        models.opened.clear()
        models.opened.update(opened)
        torch._C._set_only_lift_cpu_tensors(False)
        torch.__future__.set_overwrite_module_params_on_conversion(False)
