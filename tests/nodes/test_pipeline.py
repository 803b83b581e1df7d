"""Pipelines of diffusers as one node, against the same pipelines called by hand."""

import json
import shutil
import warnings

import diffusers
import numpy as np
import PIL.Image
import pytest
import torch

from nodegraph.errors import Cancelled, ParamError
from nodegraph.execution.context import CancelToken, Context, Options, enter, leave
from nodes.lib.folders import ModelError
from nodes.lib.pipelines import loading
from nodes.lib.pipelines.arguments import PipelineError
from nodes.pipeline import identify, run
from nodes.types import Image, Mask
from tests.tiny import pipelines

SMALL = {"prompt": "a fox", "steps": 2, "seed": 5, "width": 64, "height": 64}


@pytest.fixture
def by_hand():
    """Call a folder's pipeline as diffusers' documentation does."""

    def call(folder, cls, **arguments):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pipe = getattr(diffusers, cls).from_pretrained(folder)
            generator = torch.Generator().manual_seed(5)
            arguments = {"prompt": "a fox", "num_inference_steps": 2} | arguments
            return pipe(generator=generator, output_type="np", **arguments)

    return call


@pytest.fixture
def heard():
    """A run around the node: what it says, and how to cancel it."""
    events = []
    context = Context(Options(), listener=events.append, cancel=CancelToken())
    token = enter(context)
    context.events = events
    yield context
    leave(token)


def test_a_picture_is_the_one_the_pipeline_makes_by_itself(tiny_folder, by_hand):
    made = run(model=str(tiny_folder), **SMALL, negative_prompt="bear", cfg=3.0)
    expected = by_hand(
        tiny_folder,
        "StableDiffusionPipeline",
        width=64,
        height=64,
        negative_prompt="bear",
        guidance_scale=3.0,
    )
    np.testing.assert_array_equal(made.image.pixels.numpy(), expected.images)
    assert made.video is None
    assert made.audio is None


def test_a_film_is_the_one_the_pipeline_makes_by_itself(film_folder, by_hand):
    made = run(model=str(film_folder), **SMALL, num_frames=3, fps=6.0)
    expected = by_hand(film_folder, "AnimateDiffPipeline", width=64, height=64, num_frames=3)
    shown = made.video.frames.pixels.numpy()
    np.testing.assert_allclose(shown, expected.frames[0], rtol=0, atol=1e-5)  # of float32's sums
    assert made.video.fps == 6.0


def test_a_pipeline_of_another_architecture_needs_no_code_of_its_own(tmp_path, by_hand):
    folder = pipelines.write_wan(tmp_path / "wan")
    small = {"width": 16, "height": 16, "num_frames": 5}
    made = run(model=str(folder), prompt="a fox", steps=2, seed=5, fps=16.0, **small)
    expected = by_hand(folder, "WanPipeline", **small)
    shown = made.video.frames.pixels.numpy()
    np.testing.assert_allclose(shown, expected.frames[0], rtol=0, atol=1e-5)  # of float32's sums


def test_a_sound_is_the_one_the_pipeline_makes_by_itself(sound_folder, by_hand):
    made = run(model=str(sound_folder), prompt="a fox", steps=2, seed=5, seconds=0.25, batch_size=2)
    expected = by_hand(
        sound_folder, "StableAudioPipeline", audio_end_in_s=0.25, num_waveforms_per_prompt=2
    )
    np.testing.assert_array_equal(made.audio.waveform.numpy(), expected.audios.clip(-1, 1))
    assert made.audio.waveform.shape == (2, 2, 250)
    assert made.audio.rate == 1000


def test_another_class_runs_on_the_same_parts(changed, by_hand):
    folder = changed(_diffusers_version=diffusers.__version__)
    shown = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    pixels = torch.from_numpy(shown.astype(np.float32) / 255)[None]
    over = np.zeros((64, 64), np.uint8)
    over[:32] = 255
    made = run(
        Image(pixels),
        Mask(torch.from_numpy(over.astype(np.float32) / 255)[None]),
        model=str(folder),
        class_name="StableDiffusionInpaintPipeline",
        **SMALL,
        strength=0.99,
    )
    expected = by_hand(
        folder,
        "StableDiffusionInpaintPipeline",
        image=PIL.Image.fromarray(shown),
        mask_image=PIL.Image.fromarray(over),
        width=64,
        height=64,
        strength=0.99,
    )
    np.testing.assert_array_equal(made.image.pixels.numpy(), expected.images)


def test_other_arguments_go_by_the_classes_own_names(tiny_folder):
    plain = run(model=str(tiny_folder), **SMALL)
    noisier = run(model=str(tiny_folder), **SMALL, arguments='{"eta": 1}')
    assert not torch.equal(plain.image.pixels, noisier.image.pixels)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ('{"clip_skp": 1}', "no argument 'clip_skp'; did you mean 'clip_skip'"),
        ('{"clip_skip": "many"}', 'clip_skip of StableDiffusionPipeline cannot be "many"'),
        ('{"generator": 3}', "generator is set by the node itself"),
        ('{"num_inference_steps": 3}', "num_inference_steps is set twice"),
    ],
)
def test_an_argument_that_does_not_fit_is_named(tiny_folder, arguments, said):
    with pytest.raises(PipelineError, match=said):
        run(model=str(tiny_folder), **SMALL, arguments=arguments)


def test_arguments_are_a_json_object(tiny_folder):
    with pytest.raises(ParamError, match=r'no JSON object; write {"name": value}'):
        run(model=str(tiny_folder), **SMALL, arguments="[1]")


def test_a_setting_the_class_does_not_take_is_refused_with_what_it_takes(sound_folder):
    with pytest.raises(PipelineError, match="takes no width; it takes prompt, negative_prompt"):
        run(model=str(sound_folder), prompt="a fox", width=64)


def test_what_the_pipeline_refuses_is_said(tiny_folder):
    with pytest.raises(PipelineError, match=r"refuses what it is given: .*divisible by 8"):
        run(model=str(tiny_folder), prompt="a fox", steps=1, width=64, arguments='{"height": 61}')


def test_its_steps_are_progress_with_a_preview(tiny_folder, heard, monkeypatch):
    monkeypatch.setattr("nodes.lib.pipelines.watching.EVERY", 0.0)
    run(model=str(tiny_folder), **SMALL | {"steps": 4})
    assert [(event.step, event.total) for event in heard.events] == [(n, 4) for n in range(5)]
    assert any(event.preview.startswith(b"\xff\xd8") for event in heard.events)


@pytest.mark.parametrize("folder", ["tiny_folder", "sound_folder"])
def test_a_cancelled_run_ends_within_a_step(folder, heard, request, monkeypatch):
    model = str(request.getfixturevalue(folder))
    steps = []

    def listen(event):
        steps.append(event.step)
        if event.step == 1:
            heard.cancel.cancel()

    heard.listener = listen
    with pytest.raises(Cancelled):
        run(model=model, prompt="a fox", steps=9)
    assert steps == [0, 1]
    heard.cancel.cancelled, heard.listener = False, None
    run(model=model, prompt="a fox", steps=1)


def test_a_pipeline_is_kept_and_can_be_let_go(tiny_folder):
    loading.forget()
    run(model=str(tiny_folder), **SMALL)
    run(model=str(tiny_folder), **SMALL)
    assert loading.pipeline.cache_info()[:2] == (1, 1)
    loading.forget()
    assert loading.pipeline.cache_info().currsize == 0


@pytest.fixture
def changed(tiny_folder, tmp_path):
    """Copy the tiny model, and change its index."""

    def change(**entries):
        folder = tmp_path / "changed"
        shutil.copytree(tiny_folder, folder)
        path = folder / "model_index.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | entries))
        return folder

    return change


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"_class_name": ["mine", "MyPipeline"]}, "names no class of diffusers"),
        ({"_class_name": "StableDifusionPipeline"}, "did you mean 'StableDiffusionPipeline'"),
        ({"unet": ["os", "system"]}, "unet is a os.system"),
        ({"unet": ["transformers", "pipeline"]}, "unet is a transformers.pipeline"),
        ({"unet": ["diffusers", "Nothing"]}, "no class of the installed diffusers"),
    ],
)
def test_only_classes_of_the_libraries_are_loaded(changed, entries, said):
    with pytest.raises(ModelError, match=said):
        run(model=str(changed(**entries)), **SMALL)


def test_code_in_a_folder_is_never_run(changed):
    folder = changed()
    (folder / "unet" / "diffusers.py").write_text("raise SystemExit")
    with pytest.raises(ParamError, match="brings code of its own, which is never run"):
        identify(model=str(folder))
    with pytest.raises(ModelError, match=r"diffusers.py brings code of its own"):
        run(model=str(folder), **SMALL)


def test_a_configuration_that_asks_for_code_is_refused(changed):
    folder = changed()
    path = folder / "text_encoder" / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"auto_map": {"AutoModel": "m.M"}}))
    with pytest.raises(ModelError, match=r"config.json brings code of its own"):
        run(model=str(folder), **SMALL)


def test_weights_in_pickles_are_not_read(changed):
    folder = changed()
    weights = folder / "unet" / "diffusion_pytorch_model.safetensors"
    weights.rename(weights.with_suffix(".bin"))
    with pytest.raises(ModelError, match="weights must be whole and in safetensors"):
        run(model=str(folder), **SMALL)


def test_a_model_is_told_by_what_is_in_its_files(tiny_folder, film_folder, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(tiny_folder, copy)
    assert identify(model=str(copy)) == identify(model=str(tiny_folder))
    assert identify(model=str(film_folder)) != identify(model=str(tiny_folder))
    assert identify(model="owner/absent") == "absent owner/absent"
    with pytest.raises(ParamError, match="there is no model 'nowhere'"):
        identify(model="nowhere")


def test_a_single_file_is_refused_with_what_to_use(tiny_folder):
    file = tiny_folder / "unet" / "diffusion_pytorch_model.safetensors"
    with pytest.raises(ParamError, match=r"is a single file, .* use a folder in diffusers' layout"):
        identify(model=str(file))


def test_a_folder_outside_of_those_that_may_be_read_is_refused(tiny_folder, tmp_path):
    token = enter(Context(Options(readable=(tmp_path,))))
    try:
        with pytest.raises(ParamError, match="lies outside of the folders"):
            run(model=str(tiny_folder), **SMALL)
        with pytest.raises(ParamError, match="lies outside of the folders"):
            identify(model=str(tiny_folder))
    finally:
        leave(token)
