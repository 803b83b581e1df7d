import pytest
import torch

from nodes.lib import models
from nodes.lib.memory import budget, sizes


def of(loaded):
    return loaded.model.part, loaded.vae.part, loaded.clip.encoders[0].encoder


def test_the_bytes_of_a_network_are_known_before_it_is_loaded(loaded, networks):
    for part in of(loaded):
        assert sizes.expected(part) == pytest.approx(sizes.of(models.network(part)), rel=0.01)
    half = loaded.model.part.named("unet", "bfloat16")
    assert sizes.expected(half) * 2 == sizes.expected(loaded.model.part)
    assert sizes.expected(loaded.clip.encoders[0].tokenizer) == 0


def test_what_was_unused_for_longest_goes_when_there_is_no_room(loaded, networks, allow):
    unet, vae, texts = of(loaded)
    allow(sizes.expected(unet) + max(sizes.expected(vae), sizes.expected(texts)) + 1000)
    first = models.network(unet)
    models.network(vae)
    assert models.network(unet) is first
    models.network(texts)
    assert (unet in networks, vae in networks, texts in networks) == (True, False, True)


def test_as_many_networks_are_held_as_fit(loaded, networks):
    made = [models.network(part) for part in of(loaded)]
    assert [models.network(part) for part in of(loaded)] == made
    assert networks.bytes("cpu") == sum(map(sizes.of, made))
    assert networks.loads == 3


def test_others_are_let_go_and_tell_their_bytes(loaded, networks):
    unet, *others = of(loaded)
    bytes_ = [sizes.of(models.network(part)) for part in (unet, *others)]
    assert networks.let_go("cpu", [unet]) == sum(bytes_[1:])
    assert unet in networks
    assert not any(part in networks for part in others)


@pytest.mark.parametrize("said", ["much", "-1", "nan"])
def test_a_budget_that_is_no_number_is_refused(monkeypatch, said):
    monkeypatch.setenv(budget.VARIABLE, said)
    with pytest.raises(budget.BudgetError, match=r"NODEGRAPH_MEMORY is .*; set it to a number"):
        budget.lowered()


def test_the_budget_of_a_processor_is_a_share_of_its_memory_or_what_is_said(allow):
    assert 0 < budget.room("cpu", 0) == budget.room("cpu", 10) + 10
    allow(1000)
    assert budget.room("cpu", 300) == 700


@pytest.mark.gpu
def test_the_budget_of_a_gpu_leaves_room_for_computing():
    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA device")
    free, total = torch.cuda.mem_get_info()
    assert 0 < budget.room("cuda", 0) <= free - total * budget.WORKING + 2**30
