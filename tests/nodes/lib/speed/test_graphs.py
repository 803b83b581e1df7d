import pytest
import torch

from nodes.lib import models, text
from nodes.lib.predict import predict
from nodes.lib.speed import compiling, graphs


def replaying(call):
    """Record as a GPU does: what is launched answers where the recorded call did."""
    answer = call()

    def replay():
        for place, one in zip(answer, call(), strict=True):
            place.copy_(one)

    return replay, answer


@pytest.fixture
def recorded(monkeypatch, fast, cooked):
    """The tiny model, whose kernels are recorded at its second call, by functions of a test."""
    monkeypatch.setattr(torch, "compile", lambda call, **_: call)
    monkeypatch.setattr(compiling, "USUALLY", 1)
    monkeypatch.setattr(compiling, "missing", lambda device: "")
    monkeypatch.setattr(graphs, "record", replaying)
    cooked(compiled=True, texts=True)
    models.network(fast.model.part)._compiled_call_impl.compiled.records = True
    yield fast
    compiling.wait()


def estimate(model, clip, x, prompt="a", sigma=3.0):
    return predict(model, x, sigma, text.encode(clip, prompt)).positive.denoised.samples


def of(model):
    return models.network(model.part)._compiled_call_impl.compiled


def test_recorded_kernels_answer_what_the_network_does(loaded, recorded, x):
    asked = [("a", 3.0), ("a", 1.0), ("b c", 1.0), ("a", 3.0), ("b c", 0.1)]
    expected = [estimate(loaded.model, loaded.clip, x, *one) for one in asked]
    estimate(recorded.model, recorded.clip, x)
    compiling.wait()
    found = [estimate(recorded.model, recorded.clip, x, *one) for one in asked]
    assert len(of(recorded.model).recorded) == 1
    assert all(map(torch.equal, found, expected))


def test_only_what_changed_is_copied(monkeypatch):
    monkeypatch.setattr(graphs, "record", replaying)
    places = []

    def call(x, text):
        places[:] = [x, text]
        return (x + text,)

    x, text = torch.tensor([1.0]), torch.tensor([10.0])
    made = graphs.Recorded(call, (x,), {"text": text})
    text_place = places[1]
    text_place.fill_(20.0)
    (first,) = made((torch.tensor([2.0]),), {"text": text})
    (second,) = made((torch.tensor([2.0]),), {"text": torch.tensor([30.0])})
    assert (float(first), float(second)) == (22.0, 32.0)


def test_what_cannot_be_recorded_is_launched_as_before_and_told_once(
    monkeypatch, recorded, loaded, x, run
):
    def refuse(call):
        raise RuntimeError("no\ncapture")

    monkeypatch.setattr(graphs, "record", refuse)
    expected = estimate(loaded.model, loaded.clip, x)
    for _ in range(3):
        assert torch.equal(estimate(recorded.model, recorded.clip, x), expected)
        compiling.wait()
    (note,) = run.notes
    assert note["message"] == (
        "the unet's kernels are launched one by one: torch says RuntimeError: no capture"
    )


def test_where_memory_is_short_recordings_go(recorded, loaded, x):
    expected = estimate(loaded.model, loaded.clip, x)
    for _ in range(2):
        estimate(recorded.model, recorded.clip, x)
        compiling.wait()
    assert compiling.let_go("cuda:9") == 0
    assert compiling.let_go(recorded.model.part.device)
    assert not of(recorded.model).recorded
    assert torch.equal(estimate(recorded.model, recorded.clip, x), expected)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device here")
def test_a_gpu_launches_what_it_recorded():
    layer = torch.nn.Linear(8, 8, device="cuda").requires_grad_(False)
    with torch.inference_mode():
        first, other = torch.randn(2, 3, 8, device="cuda")
        made = graphs.Recorded(layer, (first,), {})
        for x in (other, first, other):
            torch.testing.assert_close(made((x,), {}), layer(x))
