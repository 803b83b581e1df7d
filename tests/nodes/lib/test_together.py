"""Evaluations of several runs as one: the same numbers, in one call of the network."""

from dataclasses import replace

import pytest
import torch

from nodegraph.execution.company import accompany
from nodes.lib import families, together
from nodes.lib.models import network
from nodes.lib.predict import predict
from nodes.model import load_model
from nodes.types import Condition, Conditioning, Latent
from tests.tiny import families as tiny

CLOSE = {"rtol": 1e-4, "atol": 1e-4}
READS = {"sd1": (4, 16, 16, 3.0), "sdxl": (4, 32, 16, 3.0), "sd3": (16, 32, 32, 0.5)}
READS |= {"flux": (16, 32, 16, 0.5)}
"""Of each family the channels, the widths of texts and of pooled ones, and a sigma."""


@pytest.fixture(scope="module", params=["sd1", "sdxl", "sd3", "flux"])
def name(request):
    return request.param


@pytest.fixture(scope="module")
def model(name, tmp_path_factory):
    folder = tiny.write_family(tmp_path_factory.mktemp("family") / name, name)
    return load_model(model=str(folder), speed="fast").model


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


@pytest.fixture
def questions(name, generator):
    """Make what runs ask: x, sigma, a positive and a negative text."""
    channels, width, pooled, sigma = READS[name]

    def text(length, **more):
        parts = torch.randn((1, length, width), generator=generator)
        whole = torch.randn((1, pooled), generator=generator)
        return Conditioning((Condition(parts, whole, **more),))

    def make(batch=1, sigma=sigma, size=8, length=5, **more):
        x = Latent(torch.randn((batch, channels, size, size), generator=generator))
        return x, sigma, text(length, **more), text(length, **more)

    return make


@pytest.fixture
def batches(model, monkeypatch):
    """How long the batches were that the network was called with."""
    seen = []
    call = families.EVALUATE[model.family]

    def counted(model, x, sigma, entries):
        seen.append((len(x), len(entries)))
        return call(model, x, sigma, entries)

    monkeypatch.setitem(families.EVALUATE, model.family, counted)
    return seen


def in_company(model, asked):
    found = {}

    def work(number):
        found[number] = predict(model, *asked[number])

    accompany([lambda one=one: work(one) for one in range(len(asked))])
    return [found[number] for number in range(len(asked))]


def test_each_run_has_what_it_has_alone(model, questions, batches):
    asked = [questions(batch) for batch in (1, 2, 1)]
    alone = [predict(model, *one) for one in asked]
    batches.clear()
    found = in_company(model, asked)
    assert batches == [(4, 2)]
    for one, other in zip(found, alone, strict=True):
        for side, expected in zip(one, other, strict=True):
            got, want = side.denoised.samples, expected.denoised.samples
            torch.testing.assert_close(got, want, **CLOSE)


@pytest.mark.parametrize(
    "other",
    [{"sigma": 0.25}, {"size": 10}, {"length": 6}, {"options": {"strength": 1.0, "size": [8] * 6}}],
)
def test_what_differs_in_more_than_numbers_is_evaluated_apart(model, questions, batches, other):
    more = {"options": {"strength": 1.0}} if "options" in other else {}
    in_company(model, [questions(**more), questions(**other), questions(**more)])
    assert sorted(batches) == [(1, 2), (2, 2)]


def test_a_model_that_is_loaded_safe_is_evaluated_for_one_run_at_a_time(model, questions, batches):
    safe = replace(model, part=replace(model.part, speed="safe"))
    in_company(safe, [questions(), questions()])
    assert batches == [(1, 2), (1, 2)]


def test_texts_lie_side_by_side_once_for_all_steps(model, questions):
    together.forget()
    first, second = questions(), questions()
    steps = [(first[0], sigma, *first[2:]) for sigma in (0.5, 0.4, 0.3)]
    others = [(second[0], sigma, *second[2:]) for sigma in (0.5, 0.4, 0.3)]
    accompany([lambda all=all: [predict(model, *one) for one in all] for all in (steps, others)])
    assert together._side_by_side.cache_info().misses == 1
    assert together._side_by_side.cache_info().hits == 2


def test_where_memory_is_short_runs_are_evaluated_one_by_one(model, questions, monkeypatch):
    asked = [questions(), questions()]
    alone = [predict(model, *one) for one in asked]
    limit, tries = asked[0][0].samples.numel(), []
    call = families.EVALUATE[model.family]

    def short(model, x, sigma, entries):
        tries.append(len(x))
        if x.numel() > limit:
            raise torch.OutOfMemoryError("Tried to allocate too much")
        return call(model, x, sigma, entries)

    monkeypatch.setitem(families.EVALUATE, model.family, short)
    monkeypatch.setattr(together, "_too_much", set())
    for _ in range(2):  # the second time nobody tries
        found = in_company(model, asked)
    assert tries == [2, 1, 1, 1, 1]
    for one, other in zip(found, alone, strict=True):
        torch.testing.assert_close(
            one.positive.denoised.samples, other.positive.denoised.samples, **CLOSE
        )


def test_a_network_that_somebody_looks_into_is_left_alone(model, questions, batches):
    from nodes.lib.speed import quick

    with quick.plainly(network(model.part)):
        in_company(model, [questions(), questions()])
    assert batches == [(1, 2), (1, 2)]
