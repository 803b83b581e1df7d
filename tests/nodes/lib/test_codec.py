from pathlib import Path

import pytest
import torch

from nodegraph.sockets import STYLES
from nodes.lib import codec
from nodes.lib.folders import Part
from nodes.types import (
    Audio,
    Condition,
    Conditioning,
    Control,
    Image,
    Latent,
    Mask,
    Noise,
    Video,
)

PART = Part("canny", "controlnet", "cpu", "float32", Path("models") / "canny")


@pytest.mark.parametrize(
    "value",
    [
        Latent(torch.randn(2, 4, 3, 5)),
        Latent(torch.randn(1, 4, 3, 5), mask=torch.rand(1, 24, 40), gradual=True),
        Latent(torch.randn(2, 4, 3, 5), batch_index=(5, 2)),
        Image(torch.rand(1, 8, 4, 3)),
        Mask(torch.rand(1, 8, 4)),
        Noise(torch.randn(1, 4, 2, 2), 2**64 - 1),
        Audio(torch.rand(1, 2, 100), 44100),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_comes_back_bit_by_bit(value):
    again = codec.load(codec.dump(value))
    assert type(again) is type(value)
    for name, field in vars(value).items():
        other = getattr(again, name)
        assert torch.equal(field, other) if isinstance(field, torch.Tensor) else field == other


@pytest.mark.parametrize(
    "sound", [None, Audio(torch.rand(1, 2, 100), 16000)], ids=("mute", "sound")
)
def test_a_film_comes_back_with_its_sound(sound):
    film = Video(Image(torch.rand(5, 4, 6, 3)), 24.0, sound)
    again = codec.load(codec.dump(film))
    assert torch.equal(again.frames.pixels, film.frames.pixels)
    assert (again.fps, again.audio is None) == (24.0, sound is None)
    if sound:
        assert torch.equal(again.audio.waveform, sound.waveform)
        assert again.audio.rate == 16000


def test_conditioning_comes_back_entry_by_entry():
    entries = (
        Condition(
            torch.randn(1, 3, 2).half(),
            torch.randn(1, 2),
            {"strength": 0.5},
            torch.rand(1, 8, 8),
            (Control(PART, torch.rand(1, 8, 8, 3), 0.5, 0.1, 0.9),),
            torch.randn(1, 5, 1, 1),
            ("a", "sad</w>", "fox</w>"),
            (1.0, 1.2, 1.0),
        ),
        Condition(torch.randn(1, 4, 2)),
    )
    again = codec.load(codec.dump(Conditioning(entries))).entries
    assert torch.equal(again[0].embedding, entries[0].embedding)
    assert torch.equal(again[0].pooled, entries[0].pooled)
    assert torch.equal(again[0].mask, entries[0].mask)
    assert torch.equal(again[0].beside, entries[0].beside)
    assert again[0].options == {"strength": 0.5}
    (control,), (before,) = again[0].controls, entries[0].controls
    assert (control.part, control.part.folder) == (PART, PART.folder)
    assert torch.equal(control.hint, before.hint)
    assert (control.strength, control.start, control.end) == (0.5, 0.1, 0.9)
    assert again[0].tokens == ("a", "sad</w>", "fox</w>")
    assert again[0].weights == (1.0, 1.2, 1.0)
    assert torch.equal(again[1].embedding, entries[1].embedding)
    assert again[1].pooled is None


def test_a_view_is_stored_as_what_it_shows():
    view = Latent(torch.randn(4, 4, 2, 2)[1:2])
    assert torch.equal(codec.load(codec.dump(view)).samples, view.samples)


def test_every_type_that_names_the_codec_can_be_stored():
    named = {name for name, style in STYLES.items() if style.codec == "nodes.lib.codec"}
    assert named == {kind.__name__ for kind in codec._WRITERS}
