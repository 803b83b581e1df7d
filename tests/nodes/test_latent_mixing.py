import json
import math
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file, save_file

from nodegraph import storage
from nodegraph.errors import ParamError
from nodegraph.execution.context import Context, Options, enter, leave
from nodes.latent_mixing import calculate, interpolate, interpolate_noise, load, save
from nodes.lib.latents import SizeError, draw_noise
from nodes.lib.latents.files import LatentError
from nodes.types import Latent


@pytest.fixture
def context(tmp_path):
    context = Context(Options(out=tmp_path), make_record=lambda: {"workflow": {}})
    token = enter(context)
    yield context
    leave(token)


def latent(seed, batch=1):
    generator = torch.Generator().manual_seed(seed)
    return Latent(torch.randn(batch, 4, 3, 5, generator=generator))


def test_linear_is_the_line_between():
    a, b = latent(1, batch=2), latent(2)
    found = interpolate(a, b, amount=0.25).samples
    torch.testing.assert_close(found, torch.lerp(a.samples, b.samples.expand(2, -1, -1, -1), 0.25))


def test_spherical_is_the_arc_of_the_whole_picture():
    a, b = latent(1), latent(2)
    flat = [one.samples.flatten().double() for one in (a, b)]
    norms = [float(one.norm()) for one in flat]
    angle = math.acos(float(flat[0] @ flat[1]) / (norms[0] * norms[1]))
    parts = [math.sin(0.7 * angle) / norms[0], math.sin(0.3 * angle) / norms[1]]
    turned = (parts[0] * flat[0] + parts[1] * flat[1]) / math.sin(angle)
    expected = turned * (0.7 * norms[0] + 0.3 * norms[1])
    found = interpolate(a, b, amount=0.3, method="spherical").samples
    torch.testing.assert_close(found.flatten().double(), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("method", ["linear", "spherical"])
def test_the_ends_are_the_latents_themselves(method):
    a, b = latent(1), latent(2)
    torch.testing.assert_close(interpolate(a, b, amount=0.0, method=method).samples, a.samples)
    torch.testing.assert_close(interpolate(a, b, amount=1.0, method=method).samples, b.samples)


def test_sums_differences_and_products():
    a, b = latent(1), latent(2)
    assert torch.equal(calculate(a, b, amount=2.0).samples, a.samples + b.samples * 2)
    found = calculate(a, b, operation="subtract", amount=0.5).samples
    assert torch.equal(found, a.samples - b.samples * 0.5)
    assert torch.equal(calculate(a, operation="multiply", amount=3.0).samples, a.samples * 3)
    assert torch.equal(calculate(a, b, operation="multiply").samples, a.samples * b.samples)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ParamError, match="there is nothing to add; link a latent to b"):
        calculate(latent(1))
    with pytest.raises(SizeError, match=r"4 x 3 x 5 and 4 x 2 x 2 \(channels, height, width\)"):
        interpolate(latent(1), Latent(torch.zeros(1, 4, 2, 2)))


def test_a_saved_latent_comes_back_bit_by_bit(context):
    one = replace(latent(1, 2), mask=torch.rand(1, 24, 40), gradual=True, batch_index=(4, 2))
    (path,) = save(one, name="set/x").files
    assert path == context.options.out / "set" / "x_00001.safetensors"
    again = load(path=str(path))
    assert torch.equal(again.samples, one.samples)
    assert torch.equal(again.mask, one.mask)
    assert (again.gradual, again.batch_index) == (True, (4, 2))


def test_a_saved_latent_is_one_of_comfyuis(context):
    one = latent(1)
    (path,) = save(one).files
    tensors = load_file(path)
    assert torch.equal(tensors["latent_tensor"], one.samples)
    assert "latent_format_version_0" in tensors


def test_comfyuis_latents_are_read_and_old_ones_unscaled(tmp_path):
    one = latent(1).samples
    new = {"latent_tensor": one, "latent_format_version_0": torch.tensor([])}
    save_file(new, tmp_path / "new.latent", {"prompt": json.dumps({})})
    save_file({"latent_tensor": one}, tmp_path / "old.latent")
    assert torch.equal(load(path=str(tmp_path / "new.latent")).samples, one)
    old = load(path=str(tmp_path / "old.latent")).samples
    torch.testing.assert_close(old, one * (1 / 0.18215))


def test_files_that_hold_no_latent_are_refused(tmp_path):
    (tmp_path / "words.latent").write_text("words")
    with pytest.raises(LatentError, match=r"words.latent is no safetensors file"):
        load(path=str(tmp_path / "words.latent"))
    save_file({"weight": torch.zeros(2)}, tmp_path / "weights.safetensors")
    with pytest.raises(LatentError, match=r"weights.safetensors holds no latent of pictures"):
        load(path=str(tmp_path / "weights.safetensors"))
    with pytest.raises(storage.StorageError, match=r"cannot read .*nothing.latent"):
        load(path=str(tmp_path / "nothing.latent"))


def test_noise_between_two_seeds_keeps_its_strength_on_the_arc_alone():
    a, b = (draw_noise((1, 4, 32, 32), seed) for seed in (1, 2))
    assert interpolate_noise(a, b, amount=0.5).samples.std() == pytest.approx(1, abs=0.03)
    halfway = interpolate_noise(a, b, amount=0.5, method="linear")
    assert halfway.samples.std() == pytest.approx(0.5**0.5, abs=0.03)
    assert halfway.seed == 1
