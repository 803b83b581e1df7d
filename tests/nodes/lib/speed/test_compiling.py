import threading

import pytest
import torch

from nodes.inside import skip
from nodes.lib import models, text
from nodes.lib.predict import predict
from nodes.lib.speed import compiling
from nodes.types import Latent

CLOSE = {"atol": 1e-4, "rtol": 1e-4}
"""What compiled code may be off in float32: sums in another order, products fused."""


@pytest.fixture
def compiled(monkeypatch, fast, cooked, tmp_path):
    """The tiny model, compiled when its second picture begins."""
    cooked(compiled=True, texts=True)
    monkeypatch.setattr(compiling, "USUALLY", 1)
    monkeypatch.setattr(compiling, "missing", lambda device: "")
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path))
    yield fast
    compiling.wait()


def estimate(model, clip, x, prompt="a"):
    return predict(model, x, 3.0, text.encode(clip, prompt)).positive.denoised.samples


def of(model):
    return models.network(model.part)._compiled_call_impl.compiled


@pytest.fixture
def stand_in(monkeypatch):
    """Let a function of a test stand in for the compiler."""

    def stand_in(code):
        monkeypatch.setattr(torch, "compile", lambda call, **_: lambda *a, **k: code(call, a, k))

    return stand_in


def test_nobody_waits_for_the_compiler(compiled, x, stand_in):
    gate, used = threading.Event(), []

    def code(call, args, kwargs):
        used.append(threading.current_thread().name)
        assert gate.wait(30)
        return call(*args, **kwargs)

    stand_in(code)
    first = estimate(compiled.model, compiled.clip, x)
    again = estimate(compiled.model, compiled.clip, x)
    assert used in ([], ["compiling"])
    assert torch.equal(first, again)
    gate.set()
    compiling.wait()
    assert len(of(compiled.model).ready) == 1
    assert torch.equal(estimate(compiled.model, compiled.clip, x), first)
    assert used == ["compiling", threading.current_thread().name]


def test_each_shape_is_compiled_by_itself(compiled, x, stand_in):
    stand_in(lambda call, args, kwargs: call(*args, **kwargs))
    for latent in (x, Latent(torch.cat([x.samples] * 2)), x):
        estimate(compiled.model, compiled.clip, latent)
        compiling.wait()
    assert len(of(compiled.model).ready) == 2


def test_code_that_answers_otherwise_is_not_used(compiled, x, stand_in, run, loaded):
    stand_in(lambda call, args, kwargs: (call(*args, **kwargs)[0] * 2,))
    expected = estimate(loaded.model, compiled.clip, x)
    for _ in range(2):
        assert torch.equal(estimate(compiled.model, compiled.clip, x), expected)
        compiling.wait()
    assert not of(compiled.model).ready
    assert run.notes[0]["message"] == "the unet is not compiled: compiled code was off by 100%"


def test_a_compiler_that_fails_is_told_of_and_left_alone(compiled, x, stand_in, run, loaded):
    def code(*_):
        raise RuntimeError("no\nluck")

    stand_in(code)
    expected = estimate(loaded.model, compiled.clip, x)
    for _ in range(3):
        assert torch.equal(estimate(compiled.model, compiled.clip, x), expected)
        compiling.wait()
    messages = [note["message"] for note in run.notes]
    assert messages == ["the unet is not compiled: torch says RuntimeError: no luck"]


def test_without_a_compiler_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(compiling.shutil, "which", lambda _: None)
    compiling.missing.cache_clear()
    assert compiling.missing("cpu") == "there is no C++ compiler; install g++ or clang"
    compiling.missing.cache_clear()


def test_a_difference_that_is_no_number_counts_as_all():
    one = torch.tensor([1.0, 2.0])
    assert compiling.difference((one,), (one,)) == 0
    assert compiling.difference((one * float("nan"),), (one,)) == 1


NO_COMPILER = compiling.missing("cpu")


@pytest.mark.slow
@pytest.mark.skipif(bool(NO_COMPILER), reason=NO_COMPILER or "there is a compiler")
def test_compiled_code_answers_as_the_network_does_and_changes_still_count(compiled, x, loaded):
    cut = lambda model: skip(model, index=0, scale=0.0)  # noqa: E731
    plain = estimate(loaded.model, loaded.clip, x)
    changed = estimate(cut(loaded.model), loaded.clip, x)
    estimate(compiled.model, compiled.clip, x)
    compiling.wait()
    code = of(compiled.model)
    assert (len(code.ready), code.problem) == (1, "")
    torch.testing.assert_close(estimate(compiled.model, compiled.clip, x), plain, **CLOSE)
    assert torch.equal(estimate(cut(compiled.model), compiled.clip, x), changed)
    other = estimate(loaded.model, loaded.clip, x, "b c")
    assert not torch.allclose(other, plain, **CLOSE)
    torch.testing.assert_close(estimate(compiled.model, compiled.clip, x, "b c"), other, **CLOSE)
    torch.testing.assert_close(estimate(compiled.model, compiled.clip, x), plain, **CLOSE)
