"""Copies between a device and the processor that nobody waits for."""

from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest
import torch

from nodegraph import Executor, Options, load
from nodegraph.execution.context import Context
from nodegraph.overrides import override
from nodes.lib.latents import previews
from nodes.lib.noise import noise_source
from nodes.lib.transfers import Fetched, sent
from nodes.model import load_model
from nodes.types import Latent

WORKFLOW = Path(__file__).parents[3] / "workflows" / "text_to_image.json"

needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device here")


def test_a_tensor_is_sent_where_another_is_and_becomes_of_its_kind():
    found = sent(torch.ones(3), torch.zeros(1, dtype=torch.float16))
    assert (found.dtype, found.device, found.tolist()) == (
        torch.float16,
        torch.device("cpu"),
        [1.0] * 3,
    )


def test_what_is_on_the_processor_is_there_at_once():
    x = torch.ones(3)
    fetched = Fetched(x)
    assert fetched.ready
    assert torch.equal(fetched.tensor, x)


class Late(Fetched):
    """A copy that takes as long as the test likes."""

    there = False
    begun: ClassVar[list[float]] = []

    def __init__(self, tensor):
        super().__init__(tensor)
        self.begun.append(float(tensor.mean()))

    @property
    def ready(self):
        return self.there


def test_a_preview_is_shown_when_it_has_come_and_no_step_waits_for_it(monkeypatch):
    monkeypatch.setattr(previews, "Fetched", Late)
    monkeypatch.setattr(previews, "EVERY", 0.0)
    monkeypatch.setattr(previews, "SHARE", float("inf"))
    monkeypatch.setattr(Late, "begun", [])
    told = []
    context = Context(Options(), listener=told.append)
    report = previews.reporter(load_model(model="critters").model, context)
    for step in range(4):
        monkeypatch.setattr(Late, "there", step == 2)
        denoised = Latent(torch.full((1, 4, 4, 4), float(step)))
        report(SimpleNamespace(step=step, steps=4, sigma=1.0, denoised=denoised))
    assert [bool(one.preview) for one in told] == [False, False, True, False]
    assert Late.begun == [0.0, 3.0]  # while one is on its way none is begun


@pytest.mark.gpu
@needs_gpu
def test_a_gpu_copies_on_a_stream_of_its_own():
    x = torch.arange(1000.0, device="cuda")
    fetched = Fetched(x)
    torch.cuda.synchronize()
    assert fetched.ready
    assert torch.equal(fetched.tensor, x.cpu())
    assert torch.equal(sent(torch.ones(3), x).cpu(), torch.ones(3))


@pytest.mark.gpu
@needs_gpu
@pytest.mark.parametrize("kind", ["ancestral", "brownian"])
def test_noise_on_the_way_does_not_make_a_gpu_wait(kind):
    source = noise_source(kind, torch.zeros(1, 4, 8, 8, device="cuda"), [9.0, 3.0, 1.0], 1)
    source(9.0, 3.0)
    torch.cuda.set_sync_debug_mode("error")
    try:
        source(3.0, 1.0)
    finally:
        torch.cuda.set_sync_debug_mode("default")


@pytest.mark.gpu
@needs_gpu
@pytest.mark.parametrize("sampler", ["euler", "dpmpp_2m", "euler_ancestral"])
def test_a_gpu_never_waits_for_the_processor_in_the_loop(sampler):
    graph = load(WORKFLOW)
    graph = override(graph, {"sampler.sampler_name": sampler, "schedule.steps": 6})
    executor, turns = Executor(), []

    def look(seen):
        """From the second turn to the last everything is loaded."""
        turns.append(seen.turn)
        torch.cuda.set_sync_debug_mode("error" if (1,) <= seen.turn < (5,) else "default")

    try:
        executor.run(graph, ["end"], options=Options(device="cuda"), observe=look)
    finally:
        torch.cuda.set_sync_debug_mode("default")
    assert (4,) in turns
