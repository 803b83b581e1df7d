import wave
from io import BytesIO

import numpy as np
import PIL.Image
import pytest
import torch

from nodegraph.errors import ParamError
from nodegraph.execution.context import Context, Options, enter, leave
from nodegraph.record import read_record
from nodegraph.storage import StorageError
from nodes import audio
from nodes.lib import sounds
from nodes.lib.sounds import SoundError, write
from nodes.types import Audio, Image, Video

RECORD = {"workflow": {"nodegraph": 1, "nodes": {}}, "note": "schön " * 2_000}
FORMATS = list(write.FORMATS)


@pytest.fixture
def context(tmp_path):
    context = Context(Options(out=tmp_path / "out"), make_record=lambda: RECORD)
    token = enter(context)
    yield context
    leave(token)


def chord(rate=24_000, seconds=1.0):
    """Return 440 Hz on the left and 660 Hz on the right."""
    time = torch.arange(round(seconds * rate)) / rate
    pitches = torch.tensor([440.0, 660.0])[:, None]
    return Audio((torch.sin(time * pitches * 2 * torch.pi) / 2)[None], rate)


def saved(sound, **params):
    return audio.save(sound, **params).files


def pitch(numbers, rate):
    return int(np.argmax(np.abs(np.fft.rfft(numbers.numpy())))) * rate / len(numbers)


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_saved_sound_is_read_back(context, file_format):
    (path,) = saved(chord(), format=file_format)
    assert path.name == f"nodegraph_00001{write.FORMATS[file_format][2]}"
    found = audio.load(path=str(path))
    assert found.waveform.shape[2] / found.rate == pytest.approx(1.0, abs=0.01)
    left, right = found.waveform[0]
    assert pitch(left, found.rate) == pytest.approx(440, abs=2)
    assert pitch(right, found.rate) == pytest.approx(660, abs=2)
    quieter = 0.95 if file_format == "mp3" else 1.0  # LAME leaves room for what it adds
    assert float(left.square().mean().sqrt()) == pytest.approx(0.5 / 2**0.5 * quieter, rel=0.02)


@pytest.mark.parametrize("file_format", ["wav", "flac"])
def test_sixteen_bits_are_kept(context, file_format):
    sound = Audio(torch.rand(1, 1, 5000, generator=torch.Generator().manual_seed(1)) * 2 - 1, 8000)
    (path,) = saved(sound, format=file_format)
    found = audio.load(path=str(path))
    assert found.rate == 8000
    assert found.waveform.shape == (1, 1, 5000)
    assert (found.waveform - sound.waveform).abs().max() <= 1.01 / 32768


def test_a_wav_is_one_that_pythons_reader_reads(context):
    (path,) = saved(chord(), format="wav")
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 24_000)
        assert file.getnframes() == 24_000


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_saved_sound_carries_the_record_and_is_the_same_each_time(context, file_format):
    one, other = (saved(chord(), format=file_format)[0] for _ in range(2))
    assert read_record(one.read_bytes()) == RECORD
    assert one.read_bytes() == other.read_bytes()


def test_a_batch_is_saved_as_one_file_a_sound(context):
    files = saved(Audio(torch.zeros(2, 1, 100), 8000), name="set/tone", format="wav")
    assert [file.name for file in files] == ["tone_00001.wav", "tone_00002.wav"]


def test_bits_cost_bytes():
    for file_format in ("mp3", "opus"):
        small, large = (len(write.encode(chord(), file_format, rate, {})) for rate in (32, 192))
        assert large > 2 * small


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_part_of_a_sound_is_loaded(context, file_format):
    (path,) = saved(chord(), format=file_format)
    found = audio.load(path=str(path), start=0.5, seconds=0.25)
    assert found.waveform.shape[2] == found.rate // 4


def test_what_is_too_loud_is_clipped(context):
    (path,) = saved(Audio(torch.tensor([[[-3.0, 0.0, 3.0]]]), 8000), format="wav")
    found = audio.load(path=str(path)).waveform.flatten().tolist()
    assert found == pytest.approx([-1.0, 0.0, 1.0], abs=1e-4)


@pytest.mark.parametrize("shape", [(1, 3, 100), (1, 1, 0)])
def test_a_sound_that_no_format_holds_is_refused(context, shape):
    with pytest.raises(SoundError, match=r"cannot be saved; make it mono or stereo"):
        audio.save(Audio(torch.zeros(shape), 8000))


def test_a_name_never_leads_out_of_the_folder(context):
    with pytest.raises(ParamError, match="cannot be a file's name"):
        audio.save(chord(), name="../up")


def test_what_is_no_sound_is_refused(context, tmp_path):
    (tmp_path / "words.wav").write_text("words " * 100)
    with pytest.raises(SoundError, match=r"words.wav is no sound that can be read; choose a WAV"):
        audio.load(path=str(tmp_path / "words.wav"))
    with pytest.raises(StorageError, match="cannot read"):
        audio.load(path=str(tmp_path / "nothing.wav"))


def test_a_sound_without_that_part_is_refused(context):
    (path,) = saved(chord(), format="wav")
    with pytest.raises(SoundError, match="has no sound from 5 seconds on"):
        audio.load(path=str(path), start=5.0)


def test_a_sound_that_is_too_long_is_refused():
    with pytest.raises(SoundError, match="more than 268,435,456 samples"):
        sounds.check(2, 2**28)


def test_the_sound_of_a_film_is_given():
    sound = chord()
    film = Video(Image(torch.zeros(1, 8, 8, 3)), 8.0, sound)
    assert audio.from_video(film) is sound
    with pytest.raises(SoundError, match="the film has no sound"):
        audio.from_video(Video(film.frames, 8.0))


def test_a_preview_shows_the_waveform_as_a_jpeg(context):
    seen = []
    context.listener = seen.append
    audio.preview(chord())
    with PIL.Image.open(BytesIO(seen[0].preview)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (512, 160))
