"""What a picture says of how it was made."""

import base64
import io
import random
import zlib
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.Image import Exif

from nodegraph import jsontext
from nodegraph.errors import NodegraphError, WorkflowError
from nodegraph.record import EXIF_IFD, PACKED, USER_COMMENT, encode_picture, read_record, versions
from nodegraph.workflow import dumps, load, write
from tests.nodegraph.toys import graph, n, registry

RECORD = {"workflow": {"nodegraph": 1, "nodes": {}}, "note": "schön 🦊"}


@pytest.fixture
def image():
    return Image.new("RGB", (16, 12), "teal")


def noise(size):
    return base64.b64encode(random.Random(1).randbytes(size)).decode()


@pytest.mark.parametrize("format", ["png", "webp", "jpeg"])
def test_a_record_is_read_back(image, format):
    data = encode_picture(image, format, 90, RECORD)
    assert read_record(data) == RECORD
    assert Image.open(io.BytesIO(data)).size == (16, 12)


@pytest.mark.parametrize(("format", "quality"), [("png", 90), ("webp", 100)])
def test_a_lossless_picture_is_the_same(image, format, quality):
    data = encode_picture(image, format, quality, RECORD)
    assert Image.open(io.BytesIO(data)).convert("RGB").tobytes() == image.tobytes()


@pytest.mark.parametrize("format", ["png", "webp"])
def test_a_long_record_is_read_back(image, format):
    record = RECORD | {"long": noise(200_000)}
    assert read_record(encode_picture(image, format, 90, record)) == record


def test_a_long_record_is_packed_into_a_jpeg(image):
    record = RECORD | {"long": "again and " * 20_000}
    assert read_record(encode_picture(image, "jpeg", 90, record)) == record


def test_a_record_too_long_for_a_jpeg_is_refused(image):
    with pytest.raises(ValueError, match="more than a JPEG can carry; save as PNG"):
        encode_picture(image, "jpeg", 90, RECORD | {"long": noise(100_000)})


def test_a_picture_is_opened_as_the_workflow_that_made_it(image, tmp_path):
    toy = graph({"one": n("number", {"value": 3})})
    (tmp_path / "a.png").write_bytes(encode_picture(image, "png", 90, {"workflow": write(toy)}))
    assert dumps(load(tmp_path / "a.png", registry)) == dumps(toy)


def plain(image, format, **settings):
    buffer = io.BytesIO()
    image.save(buffer, format, **settings)
    return buffer.getvalue()


@pytest.mark.parametrize("format", ["PNG", "WEBP", "JPEG"])
def test_a_picture_without_a_record_says_so(image, format):
    with pytest.raises(WorkflowError, match="the picture carries no Nodegraph workflow; open one"):
        read_record(plain(image, format))


def test_a_record_without_a_workflow_says_so(image):
    with pytest.raises(WorkflowError, match="holds no workflow"):
        read_record(encode_picture(image, "png", 90, {"other": 1}))


def test_a_record_that_unpacks_without_end_is_bounded(image, monkeypatch):
    monkeypatch.setattr(jsontext, "MAX_BYTES", 10_000)
    exif = Exif()
    packed = base64.b85encode(zlib.compress(b"[" * 2**24, 9))
    exif.get_ifd(EXIF_IFD)[USER_COMMENT] = b"ASCII\0\0\0" + PACKED.encode() + packed
    with pytest.raises(WorkflowError, match="unpacks into more than a workflow may have"):
        read_record(plain(image, "WEBP", exif=exif))


@pytest.mark.parametrize("format", ["png", "webp", "jpeg"])
def test_a_picture_cut_short_never_surprises(image, format):
    data = encode_picture(image, format, 90, RECORD)
    for size in range(0, len(data), 7):
        with suppress(WorkflowError):
            assert read_record(data[:size]) == RECORD


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.sampled_from(["png", "webp", "jpeg"]), st.integers(0, 2**32))
def test_a_damaged_picture_never_surprises(format, seed):
    rng = random.Random(seed)
    data = bytearray(encode_picture(Image.new("RGB", (8, 8)), format, 90, RECORD))
    for _ in range(rng.choice([1, 2, 8])):
        data[rng.randrange(len(data))] = rng.randrange(256)
    with suppress(NodegraphError):
        read_record(bytes(data))


def test_the_versions_that_matter_are_named():
    assert {"python", "pillow"} <= versions().keys()
