import pytest
import torch
from torch import nn

from nodes.lib import models
from nodes.lib.speed import narrow, quick
from tests.tiny import families


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
def test_a_product_of_eight_bits_is_near_the_true_one(bias, dtype):
    layer = nn.Linear(256, 64, bias=bias).requires_grad_(False)
    x = torch.randn(2, 5, 256) * torch.tensor([0.01, 100.0])[:, None, None]
    expected = layer(x)
    found = narrow.Narrow(layer.to(dtype))(x.to(dtype)).float()
    assert found.shape == expected.shape
    # relative to each row: two roundings of up to 1/16, uniform, averaged over 256 terms
    off = (found - expected).square().mean(-1) / expected.square().mean(-1)
    assert 0 < float(off.max().sqrt()) < 0.06


def test_rounded_rows_use_the_whole_range_and_come_back_within_a_sixteenth():
    rows = torch.randn(4, 100) * torch.tensor([1e-6, 1.0, 1e3, 0.0])[:, None]
    found, scale = narrow.rounded(rows)
    assert float(found[:3].float().abs().amax(1).min()) == narrow.LARGEST
    back = found.float() * scale
    large = rows.abs() > rows.abs().amax(1, keepdim=True) / 1000
    assert float(((back - rows).abs() / rows.abs())[large].max()) <= 1 / 16
    assert torch.equal(back[3], rows[3])


def test_the_twin_is_narrow_and_the_network_stays_as_it_is():
    network = families.sdxl()
    before = {name: one.clone() for name, one in network.state_dict().items()}
    twin = quick.twin(network, fused=False)
    assert narrow.narrow(twin, least=16) > 0
    narrowed = [name for name, one in twin.named_modules() if isinstance(one, narrow.Narrow)]
    assert all("transformer_blocks" in name for name in narrowed)
    after = network.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(one, after[name]) for name, one in before.items())


def test_the_embedded_networks_estimate_changes_a_little():
    from nodes.model import load_model

    network = models.network(load_model().model.part)
    twin = quick.twin(network, fused=False)
    assert narrow.narrow(twin, least=64) > 20
    x, time, text = torch.randn(2, 4, 16, 16), torch.tensor(500), torch.randn(2, 8, 192)
    with torch.inference_mode():
        expected, found = (one(x, time, text).sample for one in (network, twin))
    off = (found - expected).square().mean() / expected.square().mean()
    assert 0 < float(off.sqrt()) < 0.1


def test_a_processor_and_older_gpus_are_not_asked(monkeypatch):
    assert not narrow.able("cpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    for capability, able in (((8, 6), False), ((8, 9), True), ((9, 0), True)):
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _, it=capability: it)
        assert narrow.able("cuda:0") == able
