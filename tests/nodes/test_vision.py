"""Pictures that are read as words: beside transformers' networks and diffusers' pipelines."""

from types import SimpleNamespace

import pytest
import torch
from diffusers import DDPMScheduler, FluxPriorReduxPipeline, StableUnCLIPImg2ImgPipeline
from diffusers.pipelines.stable_diffusion.stable_unclip_image_normalizer import (
    StableUnCLIPImageNormalizer,
)
from PIL import Image as Pictures
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

from nodegraph.errors import ParamError
from nodes import vision
from nodes.lib.conditioning import ConditioningError, combined
from nodes.lib.families import evaluate
from nodes.lib.families.grouping import ConditionError
from nodes.lib.folders import ModelError
from nodes.lib.models import network
from nodes.lib.vision import unclip
from nodes.model import load_model
from nodes.types import Condition, Conditioning, Image
from tests import tiny
from tests.tiny import families
from tests.tiny import vision as small

WIDE = 1024
"""CLIP's image encoder L, as far as a file tells it by its width."""
CLOSE = {"rtol": 1e-5, "atol": 1e-5}
"""Of what networks of a few layers give in float32."""


@pytest.fixture(scope="module")
def picture():
    generator = torch.Generator().manual_seed(3)
    return Image(torch.randint(0, 256, (2, 16, 16, 3), generator=generator) / 255)


@pytest.fixture(scope="module")
def clip():
    return small.clip(WIDE, num_hidden_layers=1, hidden_act="quick_gelu")


@pytest.fixture(scope="module")
def clip_file(clip, tmp_path_factory):
    return small.write(tmp_path_factory.mktemp("clip") / "l.safetensors", small.prefixed(clip))


@pytest.fixture(scope="module")
def siglip(tmp_path_factory):
    made = small.siglip()
    path = tmp_path_factory.mktemp("siglip") / "sig.safetensors"
    return made, small.write(path, small.prefixed(made))


def seen(picture, mean, deviation):
    return ((picture.pixels.movedim(-1, 1).movedim(1, -1) - mean) / deviation).movedim(-1, 1)


def said(encoder, picture):
    return vision.encode(vision.load(encoder=str(encoder)), picture)


def test_clip_says_what_transformers_says(clip, clip_file, picture):
    from transformers.image_utils import OPENAI_CLIP_MEAN, OPENAI_CLIP_STD

    found = said(clip_file, picture)
    pixels = seen(picture, torch.tensor(OPENAI_CLIP_MEAN), torch.tensor(OPENAI_CLIP_STD))
    with torch.no_grad():
        wanted = clip(pixels, output_hidden_states=True)
    torch.testing.assert_close(found.projected, wanted.image_embeds, **CLOSE)
    torch.testing.assert_close(found.hidden, wanted.last_hidden_state, **CLOSE)
    torch.testing.assert_close(found.penultimate, wanted.hidden_states[-2], **CLOSE)


@pytest.mark.parametrize("prefix", ["visual.", "embedder.model.visual."])
def test_open_clips_names_lead_to_the_same_network(prefix, clip, clip_file, picture, tmp_path):
    path = small.write(tmp_path / "open.safetensors", small.open_clip(clip, prefix))
    torch.testing.assert_close(
        said(path, picture).projected, said(clip_file, picture).projected, rtol=0, atol=0
    )


def test_a_folder_is_read_like_a_file(picture, tmp_path):
    made = small.clip()
    made.save_pretrained(tmp_path / "encoder")
    assert said(tmp_path / "encoder", picture).projected.shape == (2, small.PROJECTED)


def test_the_middle_is_read_or_all_of_it_is_squeezed():
    wide = Image(torch.zeros(1, 16, 48, 3))
    wide.pixels[:, :, 16:32] = 1.0
    from nodes.lib.vision.encoders import shown

    plain = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
    assert bool((shown(wide.pixels, 16, plain, crop=True) == 1).all())
    squeezed = shown(wide.pixels, 16, plain, crop=False)
    assert squeezed.shape == (1, 3, 16, 16)
    assert (squeezed[..., 0].max(), squeezed[..., 8].min()) == (0, 1)


def test_what_is_no_image_encoder_is_told(tmp_path):
    path = small.write(tmp_path / "odd.safetensors", {"weight": torch.zeros(2)})
    with pytest.raises(ModelError, match="holds no image encoder"):
        vision.load(encoder=str(path))
    path = small.write(tmp_path / "thin.safetensors", small.prefixed(small.clip()))
    with pytest.raises(ModelError, match="is 32 wide, and known image encoders are"):
        network(vision.load(encoder=str(path)).part)
    with pytest.raises(ParamError, match="there is no 'nowhere'"):
        vision.identify_encoder(encoder="nowhere")


# unCLIP


@pytest.fixture(scope="module")
def embedding(picture, tmp_path_factory):
    made = small.clip()
    folder = tmp_path_factory.mktemp("encoder") / "encoder"
    made.save_pretrained(folder)
    return said(folder, picture)


def pipeline_told(embedding, level, seed):
    """What diffusers' pipeline for unCLIP tells its network."""
    pipeline = SimpleNamespace(
        image_normalizer=StableUnCLIPImageNormalizer(embedding.shape[-1]),
        image_noising_scheduler=DDPMScheduler(beta_schedule="squaredcos_cap_v2"),
    )
    noise = torch.randn(embedding.shape, generator=torch.Generator().manual_seed(seed))
    with torch.no_grad():
        return StableUnCLIPImg2ImgPipeline.noise_image_embeddings(
            pipeline, embedding, level, noise=noise
        )


@pytest.mark.parametrize(("share", "level"), [(0.0, 0), (0.4, 400), (1.0, 999)])
def test_a_picture_is_told_as_in_the_pipeline(share, level, embedding):
    one = embedding.projected[:1]
    found = unclip.told((unclip.Picture(one, 1.0, share, 110),), 0.05)
    torch.testing.assert_close(found, pipeline_told(one, level, 100), rtol=1e-5, atol=1e-5)


def test_several_pictures_are_added_up_and_noised_once_more(embedding):
    one, two = embedding.projected.split(1)
    width = one.shape[1]
    pictures = (unclip.Picture(one, 0.5, 0.1, 10), unclip.Picture(two, -2.0, 0.2, 10))
    found = unclip.told(pictures, 0.05)
    total = 0.5 * pipeline_told(one, 100, 0) - 2.0 * pipeline_told(two, 200, 0)
    generator = torch.Generator().manual_seed(0)
    noise = [torch.randn((1, width), generator=generator) for _ in range(2)][1]
    kept = DDPMScheduler(beta_schedule="squaredcos_cap_v2").alphas_cumprod[50]
    wanted = total[:, :width] * kept.sqrt() + noise * (1 - kept).sqrt()
    torch.testing.assert_close(found[:, :width], wanted, rtol=1e-5, atol=1e-5)


def text(seed, width, pooled=0):
    generator = torch.Generator().manual_seed(seed)
    whole = torch.randn((1, pooled), generator=generator) if pooled else None
    return Conditioning((Condition(torch.randn((1, 7, width), generator=generator), whole),))


def noise():
    return torch.randn((1, 4, 8, 8), generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def unclip_folder(tmp_path_factory):
    return small.write_unclip(tmp_path_factory.mktemp("models") / "unclip")


def test_a_network_for_unclip_reads_pictures_where_there_are_some(unclip_folder, embedding):
    loaded = vision.load_unclip(model=str(unclip_folder))
    words = text(5, tiny.WIDTH)
    both = combined([vision.unclip(words, embedding, strength=0.5, seed=12), words])
    found = evaluate(loaded.model, noise(), 3.0, both.entries)
    unet, sampling = network(loaded.model.part), loaded.model.sampling
    labels = torch.cat([unclip.told(both.entries[0].pictures, 0.05), torch.zeros(1, 32)])
    with torch.inference_mode():
        wanted = unet(
            sampling.scale_input(noise(), 3.0).repeat(2, 1, 1, 1),
            torch.full((2,), sampling.timestep(3.0)),
            encoder_hidden_states=words.entries[0].embedding.repeat(2, 1, 1),
            class_labels=labels,
        ).sample
    torch.testing.assert_close(found, wanted, rtol=1e-5, atol=1e-5)


def test_the_encoder_of_an_unclip_model_comes_with_it(unclip_folder, picture, embedding):
    loaded = vision.load_unclip(model=str(unclip_folder))
    found = vision.encode(loaded.encoder, picture)
    torch.testing.assert_close(found.projected, embedding.projected)


def test_sdxl_is_told_of_pictures_in_place_of_the_text_as_a_whole(embedding, tmp_path_factory):
    folder = families.write_family(tmp_path_factory.mktemp("models") / "sdxl", "sdxl")
    model = load_model(model=str(folder)).model
    words = text(5, families.LONG, tiny.WIDTH)
    shown = vision.unclip(words, embedding, noise_augmentation=0.3, seed=4)
    told = unclip.told(shown.entries[0].pictures, 0.0)[:, : tiny.WIDTH]
    instead = Conditioning((Condition(words.entries[0].embedding, told),))
    found = [evaluate(model, noise(), 3.0, one.entries) for one in (shown, instead, words)]
    torch.testing.assert_close(found[0], found[1], rtol=0, atol=0)
    assert not torch.equal(found[0], found[2])


def test_what_does_not_fit_is_told(unclip_folder, embedding, siglip, picture):
    loaded = vision.load_unclip(model=str(unclip_folder))
    thin = vision.ImageEmbedding(embedding.hidden, embedding.hidden, embedding.projected[:, :8])
    shown = vision.unclip(text(5, tiny.WIDTH), thin)
    with pytest.raises(ConditionError, match="wants 16 numbers of a picture"):
        evaluate(loaded.model, noise(), 3.0, shown.entries)
    with pytest.raises(ConditionError, match="says nothing of a picture as a whole"):
        vision.unclip(text(5, tiny.WIDTH), said(siglip[1], picture))


def test_at_strength_0_nothing_is_told(embedding):
    words = text(5, tiny.WIDTH)
    assert vision.unclip(words, embedding, strength=0.0) is words


# Redux


@pytest.fixture(scope="module")
def redux(tmp_path_factory):
    made = small.redux(families.LONG)
    path = tmp_path_factory.mktemp("style") / "redux.safetensors"
    return made, small.write(path, made.state_dict())


def test_redux_gives_the_pipelines_tokens(redux, siglip, picture):
    style = vision.load_style(style=str(redux[1]))
    words = text(5, families.LONG)
    one = Image(picture.pixels[:1])
    found = vision.style(words, style, said(siglip[1], one)).entries[0].embedding
    pipeline = FluxPriorReduxPipeline(
        image_encoder=siglip[0],
        feature_extractor=SiglipImageProcessorPil(size={"height": 16, "width": 16}),
        image_embedder=redux[0],
    )
    shown = Pictures.fromarray((one.pixels[0] * 255).round().byte().numpy())
    with torch.no_grad():
        read = pipeline.encode_image(shown, "cpu", 1)
        wanted = pipeline.image_embedder(read).image_embeds
    count = found.shape[1] - words.entries[0].embedding.shape[1]
    assert count == (small.SIDE // small.PATCH) ** 2
    torch.testing.assert_close(found[:, :-count], words.entries[0].embedding)
    torch.testing.assert_close(found[:, -count:], wanted, **CLOSE)


def test_a_style_multiplies_its_tokens_or_how_likely_they_are(redux, siglip, picture):
    style, embedding = vision.load_style(style=str(redux[1])), said(siglip[1], picture)
    words = text(5, families.LONG)
    whole, half, biased = (
        vision.style(words, style, embedding, **how).entries[0]
        for how in ({}, {"strength": 0.5}, {"strength": 0.5, "strength_type": "attn_bias"})
    )
    torch.testing.assert_close(half.embedding[:, 7:], whole.embedding[:, 7:] * 0.5)
    torch.testing.assert_close(biased.embedding, whole.embedding)
    assert biased.options["biases"] == [[7, 8, 0.5]]


def test_tokens_that_are_never_attended_to_leave_the_picture_alone(redux, siglip, picture, flux):
    style, embedding = vision.load_style(style=str(redux[1])), said(siglip[1], picture)
    words = text(5, families.LONG, tiny.WIDTH)
    how = {"strength": 0.0, "strength_type": "attn_bias"}
    x = torch.randn((1, 16, 4, 4), generator=torch.Generator().manual_seed(1))
    never, seen_too, alone = (
        evaluate(flux, x, 0.7, one.entries)
        for one in (
            vision.style(words, style, embedding, **how),
            vision.style(words, style, embedding),
            words,
        )
    )
    torch.testing.assert_close(never, alone, **CLOSE)
    assert not torch.allclose(seen_too, alone, **CLOSE)


def test_the_mask_lets_all_but_the_pictures_own_tokens_attend_to_them_by_the_bias():
    from nodes.lib.vision import style

    one = Condition(torch.zeros(1, 5, 4), options={"biases": [[2, 2, 0.5]]})
    found = style.mask((one,), 1, 3, torch.zeros(1))[0, 0]
    log = float(torch.tensor(0.5).log().half())
    wanted = torch.zeros(8, 8)
    wanted[[0, 1, 5, 6, 7], 2:4] = log
    torch.testing.assert_close(found, wanted, rtol=0, atol=0)
    assert style.mask((Condition(torch.zeros(1, 5, 4)),), 1, 3, torch.zeros(1)) is None


@pytest.fixture(scope="module")
def flux(tmp_path_factory):
    folder = families.write_family(tmp_path_factory.mktemp("models") / "flux", "flux")
    return load_model(model=str(folder)).model


def test_what_is_no_style_model_is_told(clip_file, redux, embedding):
    with pytest.raises(ModelError, match="is no style model"):
        vision.load_style(style=str(clip_file))
    with pytest.raises(ParamError, match="style models"):
        vision.identify_style(style="nowhere")
    style = vision.load_style(style=str(redux[1]))
    with pytest.raises(ConditioningError, match="gives 32 numbers a token and the text has 16"):
        vision.style(text(5, 16), style, embedding)
