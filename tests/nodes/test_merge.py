"""Merged models, beside networks whose weights are mixed by hand."""

import json
from dataclasses import replace

import pytest
import torch
from diffusers import StableDiffusionPipeline
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from safetensors.torch import load_file

from nodegraph.execution.context import Context, Options, enter, leave
from nodes import adapter, inside, merge, text
from nodes.lib import merging, models, saving, single
from nodes.lib.adapters.baking import BakeError
from nodes.lib.folders import Part
from nodes.lib.predict import predict
from nodes.lib.single import loading
from nodes.model import load_model
from nodes.types import Condition, Conditioning, Latent
from tests.tiny import adapters, families, layouts

TOLERANCE = {"atol": 1e-5, "rtol": 1e-5}
"""Of weights mixed in float32 in another order."""

pytestmark = pytest.mark.usefixtures("fresh")


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """Three models of one family."""
    folder = tmp_path_factory.mktemp("merged")
    found = []
    for seed in (1, 2, 3):
        unet, encoder = seeded(families.sd, seed), seeded(families.plain, seed)
        path = families.write_family(
            folder / str(seed),
            "sd1",
            unet=lambda one=unet: one,
            text_encoder=lambda one=encoder: one,
        )
        found.append(load_model(model=str(path)))
    return found


def seeded(make, seed):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make()


def weights(model):
    return models.network(model.part).state_dict()


def encoder(clip):
    return models.network(clip.encoders[0].encoder).state_dict()


def estimate(model):
    generator = torch.Generator().manual_seed(4)
    words = Conditioning((Condition(torch.randn((1, 5, 16), generator=generator)),))
    x = Latent(torch.randn((1, 4, 8, 8), generator=generator))
    return predict(model, x, 3.0, words).positive.denoised.samples


def test_a_merge_is_the_mean_of_the_weights(three):
    first, second, _ = (one.model for one in three)
    one, two = weights(first), weights(second)
    found = weights(merge.merge(first, second, ratio=0.7))
    expected = {name: 0.7 * one[name] + 0.3 * two[name] for name in one}
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        torch.testing.assert_close(found[name], tensor, **TOLERANCE)


def test_at_the_ends_it_is_one_of_them(three):
    first, second, _ = (one.model for one in three)
    for ratio, one in ((1.0, first), (0.0, second)):
        found, own = weights(merge.merge(first, second, ratio=ratio)), weights(one)
        assert all(torch.equal(found[name], tensor) for name, tensor in own.items())


def test_blocks_have_ratios_of_their_own(three):
    first, second, _ = (one.model for one in three)
    one, two = weights(first), weights(second)
    found = weights(merge.merge_blocks(first, second, input=1.0, middle=0.25, output=0.0))
    for name, tensor in found.items():
        share = {"mid": 0.25, "up_": 0.0}.get(name[:3], 1.0)
        share = 0.0 if name.startswith(("conv_out", "conv_norm_out")) else share
        expected = share * one[name] + (1 - share) * two[name]
        torch.testing.assert_close(tensor, expected, **TOLERANCE)


def test_sdxls_blocks_are_those_of_the_authors_files():
    spec = json.loads((single.SHIPPED / "sdxl.json").read_bytes())
    own = loading.empty(single.Piece(spec, "", "", spec["config"], 0)).state_dict()
    theirs = {id(one): name for name, one in layouts.unet(dict(own), 2).items()}
    words = {"input_blocks": "input", "middle_block": "middle", "output_blocks": "output"}
    words |= {"time_embed": "time", "label_emb": "label"}
    for name, one in own.items():
        stem, number, *_ = theirs[id(one)].split(".")
        wanted = words.get(stem, stem)
        numbered = stem.endswith(("blocks", "block"))
        assert merging.place(name) == (f"{wanted} {number}" if numbered else wanted), name


def test_each_of_sdxls_blocks_has_a_ratio_of_its_own(tmp_path):
    first, second = (
        load_model(
            model=str(families.write_family(tmp_path / str(n), "sdxl", unet=lambda one=one: one))
        ).model
        for n, one in enumerate(seeded(families.sdxl, seed) for seed in (1, 2))
    )
    ratios = {"input_0": 0.25, "middle_1": 0.5, "output_2": 0.0, "out": 0.75}
    found = weights(merge.merge_each_block(first, second, **ratios))
    own, other = weights(first), weights(second)
    shares = {"conv_in.weight": 0.25, "mid_block.attentions.0.norm.weight": 0.5}
    shares |= {"up_blocks.0.upsamplers.0.conv.weight": 0.0, "conv_out.bias": 0.75}
    shares |= {"down_blocks.1.resnets.0.conv1.weight": 1.0, "time_embedding.linear_1.bias": 1.0}
    for name, share in shares.items():
        wanted = share * own[name] + (1 - share) * other[name]
        torch.testing.assert_close(found[name], wanted, **TOLERANCE)


def test_tensors_that_sdxl_has_not_are_in_none_of_its_blocks():
    with pytest.raises(merging.MergeError, match="in none of Stable Diffusion XL's blocks"):
        merging._share("class_embedding.linear_1.weight", {"time": (1.0, 0.0)})


def test_what_another_learnt_beyond_its_base_is_added(three):
    a, b, c = (one.model for one in three)
    found = weights(merge.add_difference(a, b, c, multiplier=0.4))
    states = [weights(one) for one in (a, b, c)]
    for name, tensor in found.items():
        one, two, base = (state[name] for state in states)
        torch.testing.assert_close(tensor, one + 0.4 * (two - base), **TOLERANCE)


def test_text_encoders_are_mixed_too(three):
    a, b, c = (one.clip for one in three)
    mean, more = merge.merge_clips(a, b, ratio=0.2), merge.add_clip_difference(a, b, c)
    states = [encoder(one) for one in (a, b, c)]
    for name in states[0]:
        one, two, base = (state[name] for state in states)
        if one.is_floating_point():
            torch.testing.assert_close(encoder(mean)[name], 0.2 * one + 0.8 * two, **TOLERANCE)
            torch.testing.assert_close(encoder(more)[name], one + two - base, **TOLERANCE)
    assert text.encode(mean, text="fox").entries[0].embedding.isfinite().all()


def test_a_merge_is_made_once_and_told_from_others(three):
    first, second, _ = (one.model for one in three)
    made, again = merge.merge(first, second, ratio=0.3), merge.merge(first, second, ratio=0.3)
    assert made.part == again.part != merge.merge(first, second, ratio=0.4).part
    assert models.network(made.part) is models.network(again.part)
    before = estimate(made)
    models.forget()
    assert torch.equal(estimate(made), before)


@pytest.fixture
def lora(three, tmp_path):
    layers = adapters.pairs(models.network(three[0].model.part), ("attn2.to_q", "conv1"))
    return adapters.kohya(tmp_path / "one.safetensors", lora_unet=layers)


def test_loras_are_mixed_in(three, lora):
    first, second, _ = (one.model for one in three)
    laid = adapter.lora_network(first, lora=str(lora), strength=0.6)
    torch.testing.assert_close(
        estimate(merge.merge(laid, second, ratio=1.0)), estimate(laid), atol=1e-4, rtol=1e-4
    )
    assert not torch.allclose(estimate(laid), estimate(first), atol=1e-3)


def test_models_of_two_families_are_refused(three, tmp_path):
    first = three[0].model
    sd3 = load_model(model=str(families.write_family(tmp_path / "sd3", "sd3"))).model
    with pytest.raises(merging.MergeError, match="one family"):
        merge.merge(first, sd3)
    with pytest.raises(merging.MergeError, match="has no input, middle and output"):
        merge.merge_blocks(sd3, sd3)
    sdxl = load_model(model=str(families.write_family(tmp_path / "sdxl", "sdxl"))).model
    with pytest.raises(merging.MergeError, match=r"differs from that of 1 in \d+ tensors"):
        estimate(merge.merge(first, sdxl))


@pytest.fixture
def out(tmp_path):
    token = enter(Context(Options(out=tmp_path / "out"), make_record=lambda: {"form": 1}))
    yield tmp_path / "out"
    leave(token)


def test_a_network_is_saved_with_its_loras(three, lora, out):
    model = adapter.lora_network(three[0].model, lora=str(lora), strength=0.6)
    ((path,),) = merge.save(model, name="mine/fox")
    ((second,),) = merge.save(model, name="mine/fox")
    assert path == out / "mine" / "fox_00001.safetensors"
    assert second == out / "mine" / "fox_00002.safetensors"
    unet = UNet2DConditionModel.from_config(models.network(model.part).config)
    unet.load_state_dict(load_file(path))
    part = Part("saved", "unet", "cpu", "float32", path)
    models.hold(part, unet.eval())
    torch.testing.assert_close(
        estimate(replace(three[0].model, part=part)), estimate(model), atol=1e-4, rtol=1e-4
    )


def test_a_folder_is_read_by_us_and_by_diffusers(three, lora, out):
    loaded = three[0]
    model, clip = adapter.lora(loaded.model, loaded.clip, lora=str(lora))
    (files,) = merge.save(model, clip, loaded.vae, name="fox", layout="folder")
    folder = files[0].parent if files[0].name == "model_index.json" else files[0].parents[0]
    assert json.loads((folder / "model_index.json").read_text())["unet"][0] == "diffusers"
    again = load_model(model=str(folder))
    torch.testing.assert_close(estimate(again.model), estimate(model), atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(again.model.sampling.sigmas, model.sampling.sigmas)
    (more,) = merge.save(model, clip, loaded.vae, name="fox", layout="folder")
    assert not set(more) & set(files)
    pipeline = StableDiffusionPipeline.from_pretrained(folder, local_files_only=True)
    theirs, ours = pipeline.unet.state_dict(), models.network(again.model.part).state_dict()
    assert all(torch.equal(theirs[name], tensor) for name, tensor in ours.items())


def test_what_weights_cannot_hold_is_said(three, out):
    model = inside.skip(three[0].model, index=0, scale=0.5)
    with pytest.raises(BakeError, match="cannot hold, Skip"):
        merge.save(model)
    with pytest.raises(saving.SaveError, match="link its clip and its vae"):
        merge.save(three[0].model, layout="folder")


@pytest.mark.parametrize("family", ["sdxl", "sdxl_refiner", "sd3", "flux"])
def test_folders_of_every_family_are_read_again(family, tmp_path, out):
    loaded = load_model(model=str(families.write_family(tmp_path / family, family)))
    (files,) = merge.save(*loaded, name=family, layout="folder")
    index = next(path for path in files if path.name == "model_index.json")
    again = load_model(model=str(index.parent))
    assert again.clip.kind == loaded.clip.kind
    parts = [(loaded.model.part, again.model.part), (loaded.vae.part, again.vae.part)]
    parts += [
        (one.encoder, two.encoder)
        for one, two in zip(loaded.clip.encoders, again.clip.encoders, strict=True)
    ]
    for old, new in parts:
        one, two = (models.network(part).state_dict() for part in (old, new))
        assert one.keys() == two.keys()
        assert all(torch.equal(two[name], tensor) for name, tensor in one.items())
    words = [
        text.encode(clip, text="a fox").entries[0].embedding for clip in (loaded.clip, again.clip)
    ]
    assert torch.equal(*words)
