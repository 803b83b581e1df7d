import io
from contextlib import suppress

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nodegraph import media
from nodegraph.errors import WorkflowError
from nodegraph.record import read_record
from nodegraph.record_film import comment, container_record, encode_animation

RECORD = {"workflow": {"nodegraph": 1, "nodes": {}}, "note": "schön 🦊"}


def film(tags):
    """Return a film of one frame."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        container.metadata.update(tags)
        stream = container.add_stream("libx264", rate=8, options={})
        stream.width, stream.height, stream.pix_fmt = 16, 16, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), format="rgb24")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x89PNG\r\n", "png"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "webp"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "wav"),
        (b"RIFF\x10\0\0\0AVI LIST", ""),
        (b"\0\0\0\x1cftypisom", "mp4"),
        (b'{"nodegraph": 1}', ""),
        (b"", ""),
    ],
)
def test_a_file_is_told_by_how_it_begins(head, kind):
    assert media.kind(head) == kind


@pytest.mark.parametrize("format", ["webp", "gif", "apng"])
def test_an_animation_carries_its_record(format):
    pictures = [Image.new("RGB", (8, 4), color) for color in ("teal", "red", "gold")]
    data = encode_animation(pictures, [100, 200, 300], format, 90, RECORD)
    assert read_record(data) == RECORD
    with Image.open(io.BytesIO(data)) as found:
        assert (found.n_frames, found.size, found.info["loop"]) == (3, (8, 4), 0)


def test_a_film_carries_its_record():
    assert read_record(film({"comment": comment(RECORD)})) == RECORD


@pytest.mark.parametrize("tags", [{}, {"comment": "made by hand"}, {"comment": "nodegraph:{}"}])
def test_a_film_without_a_workflow_says_so(tags):
    with pytest.raises(WorkflowError, match=r"carries no Nodegraph workflow|holds no workflow"):
        read_record(film(tags))


@given(st.integers(0, 1500), st.sampled_from(["mp4", "matroska", "wav", "ogg"]))
def test_any_part_of_a_film_is_refused_or_read(length, kind):
    data = film({"comment": comment(RECORD)})[:length]
    with suppress(ValueError):
        container_record(data, kind)
