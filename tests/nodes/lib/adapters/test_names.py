"""Layers under the authors' names, in networks of the true classes."""

import copy

import pytest
import torch

from nodes import adapter
from nodes.lib import models
from nodes.lib.adapters import names
from nodes.lib.adapters.files import AdapterError
from nodes.model import load_model
from tests.tiny import adapters, families, layouts

CLOSE = {"atol": 1e-5, "rtol": 1e-5}
LAYOUTS = {
    "sd1": lambda tensors: layouts.unet(tensors, 1),
    "sdxl": lambda tensors: layouts.unet(tensors, 1),
    "sd3": layouts.sd3,
    "flux": layouts.flux,
}
WITHOUT_LAYERS = ("pos_embed", "logit_scale")


@pytest.fixture(scope="module", autouse=True)
def own(fresh):
    """Leave networks as they were found."""


@pytest.fixture(scope="module", params=LAYOUTS)
def family(request):
    return request.param


@pytest.fixture(scope="module")
def loaded(family, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / family
    return load_model(model=str(families.write_family(folder, family)))


@pytest.fixture(scope="module")
def network(loaded):
    return copy.deepcopy(models.network(loaded.model.part))


@pytest.fixture(scope="module")
def authors(family, network):
    """The network's weights under its authors' names."""
    found = LAYOUTS[family](dict(network.state_dict()))
    weights = {
        name.removesuffix(".scale").removesuffix(".weight"): one
        for name, one in found.items()
        if name.endswith((".weight", ".scale")) and name not in WITHOUT_LAYERS
    }
    return weights


def gathered(network, places):
    """Return the weights that lie in places as one tensor, as their authors have them."""
    found = [network.get_submodule(one.name).weight for one in places]
    whole = torch.cat(found)
    return layouts.half_swapped(whole) if places[0].swapped else whole


def test_every_layer_is_found_under_its_authors_name(network, authors):
    table = names.table(network)
    for name, weight in authors.items():
        assert torch.equal(gathered(network, table[names.flat(name)]), weight), name


def test_every_layer_is_found_under_its_own_name(network):
    table = names.table(network)
    for name in names.own(network):
        (place,) = table[names.flat(name)]
        assert (place.name, place.rows, place.swapped) == (name, None, False)


def chosen(authors):
    """Return layers of every sort: fused ones, swapped ones, convolutions, single ones."""
    wanted = ("qkv", "linear1", "adaLN_modulation.1", "attn.proj", "in_layers.2", "to_q", "op")
    return {n: one for n, one in authors.items() if n.endswith(wanted) and one.ndim > 1}


@pytest.fixture
def draw():
    generator = torch.Generator().manual_seed(4)
    return lambda *shape: torch.randn(shape, generator=generator) * 0.2


def expected(network, changed):
    """Return the network's tensors with layers replaced, by their authors' names."""
    found = {name: one.clone() for name, one in network.state_dict().items()}
    table = names.table(network)
    for name, weight in changed.items():
        places = table[names.flat(name)]
        whole = layouts.half_swapped(weight) if places[0].swapped else weight
        for place in places:
            end = len(whole) if place.rows is None else place.first + place.rows
            found[f"{place.name}.weight"] = whole[place.first : end]
    return found


def compared(loaded, path, wanted, strength=1.0):
    model = adapter.lora_network(loaded.model, lora=str(path), strength=strength)
    found = adapters.weights(model)
    assert found.keys() == wanted.keys()
    for name, one in wanted.items():
        torch.testing.assert_close(found[name], one, **CLOSE)


@pytest.mark.parametrize("way", ["lora_unet_", "diffusion_model."])
def test_plain_loras_in_the_authors_names(loaded, network, authors, draw, tmp_path, way):
    tensors, changed = {}, {}
    for name, weight in chosen(authors).items():
        down, up = draw(2, *weight.shape[1:]), draw(len(weight), 2)
        stem = way + (names.flat(name) if way.endswith("_") else name)
        tensors |= {f"{stem}.lora_down.weight": down, f"{stem}.alpha": torch.tensor(3.0)}
        tensors[f"{stem}.lora_up.weight"] = up.reshape(*up.shape, *(1,) * (weight.ndim - 2))
        changed[name] = weight + 1.5 * (up @ down.flatten(1)).reshape(weight.shape)
    path = adapters.write(tmp_path / "plain.safetensors", tensors)
    compared(loaded, path, expected(network, changed))


def test_loha_in_the_authors_names(loaded, network, authors, draw, tmp_path):
    tensors, changed = {}, {}
    for name, weight in chosen(authors).items():
        size = (len(weight), 2), (2, weight[0].numel())
        first, second, third, fourth = (draw(*size[n % 2]) for n in range(4))
        stem = f"lora_unet_{names.flat(name)}.hada"
        tensors |= {f"{stem}_w1_a": first, f"{stem}_w1_b": second}
        tensors |= {f"{stem}_w2_a": third, f"{stem}_w2_b": fourth}
        changed[name] = weight + ((first @ second) * (third @ fourth)).reshape(weight.shape)
    path = adapters.write(tmp_path / "loha.safetensors", tensors)
    compared(loaded, path, expected(network, changed))


def test_lokr_in_the_authors_names(loaded, network, authors, draw, tmp_path):
    tensors, changed = {}, {}
    for name, weight in chosen(authors).items():
        first = draw(2, 2)
        second = draw(len(weight) // 2, weight.shape[1] // 2, *weight.shape[2:])
        stem = f"lora_unet_{names.flat(name)}.lokr"
        tensors |= {f"{stem}_w1": first, f"{stem}_w2": second}
        rows = [torch.cat([one * second for one in row], 1) for row in first]
        changed[name] = weight + torch.cat(rows)
    path = adapters.write(tmp_path / "lokr.safetensors", tensors)
    compared(loaded, path, expected(network, changed))


def test_dora_in_the_authors_names(loaded, network, authors, draw, tmp_path):
    tensors, changed = {}, {}
    for name, weight in chosen(authors).items():
        down, up = draw(2, *weight.shape[1:]), draw(len(weight), 2)
        magnitude = 1 + draw(len(weight)).abs()
        ones = (1,) * (weight.ndim - 2)
        stem = f"lora_unet_{names.flat(name)}"
        tensors |= {f"{stem}.lora_down.weight": down}
        tensors |= {f"{stem}.lora_up.weight": up.reshape(*up.shape, *ones)}
        tensors[f"{stem}.dora_scale"] = magnitude.reshape(-1, 1, *ones)
        whole = weight.flatten(1) + up @ down.flatten(1)
        whole = torch.nn.functional.normalize(whole, dim=1) * magnitude[:, None]
        changed[name] = weight + 0.5 * (whole.reshape(weight.shape) - weight)
    path = adapters.write(tmp_path / "dora.safetensors", tensors)
    compared(loaded, path, expected(network, changed), 0.5)


@pytest.mark.parametrize("family", ["sd3", "flux"], indirect=True)
def test_what_needs_several_layers_at_once_is_refused(loaded, authors, tmp_path):
    name = next(one for one in authors if one.endswith("qkv"))
    size = len(authors[name]) // 2
    tensors = {f"lora_unet_{names.flat(name)}.oft_blocks": torch.zeros(2, size, size)}
    path = adapters.write(tmp_path / "oft.safetensors", tensors)
    with pytest.raises(AdapterError, match=f"changes {names.flat(name)} as a whole"):
        adapters.weights(adapter.lora_network(loaded.model, lora=str(path)))


@pytest.mark.parametrize("family", ["flux"], indirect=True)
def test_xlabs_names_of_processors_are_read(loaded, network, draw, tmp_path):
    fused = layouts.flux(dict(network.state_dict()))
    tensors, changed = {}, {}
    for own, theirs in {
        "double_blocks.0.processor.qkv_lora1": "double_blocks.0.img_attn.qkv",
        "double_blocks.0.processor.proj_lora2": "double_blocks.0.txt_attn.proj",
    }.items():
        weight = fused[f"{theirs}.weight"]
        down, up = draw(2, weight.shape[1]), draw(len(weight), 2)
        tensors |= {f"{own}.down.weight": down, f"{own}.up.weight": up}
        changed[theirs] = weight + up @ down
    path = adapters.write(tmp_path / "xlabs.safetensors", tensors)
    compared(loaded, path, expected(network, changed))


@pytest.mark.parametrize("family", ["sd3", "flux"], indirect=True)
def test_t5_has_loras_of_its_own(loaded, tmp_path):
    encoder = models.network(loaded.clip.encoders[-1].encoder)
    (name, pair), *_ = adapters.pairs(encoder, ("SelfAttention.q",)).items()
    path = adapters.kohya(tmp_path / "t5.safetensors", lora_te3={name: pair})
    _, clip = adapter.lora(loaded.model, loaded.clip, lora=str(path), strength_model=0)
    before = encoder.get_submodule(name).weight.clone()
    found = adapters.weights_under(clip.changes, encoder)[f"{name}.weight"]
    down, up = pair
    wanted = before + adapters.ALPHA / adapters.RANK * up @ down
    torch.testing.assert_close(found, wanted, **CLOSE)
