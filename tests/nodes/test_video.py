import json
import struct
from io import BytesIO

import av
import numpy as np
import PIL.Image
import pytest
import torch

from nodegraph.cli.picture import Memory
from nodegraph.errors import ParamError, WorkflowError
from nodegraph.execution.context import Context, Options, enter, leave
from nodegraph.execution.run import Executor
from nodegraph.record import read_record
from nodegraph.storage import StorageError
from nodegraph.workflow import load, read
from nodes import video
from nodes.lib import films
from nodes.lib.films import FilmError, write
from nodes.lib.films import read as films_read
from nodes.lib.latents import SizeError
from nodes.types import Audio, Image, Video

FORMATS = list(write.SUFFIXES)
RECORD = {"workflow": {"nodegraph": 1, "nodes": {}}, "note": "schön " * 20_000}
COLORS = torch.tensor([[0.8, 0.1, 0.1], [0.1, 0.7, 0.2], [0.1, 0.2, 0.9], [0.9, 0.9, 0.2]])


@pytest.fixture
def context(tmp_path):
    context = Context(Options(out=tmp_path / "out"), make_record=lambda: RECORD)
    token = enter(context)
    yield context
    leave(token)


def plain(*, height=32, width=48):
    """Return frames of one color each."""
    return Image(COLORS[:, None, None, :].expand(4, height, width, 3).contiguous())


def tone(seconds, rate=24_000):
    time = torch.arange(round(seconds * rate)) / rate
    return Audio(torch.sin(time * 440 * 2 * torch.pi)[None, None] / 2, rate)


def saved(film, **params):
    (path,) = video.save(film, **params).files
    return path


def test_a_film_holds_its_pictures_in_order():
    film = video.from_images([plain(), Image(torch.zeros(1, 32, 48, 3))], fps=12.0)
    assert film.frames.pixels[:, 0, 0, 2].tolist() == pytest.approx([0.1, 0.2, 0.9, 0.2, 0.0])
    assert (film.fps, film.audio) == (12.0, None)


def test_back_and_forth_shows_neither_end_twice():
    film = video.from_images([plain()], back_and_forth=True)
    assert film.frames.pixels[:, 0, 0, 0].tolist() == pytest.approx([0.8, 0.1, 0.1, 0.9, 0.1, 0.1])
    assert (
        len(video.from_images([Image(plain().pixels[:1])], back_and_forth=True).frames.pixels) == 1
    )


def test_sound_is_not_longer_than_the_pictures():
    film = video.from_images([plain()], tone(9.0), fps=8.0)
    assert film.audio is not None
    assert film.audio.waveform.shape == (1, 1, 12_000)


def test_a_film_of_several_sizes_or_of_nothing_is_refused():
    with pytest.raises(SizeError, match="pictures of one size; here are 48 x 32, 48 x 16"):
        video.from_images([plain(), plain(height=16)])
    with pytest.raises(SizeError, match="no picture"):
        video.from_images([])


def test_a_film_of_too_much_is_refused():
    with pytest.raises(FilmError, match="20,001 frames are more than 20,000"):
        films.check(20_001, 8, 8)
    with pytest.raises(FilmError, match="use up to 256 of them, or smaller ones"):
        films.check(257, 1024, 1024)


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_saved_film_is_read_back(context, file_format):
    path = saved(video.from_images([plain()], fps=8.0), format=file_format)
    assert path.name == f"nodegraph_00001{write.SUFFIXES[file_format]}"
    film = films_read.load(path, 0, 0, 1)
    assert film.fps == pytest.approx(8.0, rel=0.01)
    assert film.frames.pixels.shape == (4, 32, 48, 3)
    assert (film.frames.pixels - plain().pixels).abs().max() < 0.02


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_saved_film_carries_the_record(context, file_format):
    path = saved(video.from_images([plain()]), format=file_format)
    assert read_record(path.read_bytes()) == RECORD
    assert len(load(path)) == 0
    assert Memory(path)["workflow"] == {}


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_same_film_is_the_same_file(context, file_format):
    film = video.from_images([plain()], tone(0.5))
    one, other = (saved(film, format=file_format) for _ in range(2))
    assert one != other
    assert one.read_bytes() == other.read_bytes()


def test_what_memory_held_before_does_not_show_in_a_film():
    pixels = torch.rand(3, 30, 30, 3, generator=torch.Generator().manual_seed(0))
    film = Video(Image(pixels.repeat_interleave(8, 1).repeat_interleave(8, 2)), fps=8.0)
    held, files = [], set()
    for turn in range(30):
        held.append(np.full(7_919 * turn, turn, np.uint8))
        held = held[-9:] if turn % 3 else held[::2]
        files.add(write.encode(film, "mp4", 80, {}))
    assert len(files) == 1


@pytest.mark.parametrize("file_format", ["mp4", "webm"])
def test_sound_goes_along(context, file_format):
    path = saved(video.from_images([plain()], tone(0.5), fps=8.0), format=file_format)
    film = video.load(path=str(path))
    assert film.audio is not None
    wave, rate = film.audio.waveform[0, 0], film.audio.rate
    assert len(wave) / rate == pytest.approx(0.5, abs=0.05)
    spectrum = np.abs(np.fft.rfft(wave.numpy()))
    assert np.argmax(spectrum) * rate / len(wave) == pytest.approx(440, abs=5)


@pytest.mark.parametrize("file_format", ["mp4", "webm"])
def test_odd_sides_get_their_last_pixels_twice(context, file_format):
    path = saved(Video(plain(height=31, width=45), 8.0), format=file_format)
    film = films_read.load(path, 0, 0, 1)
    assert film.frames.pixels.shape == (4, 32, 46, 3)
    assert (film.frames.pixels[:, -1, -1] - COLORS).abs().max() < 0.02


def test_an_mp4_plays_everywhere(context):
    with av.open(str(saved(Video(plain(), 8.0)))) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert stream.codec_context.colorspace == write.BT709


def test_quality_costs_bytes(context):
    noise = Image(torch.rand(4, 64, 64, 3, generator=torch.Generator().manual_seed(1)))
    for file_format in ("mp4", "webm", "webp"):
        good, bad = (
            len(write.encode(Video(noise, 8.0), file_format, quality, {})) for quality in (90, 20)
        )
        assert good > 1.5 * bad


@pytest.mark.parametrize(
    ("film", "params", "message"),
    [
        (Video(plain(), 60.0), {"format": "gif"}, "a GIF shows up to 50 frames a second"),
        (Video(plain(width=4098, height=2), 8.0), {}, "up to 4,096 pixels a side"),
        (Video(plain(), 1000.0), {}, "1000 frames a second cannot be shown; use 0.1 to 240"),
        (Video(plain(), 8.0), {"name": "../up"}, "cannot be a file's name"),
    ],
)
def test_what_a_format_cannot_show_is_refused(context, film, params, message):
    with pytest.raises(ParamError, match=message):
        video.save(film, **params)


def test_frames_that_last_uneven_times_do_not_drift():
    assert films.times(6, 30.0, 100) == [3, 4, 3, 3, 4, 3]
    assert sum(films.times(240, 24.0, 1000)) == 10_000


@pytest.mark.parametrize("file_format", ["mp4", "gif"])
def test_a_part_of_a_film_is_loaded(context, file_format):
    path = saved(Video(Image(plain().pixels.repeat(2, 1, 1, 1)), 8.0), format=file_format)
    film = video.load(path=str(path), start=1, frames=5, every=2)
    assert (film.frames.pixels[:, 0, 0] - COLORS[[1, 3, 1]]).abs().max() < 0.02
    assert film.fps == pytest.approx(4.0, rel=0.01)


def test_the_sound_of_a_part_begins_where_it_does(context):
    silence = Audio(torch.cat([torch.zeros(1, 1, 12_000), tone(0.5).waveform], 2), 24_000)
    long = Image(plain().pixels.repeat(2, 1, 1, 1))
    path = saved(video.from_images([long], silence, fps=8.0))
    parts = [video.load(path=str(path), start=start, frames=3).audio for start in (0, 5)]
    quiet, loud = (float(part.waveform.abs().mean()) for part in parts if part is not None)
    assert quiet < 0.01 < 0.2 < loud


def test_a_film_that_was_turned_is_loaded_upright(tmp_path):
    pixels = torch.zeros(1, 32, 48, 3)
    pixels[:, :, :24, 0] = 1.0
    data = bytearray(write.encode(Video(Image(pixels), 8.0), "mp4", 90, {}))
    at = data.index(b"tkhd") + 40  # ISO/IEC 14496-12, 8.3.2: the matrix of a track
    data[at : at + 36] = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 32 << 16, 0, 1 << 30)
    (tmp_path / "turned.mp4").write_bytes(data)
    found = films_read.load(tmp_path / "turned.mp4", 0, 0, 1).frames.pixels
    assert (found - pixels.rot90(-1, (1, 2))).abs().mean() < 0.02


def test_a_single_picture_is_a_film_of_one_frame(tmp_path):
    path = tmp_path / "still.gif"
    PIL.Image.fromarray(np.zeros((2, 4, 3), np.uint8)).save(path)
    film = films_read.load(path, 0, 0, 1)
    assert film.frames.pixels.shape == (1, 2, 4, 3)
    assert film.fps == films_read.USUAL


def test_what_is_no_film_is_refused(context, tmp_path):
    (tmp_path / "words.mp4").write_text("words " * 100)
    with pytest.raises(FilmError, match=r"words.mp4 is no film that can be read .*; choose an MP4"):
        video.load(path=str(tmp_path / "words.mp4"))
    with pytest.raises(StorageError, match="cannot read"):
        video.load(path=str(tmp_path / "nothing.mp4"))


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_film_that_is_cut_off_is_refused(tmp_path, file_format):
    path = tmp_path / "beginning"
    path.write_bytes(write.encode(Video(plain(), 8.0), file_format, 80, {})[:60])
    with pytest.raises(FilmError, match="is no film that can be read"):
        video.load(path=str(path))


def test_an_animation_of_huge_pictures_is_refused_before_it_is_read(tmp_path):
    PIL.Image.new("L", (20_000, 15_000)).save(tmp_path / "huge.gif")
    with pytest.raises(FilmError, match=r"huge.gif is no film|take too much memory"):
        video.load(path=str(tmp_path / "huge.gif"))


def test_a_film_without_that_frame_is_refused(context):
    with pytest.raises(FilmError, match="has no frame 9; frames are counted from 0"):
        video.load(path=str(saved(Video(plain(), 8.0))), start=9)


def test_a_film_without_a_workflow_is_refused():
    file = BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=8, options={})
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(WorkflowError, match="the file carries no Nodegraph workflow"):
        read_record(file.getvalue())


def test_a_film_is_taken_apart():
    film = Video(plain(), 8.0, tone(0.1))
    assert video.frames(film) == (film.frames, 8.0, film.audio)


def test_a_preview_shows_some_frames_as_a_jpeg(context):
    seen = []
    context.listener = seen.append
    video.preview(Video(plain(), 8.0))
    with PIL.Image.open(BytesIO(seen[0].preview)) as picture:
        assert picture.format == "JPEG"
        assert max(picture.size) == 512


def test_a_films_file_makes_the_film_again(tmp_path):
    workflow = {
        "nodegraph": 1,
        "nodes": {
            "heights": {"type": "value.numbers", "version": 1, "params": {"count": 3}},
            "each": {"type": "flow.for_each.begin", "version": 1, "zone": "z",
                     "inputs": {"items": "heights.list"}},
            "plot": {"type": "plot.lines", "version": 1, "params": {"width": 240, "height": 240},
                     "inputs": {"series": "each.item"}},
            "done": {"type": "flow.for_each.end", "version": 1, "zone": "z",
                     "inputs": {"value": "plot.image"}},
            "film": {"type": "video.from_images", "version": 1, "inputs": {"images": "done.list"}},
            "save": {"type": "video.save", "version": 1, "inputs": {"video": "film.video"}},
        },
    }  # fmt: skip
    (first,) = Executor().run(read(workflow), options=Options(out=tmp_path)).files
    (again,) = Executor().run(load(first), options=Options(out=tmp_path)).files
    assert again != first
    assert again.read_bytes() == first.read_bytes()
    nodes = read_record(first.read_bytes())["workflow"]["nodes"]
    assert json.loads(json.dumps(nodes))["heights"]["params"]["count"] == 3
