"""Hypernetworks, beside the same UNet with weights that do the same."""

import copy

import pytest
import torch

from nodegraph.errors import ParamError
from nodes import hypernetwork
from nodes.lib.adapters.hypernetworks import HypernetworkError, load
from nodes.lib.families import evaluate
from nodes.lib.models import network
from nodes.model import load_model
from nodes.types import Condition
from tests import tiny
from tests.tiny import families

CLOSE = {"rtol": 1e-5, "atol": 1e-5}
"""Of a UNet of three levels in float32."""
STRENGTH = 0.6

pytestmark = pytest.mark.usefixtures("fresh")


def layer(width, seed, out=None):
    generator = torch.Generator().manual_seed(seed)
    out = out or width
    weight = torch.randn((out, width), generator=generator) * 0.2
    return weight, torch.randn((out,), generator=generator) * 0.2


def one(*layers):
    """Tensors as the WebUI names them."""
    found = {}
    for number, (weight, bias) in enumerate(layers):
        found |= {f"linear.{number}.weight": weight, f"linear.{number}.bias": bias}
    return found


@pytest.fixture
def model(tmp_path_factory):
    place = tmp_path_factory.mktemp("models")
    return load_model(model=str(families.write_family(place / "sd1", "sd1"))).model


def entry():
    return Condition(torch.randn((1, 7, tiny.WIDTH), generator=torch.Generator().manual_seed(2)))


def noise():
    return torch.randn((1, 4, 8, 8), generator=torch.Generator().manual_seed(1))


def test_a_linear_one_is_a_change_of_the_weights(model, tmp_path):
    """W (x + s (A x + b)) is (W + s W A) x + s W b."""
    pairs = {width: (layer(width, width), layer(width, width + 1)) for width in (8, 16)}
    held = {width: tuple(one(each) for each in pair) for width, pair in pairs.items()}
    torch.save({**held, "step": 3, "name": "odd", "activation_func": "linear"}, tmp_path / "h.pt")
    unet = copy.deepcopy(network(model.part))
    for name, attention in unet.named_modules():
        if name.endswith((".attn1", ".attn2")):
            width = attention.to_k.in_features
            for target, (weight, bias) in zip(
                (attention.to_k, attention.to_v), pairs[width], strict=True
            ):
                own = target.weight.data
                target.weight.data = own + STRENGTH * own @ weight
                target.bias = torch.nn.Parameter(STRENGTH * own @ bias)
    changed = hypernetwork.hypernetwork(
        model, hypernetwork=str(tmp_path / "h.pt"), strength=STRENGTH
    )
    plain = evaluate(model, noise(), 3.0, (entry(),))
    found = evaluate(changed, noise(), 3.0, (entry(),))
    with torch.inference_mode():
        wanted = unet(
            model.sampling.scale_input(noise(), 3.0),
            torch.tensor([model.sampling.timestep(3.0)]),
            encoder_hidden_states=entry().embedding,
        ).sample
    torch.testing.assert_close(found, wanted, **CLOSE)
    assert not torch.allclose(found, plain, **CLOSE)
    after = evaluate(model, noise(), 3.0, (entry(),))
    torch.testing.assert_close(after, plain, rtol=0, atol=0)


def test_layers_norms_and_activations_come_in_the_files_order(tmp_path):
    widths = [layer(4, 1, 8), (torch.rand(8), torch.rand(8)), layer(8, 2, 4)]
    norms = [*widths, (torch.rand(4), torch.rand(4))]
    told = {"activation_func": "relu", "is_layer_norm": True, "use_dropout": True}
    torch.save({4: (one(*norms), one(*norms)), **told}, tmp_path / "h.pt")
    found = load(tmp_path / "h.pt")[4][0]
    x = torch.randn((3, 4), generator=torch.Generator().manual_seed(5))
    (w0, b0), (n0, m0), (w1, b1), (n1, m1) = norms
    middle = torch.nn.functional.layer_norm((x @ w0.T + b0).relu(), (8,), n0, m0)
    wanted = torch.nn.functional.layer_norm(middle @ w1.T + b1, (4,), n1, m1)
    torch.testing.assert_close(found(x), wanted, **CLOSE)


class Odd:
    """What no file of tensors holds."""


def test_what_is_no_hypernetwork_is_told(model, tmp_path):
    path = tmp_path / "h.pt"
    torch.save({4: Odd()}, path)
    with pytest.raises(HypernetworkError, match="holds more than tensors"):
        load(path)
    torch.save({"name": "none"}, path)
    with pytest.raises(HypernetworkError, match="is no hypernetwork"):
        load(path)
    torch.save({4: (one(layer(4, 1)),) * 2, "activation_func": "sine"}, path)
    with pytest.raises(HypernetworkError, match="computes with sine"):
        load(path)
    torch.save({4: (one(layer(4, 1)),)}, path)
    with pytest.raises(HypernetworkError, match="is not whole"):
        load(path)
    torch.save({4: (one(layer(4, 1)),) * 2}, path)
    changed = hypernetwork.hypernetwork(model, hypernetwork=str(path))
    with pytest.raises(HypernetworkError, match="knows of the widths 4"):
        evaluate(changed, noise(), 3.0, (entry(),))
    with pytest.raises(HypernetworkError, match="choose a file in"):
        load(tmp_path / "h.safetensors")
    with pytest.raises(ParamError, match="nowhere"):
        hypernetwork.identify(hypernetwork="nowhere")
    assert hypernetwork.hypernetwork(model, hypernetwork=str(path), strength=0.0) is model
