"""Single files in the layouts that people share, against folders of the same networks."""

import json
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from nodes.lib import lean, models, sampling, single
from nodes.lib.folders import VARIABLE, ModelError
from nodes.lib.latents import previews, projection
from nodes.lib.models import network
from nodes.lib.single import loading
from nodes.model import identify, load_clip, load_model, load_unet, load_vae
from nodes.types import Condition, Conditioning, Noise, Sampler, Schedule
from tests import tiny
from tests.tiny import families, files, layouts

NAMES = {
    "sd1": "sd1",
    "sd2": "sd2",
    "sdxl": "sdxl",
    "sdxl_refiner": "sdxl_refiner",
    "sd3": "sd35_medium",
    "flux": "flux_dev",
}
ENCODERS = {"sd2": {"clip_l": "clip_h"}}
WIDTHS = {"sd3": 32, "flux": 32, "sdxl": 32}


class Written:
    """A tiny model as folder and as file, with the configurations that go with it."""

    def __init__(self, name, place):
        self.name = name
        self.folder = load_model(model=str(families.write_family(place / "folder", name)))
        self.configs, self.file = place / "configs", place / "checkpoints" / f"{name}.safetensors"
        self.nets = {"network": network(self.folder.model.part)}
        self.nets["vae"] = network(self.folder.vae.part)
        encoders = ENCODERS.get(name, {})
        self.readers = {
            encoders.get(one.name, one.name): network(one.encoder)
            for one in self.folder.clip.encoders
        }
        self.write()

    def write(self):
        own, prefixes = files.original(self.nets["network"]), files.PREFIXES[self.name]
        vae = files.original(self.nets["vae"])
        texts = {
            one: files.text_encoder(one, net, prefixes[one]) for one, net in self.readers.items()
        }
        files.write(
            self.file,
            layouts.prefixed(files.NETWORK, own),
            layouts.prefixed(files.VAE.get(self.name, "first_stage_model."), vae),
            *(layouts.prefixed(prefixes[one], tensors) for one, tensors in texts.items()),
        )
        self.parts = {"network": own, "vae": vae, **texts}
        plain = dict(self.nets["network"].state_dict())
        layouts_of = {"original": own, "diffusers": plain}
        files.write_spec(self.configs, NAMES[self.name], self.nets["network"], layouts_of)
        files.write_spec(self.configs, "vae", self.nets["vae"], {"original": vae})
        for one, tensors in texts.items():
            opened = prefixes[one].endswith(".model.")
            layout = {"openclip" if opened else "transformers": tensors}
            files.write_spec(self.configs, one, self.readers[one], layout)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Writes a family once."""
    known = {}

    def write(name):
        if name not in known:
            known[name] = Written(name, tmp_path_factory.mktemp("single") / name)
        return known[name]

    return write


@pytest.fixture(params=list(NAMES))
def both(request, written, monkeypatch):
    """A family's tiny model, known to the loaders."""
    found = written(request.param)
    at_hand(found, monkeypatch)
    return found


@pytest.fixture
def flux(written, monkeypatch):
    found = written("flux")
    at_hand(found, monkeypatch)
    return found


def at_hand(found, monkeypatch):
    monkeypatch.setattr(single, "CONFIGS", found.configs)
    monkeypatch.setenv(VARIABLE, str(found.file.parent.parent))


def same(ours, theirs):
    ours, theirs = ours.state_dict(), theirs.state_dict()
    names = {name.removeprefix("text_model."): tensor for name, tensor in theirs.items()}
    for name, tensor in ours.items():
        assert torch.equal(tensor, names[name.removeprefix("text_model.")]), name


def test_a_checkpoint_holds_the_networks_that_its_folder_holds(both):
    loaded = load_model(model=str(both.file))
    same(network(loaded.model.part), both.nets["network"])
    same(network(loaded.vae.part), both.nets["vae"])
    for one in loaded.clip.encoders:
        same(network(one.encoder), both.readers[one.encoder.name])
    assert loaded.clip.kind == both.folder.clip.kind
    names = [one.name for one in loaded.clip.encoders]
    assert names == [one.name for one in both.folder.clip.encoders]


def test_a_checkpoint_says_of_itself_what_its_folder_says(both):
    file, folder = load_model(model=both.file.stem).model, both.folder.model
    assert file.latent_format == folder.latent_format
    assert file.family == folder.family
    vaes = load_model(model=str(both.file)).vae, both.folder.vae
    assert {vae.latents for vae in vaes} == {folder.latent_format}
    assert file.sampling.shift == folder.sampling.shift
    torch.testing.assert_close(file.sampling.sigmas, folder.sampling.sigmas)


def test_a_checkpoint_makes_the_latents_that_its_folder_makes(both):
    generator = torch.Generator().manual_seed(3)
    loaded, width = load_model(model=str(both.file)), WIDTHS.get(both.name, 16)
    pooled = 32 if both.name == "sd3" else 16
    entry = Condition(
        torch.randn((1, 5, width), generator=generator),
        torch.randn((1, pooled), generator=generator),
    )
    channels = loaded.model.latent_format.channels
    noise = Noise(torch.randn((1, channels, 8, 8), generator=generator), 0)
    top = loaded.model.sampling.sigma_max
    schedule = Schedule((top, top / 2, 0.0), "custom")
    first, second = (
        sampling.sample(
            sampling.Walk(model, Sampler("euler"), schedule, noise),
            model,
            Conditioning((entry,)),
            None,
            1.0,
            lambda walk: None,
        ).samples
        for model in (both.folder.model, _as_folder_predicts(loaded.model, both))
    )
    torch.testing.assert_close(first, second, rtol=1e-4, atol=1e-3)  # kernels differ by alignment


def _as_folder_predicts(model, both):
    return replace(model, sampling=both.folder.model.sampling)


def test_a_checkpoint_reads_words_as_its_folder_does(both):
    loaded = load_model(model=str(both.file))
    for ours, theirs in zip(loaded.clip.encoders, both.folder.clip.encoders, strict=True):
        ours, theirs = network(ours.tokenizer), network(theirs.tokenizer)
        assert ours("a fox").input_ids == theirs("a fox").input_ids


def test_a_network_alone_is_told_with_and_without_its_prefix(both, tmp_path):
    bare = files.write(tmp_path / "bare.safetensors", both.parts["network"])
    plain = files.write(tmp_path / "plain.safetensors", dict(both.nets["network"].state_dict()))
    for path in (bare, plain):
        same(network(load_unet(unet=str(path)).part), both.nets["network"])


def test_networks_are_found_in_a_whole_model_too(both):
    assert load_unet(unet=str(both.folder.model.part.folder)).part == both.folder.model.part
    assert load_vae(vae=str(both.folder.model.part.folder)).part == both.folder.vae.part
    clip = load_clip(clip=str(both.folder.model.part.folder), kind=both.folder.clip.kind)
    assert clip.encoders == both.folder.clip.encoders


def test_text_encoders_come_in_files_of_their_own_in_any_order(flux, tmp_path):
    place = tmp_path / "text_encoders"
    one = files.write(place / "l.safetensors", flux.parts["clip_l"])
    two = files.write(place / "t.safetensors", flux.parts["t5"])
    clip = load_clip(clip=str(two), clip_2=str(one), kind="flux")
    assert [reader.name for reader in clip.encoders] == ["clip_l", "t5"]
    same(network(clip.encoders[0].encoder), flux.readers["clip_l"])
    t5 = network(clip.encoders[1].encoder)
    assert t5.shared.weight is t5.encoder.embed_tokens.weight
    with pytest.raises(ModelError, match=r"flux reads with clip_l and t5, and t5 is in none of"):
        load_clip(clip=str(one), kind="flux")


def test_a_vae_alone_is_told_in_every_layout(flux, tmp_path):
    for prefix in ("", "first_stage_model.", "vae."):
        path = tmp_path / f"{prefix}vae.safetensors"
        files.write(path, layouts.prefixed(prefix, flux.parts["vae"]))
        vae = load_vae(vae=str(path))
        same(network(vae.part), flux.nets["vae"])
        assert vae.downscale == 8


def test_a_network_alone_is_previewed_by_the_vae_that_was_loaded_beside_it(
    flux, tmp_path, monkeypatch
):
    monkeypatch.setattr(projection, "_latest", {})
    monkeypatch.setattr(models, "opened", {})
    model = load_unet(unet=str(files.write(tmp_path / "u.safetensors", flux.parts["network"])))
    assert projection.colors(model) is None
    assert previews.preview(torch.randn(16, 4, 4), None).startswith(b"\xff\xd8")
    load_vae(vae=str(files.write(tmp_path / "v.safetensors", flux.parts["vae"])))
    assert projection.colors(model).shape == (17, 3)


def test_a_file_without_its_vae_says_what_it_lacks(flux, tmp_path):
    path = files.write(tmp_path / "alone.safetensors", flux.parts["network"])
    with pytest.raises(ModelError, match=r"a Flux.1 dev without vae and clip_l and t5; load it by"):
        load_model(model=str(path))
    with pytest.raises(ModelError, match=r"holds no VAE of a family .*, but Flux.1 dev, tr"):
        load_vae(vae=str(path))


def test_a_file_that_lost_a_tensor_names_it(flux, tmp_path):
    tensors = dict(flux.parts["vae"])
    configs = json.loads((flux.configs / "vae.json").read_bytes())
    lost = "decoder.conv_out.bias"
    del tensors[lost], configs["marks"]["original"][lost]
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "vae.json").write_text(json.dumps(configs))
    path = files.write(tmp_path / "vae.safetensors", tensors)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(single, "CONFIGS", tmp_path / "configs")
        with pytest.raises(ModelError, match=rf"lacks 1 tensors, {lost} among them; fetch"):
            network(load_vae(vae=str(path)).part)


def test_a_file_of_something_else_says_what_is_known(tmp_path):
    path = files.write(tmp_path / "other.safetensors", {"weight": torch.zeros(2)})
    with pytest.raises(ModelError, match=r"holds no UNet or transformer of a family .* Flux.1 dev"):
        load_unet(unet=str(path))


def test_a_file_that_is_none_is_refused(tmp_path):
    path = tmp_path / "broken.safetensors"
    path.write_bytes(b"not a header at all")
    with pytest.raises(ModelError, match=r"is no whole safetensors file; fetch it again"):
        load_unet(unet=str(path))
    with pytest.raises(ModelError, match=r"may hold code that runs when it is read"):
        load_model(model=str(tmp_path / "old.ckpt"))


def eighths(tensors, scale_name, rows=False):
    """Return tensors with matrices scaled to float8 as files have them, and what they stand for."""
    written, meant = {}, {}
    for name, tensor in tensors.items():
        meant[name] = written[name] = tensor
        if name.endswith(".weight") and tensor.ndim == 2:
            largest = tensor.abs().amax(dim=1) if rows else tensor.abs().max()
            scale = largest / torch.finfo(torch.float8_e4m3fn).max
            columns = scale[:, None] if rows else scale
            written[name] = (tensor / columns).to(torch.float8_e4m3fn)
            written[name.replace("weight", scale_name)] = scale[:, None] if rows else scale
            meant[name] = written[name].double() * columns
    return written, meant


@pytest.mark.parametrize(
    ("scale_name", "beside", "rows"),
    [
        ("scale_weight", {"scaled_fp8": torch.zeros(2).to(torch.float8_e4m3fn)}, False),
        ("scale_weight", {"img_in.scale_input": torch.ones(())}, False),
        ("weight_scale", {"img_in.comfy_quant": torch.zeros(8, dtype=torch.uint8)}, True),
    ],
)
def test_weights_scaled_to_eight_bits_are_brought_back(flux, tmp_path, scale_name, beside, rows):
    written, meant = eighths(flux.parts["network"], scale_name, rows)
    path = files.write(tmp_path / "scaled.safetensors", written, beside)
    own = files.write(tmp_path / "meant.safetensors", {n: t.float() for n, t in meant.items()})
    found, expected = (network(load_unet(unet=str(one)).part).state_dict() for one in (path, own))
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        torch.testing.assert_close(found[name], tensor, rtol=1e-6, atol=0)


def test_a_text_encoder_in_eight_bits_is_read_too(flux, tmp_path):
    written, meant = eighths(flux.parts["t5"], "scale_weight")
    path = files.write(
        tmp_path / "t5xxl_scaled.safetensors", written, {"scaled_fp8": torch.zeros(2)}
    )
    other = files.write(tmp_path / "clip_l.safetensors", flux.parts["clip_l"])
    clip = load_clip(clip=str(other), clip_2=str(path), kind="flux")
    found = network(next(one.encoder for one in clip.encoders if one.name == "t5")).state_dict()
    for name, tensor in meant.items():
        torch.testing.assert_close(found[name], tensor.float(), rtol=1e-6, atol=0)


def test_weights_in_forms_that_are_not_known_are_refused_by_name(flux, tmp_path):
    tensors = dict(flux.parts["network"])
    tensors["img_in.weight"] = tensors["img_in.weight"].to(torch.int8)
    tensors["img_in.weight_scale"] = torch.ones(())
    model = load_unet(unet=str(files.write(tmp_path / "packed.safetensors", tensors)))
    with pytest.raises(ModelError, match=r"packed.safetensors keeps img_in in a form"):
        network(model.part)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float8_e4m3fn])
def test_narrow_weights_are_brought_to_the_precision_in_use(flux, tmp_path, dtype):
    narrow = {name: tensor.to(dtype) for name, tensor in flux.parts["network"].items()}
    model = load_unet(unet=str(files.write(tmp_path / "narrow.safetensors", narrow)))
    found, own = network(model.part).state_dict(), flux.nets["network"].state_dict()
    for name, tensor in found.items():
        assert torch.equal(tensor, own[name].to(dtype).float()), name


def test_a_file_tells_when_it_predicts_v(written, monkeypatch, tmp_path):
    found = written("sdxl")
    at_hand(found, monkeypatch)
    marks = {"v_pred": torch.zeros(0), "ztsnr": torch.zeros(0)}
    path = files.write(tmp_path / "v.safetensors", found.parts["network"], marks)
    model = load_unet(unet=str(path))
    assert model.sampling.prediction == "v_prediction"
    assert model.sampling.sigma_max > 1000
    assert load_unet(unet=str(found.file)).sampling.prediction == "eps"


def test_a_file_of_another_kind_of_noise_is_refused(written, monkeypatch, tmp_path):
    found = written("sdxl")
    at_hand(found, monkeypatch)
    path = tmp_path / "playground.safetensors"
    files.write(path, found.parts["network"], {"edm_mean": torch.zeros(4)})
    with pytest.raises(ModelError, match=r"Playground's own noise levels, which are not supported"):
        load_unet(unet=str(path))


@pytest.mark.parametrize(("spread", "predicts"), [(0.2, "v_prediction"), (0.05, "eps")])
def test_a_bias_tells_what_stable_diffusion_2_predicts(
    written, monkeypatch, tmp_path, spread, predicts
):
    found = written("sd2")
    at_hand(found, monkeypatch)
    name = next(one for one in found.parts["network"] if one.endswith("blocks.0.norm1.bias"))
    bias = found.parts["network"][name]
    far = torch.linspace(-1, 1, len(bias)) * spread / torch.linspace(-1, 1, len(bias)).std()
    path = files.write(tmp_path / "sd2.safetensors", found.parts["network"] | {name: far})
    spec = json.loads((found.configs / "sd2.json").read_bytes())
    spec["v_prediction"]["original"][0] = name
    (tmp_path / "sd2.json").write_text(json.dumps(spec))
    monkeypatch.setattr(single, "CONFIGS", tmp_path)
    assert load_unet(unet=str(path)).sampling.prediction == predicts


def test_a_tokenizer_that_is_nowhere_says_where_to_put_it(flux, tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    loaded = load_model(model=str(flux.file))
    with pytest.raises(
        ModelError,
        match=rf"the tokenizer of CLIP is not on this machine .* put vocab.json and merges.txt of "
        rf"openai/clip-vit-large-patch14 into {tmp_path}/tokenizers/clip",
    ):
        network(loaded.clip.encoders[0].tokenizer)


def test_tokenizers_are_found_in_a_folder_of_their_own(flux, tmp_path, monkeypatch):
    import sentencepiece

    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    tiny.write_tokenizer(tmp_path / "tokenizers" / "clip")
    (tmp_path / "tokenizers" / "t5").mkdir()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a happy fox on green", "a cat with a hat"] * 20),
        model_prefix=str(tmp_path / "tokenizers" / "t5" / "spiece"),
        vocab_size=22,
        **{"pad_id": 0, "eos_id": 1, "unk_id": 2, "bos_id": -1, "minloglevel": 2},
    )
    clip, t5 = (network(one.tokenizer) for one in load_model(model=str(flux.file)).clip.encoders)
    assert (clip.model_max_length, clip.pad_token) == (tiny.LENGTH, "<|endoftext|>")
    pieces = sentencepiece.SentencePieceProcessor(
        model_file=str(tmp_path / "tokenizers" / "t5" / "spiece.model")
    )
    assert t5("a happy cat").input_ids == [*pieces.encode("a happy cat"), 1]
    assert t5.pad_token_id == 0


def test_the_identity_of_a_file_is_of_its_content(flux, tmp_path):
    copied = tmp_path / "renamed.safetensors"
    copied.write_bytes(flux.file.read_bytes())
    assert identify(model=str(copied)) == identify(model=str(flux.file))
    assert load_file(copied).keys() == load_file(flux.file).keys()


SIZES = {
    "sd1": 859_520_964,
    "sd2": 865_910_724,
    "sdxl": 2_567_463_684,
    "sdxl_refiner": 2.26e9,
    "sd3": 2_028_328_000,
    "sd35_medium": 2.24e9,
    "sd35_large": 8.06e9,
    "flux_dev": 11_901_408_320,
    "flux_schnell": 11_891_178_560,
    "vae": 83_653_863,
    "clip_l": 123_060_480,
    "clip_h": 340_387_840,
    "clip_g": 694_659_840,
    "t5": 4_762_310_656,
}
"""Parameters of the true networks, as their authors and the hub say."""


@pytest.mark.parametrize("name", SIZES)
def test_what_is_shipped_is_of_the_true_networks(name):
    spec = json.loads((single.CONFIGS / f"{name}.json").read_bytes())
    piece = single.Piece(spec, "", "", spec["config"], 0)
    made = loading.empty(piece)
    tied = "encoder.embed_tokens.weight"
    count = sum(one.numel() for own, one in made.named_parameters() if own != tied)
    assert count == pytest.approx(SIZES[name], rel=0.005)
    for layout, marks in spec["marks"].items():
        tensors = _in_layout(layout, made, name)
        for mark, wanted in marks.items():
            found = tensors.get(mark)
            assert (found is None) == (wanted is False), (layout, mark)
            if isinstance(wanted, list):
                assert list(found.shape) == wanted, (layout, mark)
        piece = single.Piece(spec, "", layout, spec["config"], 0)
        read = loading.renamed(made, piece, dict(tensors))
        shapes = {one: tensor.shape for one, tensor in made.state_dict().items()}
        assert {one: tensor.shape for one, tensor in read.items()} == shapes


def _in_layout(layout, made, name):
    if layout == "original":
        return files.original(made)
    if layout == "openclip":
        return layouts.open_clip(dict(made.state_dict()))
    if layout == "flat":
        return {one.removeprefix("text_model."): it for one, it in made.state_dict().items()}
    return files.text_encoder(name, made, "") if layout == "transformers" else made.state_dict()


def test_the_classes_are_those_that_diffusers_has():
    for spec in single.specs(single.CONFIGS):
        name = spec["config"]["_class_name"]
        assert name in models.READERS or lean.network(name).__name__ == name
