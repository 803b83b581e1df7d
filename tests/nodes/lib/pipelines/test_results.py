"""What pipelines return, in every form they do."""

import types

import numpy as np
import PIL.Image
import pytest
import torch

from nodes.lib.pipelines.arguments import PipelineError
from nodes.lib.pipelines.results import made, pixels, waveform

GENERATOR = np.random.default_rng(0)
SHOWN = GENERATOR.integers(0, 256, (2, 4, 6, 3)).astype(np.uint8)


@pytest.mark.parametrize(
    "images",
    [
        SHOWN.astype(np.float32) / 255,
        torch.from_numpy(SHOWN.astype(np.float32) / 255).movedim(-1, 1),
        [PIL.Image.fromarray(one) for one in SHOWN],
        [one.astype(np.float32) / 255 for one in SHOWN],
    ],
    ids=["numpy", "torch", "pillow", "list"],
)
def test_pictures_of_any_form_are_the_same_pixels(images):
    found = pixels(images)
    assert torch.equal(found, torch.from_numpy(SHOWN.astype(np.float32) / 255))


def test_grey_pictures_get_three_channels_and_those_with_alpha_lose_it():
    assert pixels(np.full((1, 2, 2, 1), 0.5, np.float32)).shape == (1, 2, 2, 3)
    assert pixels(np.full((1, 2, 2, 4), 0.5, np.float32)).shape == (1, 2, 2, 3)


@pytest.mark.parametrize("shape", [(8,), (1, 8), (1, 1, 8)])
def test_sounds_get_a_batch_and_channels(shape):
    assert waveform(np.zeros(shape, np.float32)).shape == (1, 1, 8)


def test_a_film_has_its_sound():
    pipe = types.SimpleNamespace(
        vocoder=types.SimpleNamespace(config=types.SimpleNamespace(output_sampling_rate=24000))
    )
    output = {"frames": SHOWN[None] / 255, "audio": torch.zeros(1, 2, 10)}
    found = made(pipe, output, 12.0)
    assert found.video.frames.pixels.shape == (2, 4, 6, 3)
    assert (found.video.fps, found.video.audio.rate) == (12.0, 24000)
    assert found.audio is found.video.audio
    assert found.image is None


def test_several_films_at_once_are_refused():
    frames = np.zeros((2, 3, 4, 4, 3), np.float32)
    with pytest.raises(PipelineError, match=r"made 2 films at once .* set batch_size to 1"):
        made(object(), {"frames": frames}, 8.0)


def test_what_is_neither_picture_nor_film_nor_sound_is_said():
    with pytest.raises(PipelineError, match="object gives image_embeds, which is neither"):
        made(object(), {"image_embeds": torch.zeros(1, 4)}, 8.0)


def test_a_sound_without_a_rate_is_refused():
    with pytest.raises(PipelineError, match="without saying how many samples a second"):
        made(object(), {"audios": np.zeros((1, 8))}, 8.0)
