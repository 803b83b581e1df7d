import io
import os
import shutil
import tempfile
import wave
from contextlib import closing
from pathlib import Path

import av
import numpy as np
import PIL.Image
import pytest

from nodegraph.engine.filenames import FileNameError
from nodegraph.engine.gallery import Gallery
from nodegraph.engine.gallery_index import LostOutputError, UnknownOutputError
from nodegraph.engine.messages import Finished
from nodegraph.engine.settings import Settings
from nodegraph.engine.store import Store
from nodegraph.engine.thumbnails import PictureError, pixels, shrink
from nodegraph.storage import StorageError
from tests.nodegraph.engine.conftest import accepted


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path)


@pytest.fixture
def gallery(settings, store):
    gallery = Gallery(settings, store)
    gallery.recover()
    return gallery


@pytest.fixture
def begin(gallery, store):
    """Take a new job, and let it save files: give the job and its folder."""

    def begin(*names):
        store.accept([accepted()]).result()
        (job,) = store.take("cpu").result()
        folder = gallery.begin(job)
        for name in names:
            draw(folder / name)
        return job, folder

    return begin


@pytest.fixture
def end(gallery, store):
    """End a job with files; give the job."""

    def end(job, *names):
        files = gallery.measure(job, [("save", name) for name in names])
        return store.end(job.id, Finished(job.id, "done"), files).result()

    return end


def draw(path, size=(8, 4)):
    path.parent.mkdir(parents=True, exist_ok=True)
    PIL.Image.new("RGB", size, "red").save(path)


def on_disk(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


def test_what_a_job_saved_moves_into_the_gallery(gallery, begin, end, settings):
    job, _ = begin("sub/a_00001.png", "not_named.png")

    ended = end(job, "sub/a_00001.png")
    gallery.publish(job.id)

    (output,) = ended.outputs
    assert (output.node, output.width, output.height) == ("save", 8, 4)
    assert gallery.path(output.id) == settings.outputs.resolve() / "sub/a_00001.png"
    assert output.size == gallery.path(output.id).stat().st_size
    assert list(settings.work.iterdir()) == []


def test_a_file_can_be_had_before_it_is_moved(gallery, begin, end):
    job, folder = begin("a_00001.png")
    (output,) = end(job, "a_00001.png").outputs
    assert gallery.path(output.id) == folder / "a_00001.png"


def test_moving_that_was_broken_off_goes_on_at_the_next_start(gallery, begin, end, settings):
    job, folder = begin("a_00001.png", "b_00001.png")
    end(job, "a_00001.png", "b_00001.png")
    os.rename(folder / "a_00001.png", settings.outputs / "a_00001.png")

    for _ in range(2):
        gallery.recover()

    assert on_disk(settings.outputs) == ["a_00001.png", "b_00001.png"]
    assert list(settings.work.iterdir()) == []


def test_what_an_unfinished_attempt_saved_is_gone_at_the_next_start(gallery, begin, settings):
    begin("a_00001.png")
    gallery.recover()
    assert on_disk(settings.data / "work") == []
    assert on_disk(settings.outputs) == []


def test_an_attempt_begins_in_an_empty_folder(gallery, begin):
    job, folder = begin("left_00001.png")
    assert gallery.begin(job) == folder
    assert on_disk(folder) == []


def test_a_file_of_somebody_else_is_not_replaced(gallery, begin, end, settings, store):
    (settings.outputs / "a_00001.png").write_bytes(b"mine")
    job, _ = begin("a_00001.png")
    end(job, "a_00001.png")

    gallery.publish(job.id)

    assert (settings.outputs / "a_00001.png").read_bytes() == b"mine"
    assert [output.name for output in store.job(job.id).outputs] == ["a_00002.png"]
    assert on_disk(settings.outputs) == ["a_00001.png", "a_00002.png"]


@pytest.fixture
def other_disk(settings):
    """A gallery on another disk."""
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == settings.data.stat().st_dev:
        pytest.skip("there is no second disk to write to")
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        os.symlink(folder, settings.outputs)
        yield Path(folder)


def test_a_gallery_on_another_disk_gets_its_files_once(other_disk, gallery, begin, end, settings):
    job, folder = begin("a_00001.png", "b_00001.png")
    end(job, "a_00001.png", "b_00001.png")
    shutil.copyfile(folder / "a_00001.png", other_disk / "a_00001.png")  # and then it was killed

    gallery.recover()

    assert on_disk(other_disk) == ["a_00001.png", "b_00001.png"]
    assert list(settings.work.iterdir()) == []


def test_a_file_saved_twice_is_one_output_and_one_that_is_gone_none(gallery, begin, end):
    job, _ = begin("a.png")
    assert len(end(job, "a.png", "a.png", "gone.png").outputs) == 1


def test_a_name_or_a_link_that_leads_out_is_refused(gallery, begin, settings):
    job, folder = begin("a.png")
    draw(settings.data / "secret.png")
    os.symlink(settings.data / "secret.png", folder / "link.png")
    for name in ("../a.png", "link.png", "/etc/passwd"):
        with pytest.raises(FileNameError):
            gallery.measure(job, [("save", name)])


def test_a_link_in_the_gallery_is_not_followed_out_of_it(gallery, begin, end, settings):
    job, _ = begin("a.png")
    (output,) = end(job, "a.png").outputs
    gallery.publish(job.id)
    draw(settings.data / "secret.png")
    (settings.outputs / "a.png").unlink()
    os.symlink(settings.data / "secret.png", settings.outputs / "a.png")
    with pytest.raises(FileNameError, match="leads out"):
        gallery.path(output.id)


def test_a_thumbnail_is_small_and_made_once(gallery, begin, end):
    job, folder = begin()
    draw(folder / "a.png", (640, 320))
    (output,) = end(job, "a.png").outputs

    small = gallery.thumbnail(output.id, 64)

    with PIL.Image.open(io.BytesIO(small)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (64, 32))
    gallery.publish(job.id)
    gallery.path(output.id).unlink()
    assert gallery.thumbnail(output.id, 64) == small


def test_what_is_no_picture_or_too_large_has_no_thumbnail(gallery, begin, end, monkeypatch):
    job, folder = begin("large.png")
    (folder / "text.txt").write_text("hello")
    large, text = end(job, "large.png", "text.txt").outputs
    monkeypatch.setattr("nodegraph.engine.thumbnails.MAX_PIXELS", 10)

    assert (text.width, text.height) == (0, 0)
    with pytest.raises(PictureError, match="no picture"):
        gallery.thumbnail(text.id, 64)
    with pytest.raises(PictureError, match="more than"):
        gallery.thumbnail(large.id, 64)


def test_a_deleted_output_is_gone_and_its_name_is_not_used_again(gallery, begin, end, settings):
    for expected in ("a_00001.png", "a_00002.png"):
        job, _ = begin("a_00001.png")
        (output,) = end(job, "a_00001.png").outputs
        gallery.publish(job.id)
        assert on_disk(settings.outputs) == [expected]
        gallery.delete(output.id)
    assert on_disk(settings.outputs) == []
    with pytest.raises(UnknownOutputError):
        gallery.path(output.id)


def test_rebuilding_finds_new_files_and_forgets_those_that_are_gone(
    gallery, begin, end, settings, store
):
    job, _ = begin("a_00001.png", "b_00001.png")
    gone, stays = end(job, "a_00001.png", "b_00001.png").outputs
    gallery.publish(job.id)
    gallery.path(gone.id).unlink()
    with pytest.raises(LostOutputError, match="gone"):
        gallery.path(gone.id)
    draw(settings.outputs / "sub" / "c_00007.png")
    (settings.outputs / ".hidden.tmp").write_bytes(b"")

    gallery.rebuild()

    found, kept = store.outputs().outputs
    assert (found.name, found.job, found.width) == ("sub/c_00007.png", "", 8)
    assert kept == stays


def test_an_index_that_was_lost_is_made_anew_and_numbers_go_on(gallery, begin, end, settings):
    job, _ = begin("a_00001.png")
    end(job, "a_00001.png")
    gallery.publish(job.id)

    with closing(Store(settings.data / "fresh.db")) as store:
        again = Gallery(settings, store)
        again.recover()
        assert [output.name for output in store.outputs().outputs] == ["a_00001.png"]
        store.accept([accepted()]).result()
        (job,) = store.take("cpu").result()
        draw(again.begin(job) / "a_00001.png")
        files = again.measure(job, [("save", "a_00001.png")])
        ended = store.end(job.id, Finished(job.id, "done"), files).result()
        assert [output.name for output in ended.outputs] == ["a_00002.png"]


def test_a_gallery_that_cannot_be_written_keeps_the_picture_for_later(
    gallery, begin, end, settings
):
    job, _ = begin("a.png")
    (output,) = end(job, "a.png").outputs
    shutil.rmtree(settings.outputs)
    settings.outputs.write_text("in the way")

    with pytest.raises(StorageError, match="cannot move"):
        gallery.publish(job.id)
    settings.outputs.unlink()
    gallery.publish(job.id)

    assert gallery.path(output.id).is_file()


@pytest.fixture
def film(tmp_path):
    """Half a second of a red film with sound."""
    path = tmp_path / "red.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=8, options={})
        stream.width, stream.height, stream.pix_fmt = 256, 128, "yuv420p"
        pixels = np.full((128, 256, 3), (200, 20, 20), np.uint8)
        for _ in range(4):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def test_a_film_shows_its_first_frame_and_how_long_it_is(film):
    assert pixels(film) == (256, 128)
    with PIL.Image.open(io.BytesIO(shrink(film, 192))) as small:
        assert small.size == (192, 96)
        red, green, _ = small.getpixel((180, 10))
        assert red > 150 > 60 > green
        mark = small.crop((4, 70, 60, 92)).convert("L")
        assert mark.getextrema()[1] > 220


def test_a_film_that_is_cut_off_has_no_looks(film):
    film.write_bytes(film.read_bytes()[:200])
    assert pixels(film) == (0, 0)
    with pytest.raises(PictureError, match=r"red.mp4 is no film that can be shown"):
        shrink(film, 192)


def test_a_sound_has_no_looks(tmp_path):
    path = tmp_path / "tone.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(200))
    assert pixels(path) == (0, 0)
    with pytest.raises(PictureError, match=r"tone.wav is no picture"):
        shrink(path, 192)
