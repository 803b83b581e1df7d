import pytest
import torch
from diffusers import (
    FluxPipeline,
    StableDiffusion3Pipeline,
    StableDiffusionPipeline,
    StableDiffusionXLImg2ImgPipeline,
    StableDiffusionXLPipeline,
)

from nodegraph.errors import UnknownChoiceError
from nodes.handles import Clip
from nodes.lib.models import network
from nodes.lib.text import encode, encode_each
from nodes.lib.text.kinds import EncoderError
from tests.tiny.texts import LENGTH, clip_of

PROMPT = "a red fox"
EXACT = {"atol": 1e-5, "rtol": 1e-5}


def entry(clip, text=PROMPT):
    (found,) = encode(clip, text).entries
    return found


def parts(clip):
    """Return tokenizers and encoders as diffusers' pipelines name them."""
    found = {}
    for one in clip.encoders:
        number = {"clip_l": "", "clip_g": "_2", "t5": "_3" if clip.kind == "sd3" else "_2"}[
            one.name
        ]
        found[f"tokenizer{number}"] = network(one.tokenizer)
        found[f"text_encoder{number}"] = network(one.encoder)
    return found


def prompt_of(pipeline, **options):
    with torch.inference_mode():
        return pipeline.encode_prompt(PROMPT, device="cpu", num_images_per_prompt=1, **options)


def test_stable_diffusion_is_read_as_its_pipeline_does():
    clip = clip_of("sd", "kinds")
    others = dict.fromkeys(["vae", "unet", "scheduler", "safety_checker", "feature_extractor"])
    pipeline = StableDiffusionPipeline(**parts(clip), **others, requires_safety_checker=False)
    expected, _ = prompt_of(pipeline, do_classifier_free_guidance=False)
    assert torch.equal(entry(clip).embedding, expected)
    assert entry(clip).pooled is None


@pytest.mark.parametrize("skip", [None, 0, 1])
def test_clip_skip_of_stable_diffusion_ends_in_the_final_norm(skip):
    clip = clip_of("sd", "kinds")
    encoder = network(clip.encoders[0].encoder)
    ids = network(clip.encoders[0].tokenizer)(
        PROMPT, padding="max_length", max_length=LENGTH, return_tensors="pt"
    ).input_ids
    with torch.inference_mode():
        states = encoder(ids, output_hidden_states=True).hidden_states
        expected = encoder.final_layer_norm(states[-1 - (skip or 0)])
    found = entry(Clip(clip.encoders, "sd", skip)).embedding
    torch.testing.assert_close(found, expected, **EXACT)


@pytest.mark.parametrize("skip", [None, 0])
def test_sdxl_is_read_as_its_pipeline_does(skip):
    clip = clip_of("sdxl", "kinds")
    pipeline = StableDiffusionXLPipeline(
        **parts(clip), vae=None, unet=None, scheduler=None, add_watermarker=False
    )
    clip_skip = None if skip is None else skip - 1  # diffusers counts from the penultimate
    expected, _, pooled, _ = prompt_of(
        pipeline, do_classifier_free_guidance=False, clip_skip=clip_skip
    )
    found = entry(Clip(clip.encoders, "sdxl", skip))
    torch.testing.assert_close(found.embedding, expected, **EXACT)
    torch.testing.assert_close(found.pooled, pooled, **EXACT)
    assert found.embedding.shape == (1, LENGTH, 16 + 24)


def test_the_second_encoder_of_sdxl_pads_with_its_own_token():
    first, second = (network(one.tokenizer) for one in clip_of("sdxl", "kinds").encoders)
    assert first.pad_token_id == first.eos_token_id
    assert second.pad_token_id == 0


def test_the_refiner_of_sdxl_is_read_as_its_pipeline_does():
    clip = clip_of("sdxl_refiner", "kinds")
    pipeline = StableDiffusionXLImg2ImgPipeline(
        **parts(clip),
        tokenizer=None,
        text_encoder=None,
        vae=None,
        unet=None,
        scheduler=None,
        add_watermarker=False,
    )
    expected, _, pooled, _ = prompt_of(pipeline, do_classifier_free_guidance=False)
    torch.testing.assert_close(entry(clip).embedding, expected, **EXACT)
    torch.testing.assert_close(entry(clip).pooled, pooled, **EXACT)


@pytest.fixture(scope="module")
def sd3():
    return clip_of("sd3", "kinds")


def pipeline_of_sd3(clip, **options):
    return StableDiffusion3Pipeline(
        **parts(clip), transformer=None, scheduler=None, vae=None, **options
    )


def test_stable_diffusion_3_is_read_as_its_pipeline_does(sd3):
    expected, _, pooled, _ = prompt_of(
        pipeline_of_sd3(sd3), prompt_2=None, prompt_3=None, do_classifier_free_guidance=False
    )
    found = entry(sd3)
    torch.testing.assert_close(found.embedding, expected, **EXACT)
    torch.testing.assert_close(found.pooled, pooled, **EXACT)
    assert found.embedding.shape == (1, LENGTH + 256, 48)
    assert len(found.tokens) == LENGTH + 256


def test_stable_diffusion_3_without_t5_reads_zeros_in_its_place(sd3):
    found = entry(Clip(sd3.encoders[:2], "sd3"))
    assert found.embedding.shape == (1, LENGTH + 256, 4096)
    torch.testing.assert_close(found.embedding[:, :LENGTH, :48], entry(sd3).embedding[:, :LENGTH])
    assert not found.embedding[:, LENGTH:].any()


def test_flux_is_read_as_its_pipeline_does():
    clip = clip_of("flux", "kinds")
    pipeline = FluxPipeline(**parts(clip), transformer=None, scheduler=None, vae=None)
    expected, pooled, _ = prompt_of(pipeline)
    found = entry(clip)
    torch.testing.assert_close(found.embedding, expected, **EXACT)
    torch.testing.assert_close(found.pooled, pooled, **EXACT)
    assert found.embedding.shape == (1, 512, 48)


def test_a_long_text_of_sdxl_goes_into_chunks_and_is_pooled_from_the_first():
    clip = clip_of("sdxl", "kinds")
    long = entry(clip, "abcdefghijkl mnopq")
    first, second = entry(clip, "abcdefghijkl"), entry(clip, "mnopq")
    expected = torch.cat([first.embedding, second.embedding], dim=1)
    torch.testing.assert_close(long.embedding, expected, **EXACT)
    torch.testing.assert_close(long.pooled, first.pooled, **EXACT)


OTHERS = {"clip_l": "a red fox", "clip_g": "by night", "t5": "snow (on:1.0) trees"}


def each(clip, **options):
    texts = {one.name: OTHERS[one.name] for one in clip.encoders}
    (found,) = encode_each(clip, clip.kind, texts, **options).entries
    return found


def test_a_text_for_each_encoder_of_sdxl_is_read_as_its_pipeline_does():
    clip = clip_of("sdxl", "kinds")
    pipeline = StableDiffusionXLPipeline(
        **parts(clip), vae=None, unet=None, scheduler=None, add_watermarker=False
    )
    expected, _, pooled, _ = prompt_of(
        pipeline, prompt_2=OTHERS["clip_g"], do_classifier_free_guidance=False
    )
    torch.testing.assert_close(each(clip).embedding, expected, **EXACT)
    torch.testing.assert_close(each(clip).pooled, pooled, **EXACT)


def test_a_text_for_each_encoder_of_stable_diffusion_3_is_read_as_its_pipeline_does(sd3):
    expected, _, pooled, _ = prompt_of(
        pipeline_of_sd3(sd3),
        prompt_2=OTHERS["clip_g"],
        prompt_3="snow on trees",
        do_classifier_free_guidance=False,
    )
    torch.testing.assert_close(each(sd3).embedding, expected, **EXACT)
    torch.testing.assert_close(each(sd3).pooled, pooled, **EXACT)


def test_a_text_for_each_encoder_of_flux_is_read_as_its_pipeline_does():
    clip = clip_of("flux", "kinds")
    pipeline = FluxPipeline(**parts(clip), transformer=None, scheduler=None, vae=None)
    expected, pooled, _ = prompt_of(pipeline, prompt_2="snow on trees")
    torch.testing.assert_close(each(clip).embedding, expected, **EXACT)
    torch.testing.assert_close(each(clip).pooled, pooled, **EXACT)


def test_the_shorter_text_of_sdxl_is_followed_by_empty_chunks():
    clip = clip_of("sdxl", "kinds")
    texts = {"clip_l": "abcdefghijkl mnopq", "clip_g": "by night"}
    (found,) = encode_each(clip, "sdxl", texts).entries
    long, short, empty = (entry(clip, text).embedding for text in (*texts.values(), ""))
    torch.testing.assert_close(found.embedding[..., :16], long[..., :16], **EXACT)
    expected = torch.cat([short, empty], dim=1)[..., 16:]
    torch.testing.assert_close(found.embedding[..., 16:], expected, **EXACT)


def test_texts_that_are_left_out_of_stable_diffusion_3_leave_zeros_and_the_end(sd3):
    texts = {"clip_l": "", "clip_g": "", "t5": ""}
    (found,) = encode_each(sd3, "sd3", texts, without_empty=True).entries
    reader = network(sd3.encoders[2].encoder)
    end = torch.tensor([[network(sd3.encoders[2].tokenizer).eos_token_id]])
    with torch.inference_mode():
        expected = reader(end).last_hidden_state
    torch.testing.assert_close(found.embedding, expected, **EXACT)
    assert found.pooled.shape == entry(sd3).pooled.shape
    assert not found.pooled.any()


def test_one_clip_of_stable_diffusion_3_without_a_text_reads_an_empty_one(sd3):
    texts = {"clip_l": "", "clip_g": "fox", "t5": "snow"}
    left_out = encode_each(sd3, "sd3", texts, without_empty=True).entries[0]
    read = encode_each(sd3, "sd3", texts).entries[0]
    assert torch.equal(left_out.embedding, read.embedding)
    assert torch.equal(left_out.pooled, read.pooled)


def test_texts_for_another_family_are_refused(sd3):
    with pytest.raises(EncoderError, match="encoders of flux, and clip has those of sd3; use"):
        encode_each(sd3, "flux", {"clip_l": "a", "t5": "b"})


def like_comfyui(clip):
    return Clip(clip.encoders, clip.kind, padding="comfyui")


@pytest.mark.parametrize(("kind", "tokens"), [("sd3", 77), ("flux", 256)])
def test_texts_for_t5_are_as_long_as_comfyuis_and_longer_ones_whole(kind, tokens):
    clip = clip_of(kind, "kinds")
    pads = LENGTH if kind == "sd3" else 0
    found = entry(like_comfyui(clip)).embedding
    assert found.shape == (1, pads + tokens, 48)
    t5 = clip.encoders[-1]
    ids = network(t5.tokenizer)(PROMPT, padding="max_length", max_length=tokens)["input_ids"]
    with torch.inference_mode():
        expected = network(t5.encoder)(torch.tensor([ids])).last_hidden_state
    torch.testing.assert_close(found[:, pads:], expected, **EXACT)
    long = "a " * 600
    count = len(network(t5.tokenizer)(long).input_ids)
    chunks = entry(Clip(clip.encoders[:2], "sd3", padding="comfyui"), long) if pads else None
    before = chunks.embedding.shape[1] if chunks else 0
    assert entry(like_comfyui(clip), long).embedding.shape[1] == before + count


def test_what_is_missing_is_said_by_name(sd3):
    with pytest.raises(EncoderError, match="no clip_g text encoder, which sd3 reads"):
        encode(Clip(sd3.encoders[:1], "sd3"), PROMPT)


def test_an_unknown_kind_is_refused(sd3):
    with pytest.raises(UnknownChoiceError, match="sdxxl"):
        encode(Clip(sd3.encoders, "sdxxl"), PROMPT)
