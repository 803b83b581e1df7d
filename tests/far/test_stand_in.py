"""The stand-in for a GPU is as strict as one."""

import pytest
import torch
from torch import nn

from tests.far.tensors import ApartError, Far


@pytest.fixture
def x():
    return torch.arange(6.0).reshape(2, 3)


def test_numbers_are_the_processors_own(far, x):
    there = x.to("cuda")
    assert there.device == torch.device("cuda:0")
    assert torch.equal((there @ there.T).cpu(), x @ x.T)
    assert torch.equal(torch.stack([there, there])[1].half().cpu(), x.half())


def test_networks_move_there_and_back(far, x):
    network = nn.Linear(3, 4).requires_grad_(False)
    expected = network(x)
    network.to("cuda")
    assert isinstance(network.weight, Far)
    assert torch.equal(network(x.to("cuda")).cpu(), expected)
    assert torch.equal(network.cpu()(x), expected)


def test_tensors_of_two_devices_are_refused(far, x):
    for bad in (lambda: x + x.to("cuda"), lambda: x[torch.tensor([0]).to("cuda")]):
        with pytest.raises(ApartError, match=r"far/test_stand_in.py:\d+: .* on cuda:0"):
            bad()
    assert torch.equal((x.to("cuda") * torch.tensor(2.0)).cpu(), x * 2)  # as torch has it


def test_the_processors_numbers_are_not_within_reach(far, x):
    with pytest.raises(TypeError, match="cuda:0"):
        x.to("cuda").numpy()


@pytest.mark.parametrize(
    "read",
    [
        lambda x: x.cpu(),
        lambda x: x.sum().item(),
        lambda x: bool((x > 0).any()),
        lambda x: x.tolist(),
        lambda x: x.nonzero(),
        lambda x: x[torch.tensor([0])],
        lambda x: torch.ones(3).to(x),
        lambda x: torch.cuda.synchronize(),
    ],
)
def test_who_waits_is_written_down(far, x, read):
    there = x.to("cuda")
    far.clear()
    read(there)
    (line,) = far
    assert "test_stand_in.py" in line


def test_computing_and_copies_beside_it_wait_for_nothing(far, x):
    there = x.to("cuda")
    far.clear()
    torch.ones(3).to("cuda", non_blocking=True)
    (there * 2 + there.mean()).softmax(1).clamp(0, 1)
    assert far == []


def test_without_it_there_is_no_gpu():
    assert not torch.cuda.is_available()
