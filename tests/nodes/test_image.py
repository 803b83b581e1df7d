from io import BytesIO
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import torch

from nodegraph import storage
from nodegraph.errors import ParamError
from nodegraph.execution.context import Context, Options, enter, leave
from nodegraph.record import read_record
from nodes import image as images
from nodes.lib.images import PictureError
from nodes.lib.latents import SizeError
from nodes.types import Image

RECORD = {"workflow": {"nodegraph": 1, "nodes": {}}}
ORIENTATION = 0x0112


@pytest.fixture
def context(tmp_path):
    context = Context(Options(out=tmp_path / "out"), make_record=lambda: RECORD)
    token = enter(context)
    yield context
    leave(token)


def written(tmp_path, picture, name="picture.png", **options):
    picture.save(tmp_path / name, **options)
    return str(tmp_path / name)


def test_a_picture_is_loaded_as_floats(tmp_path):
    data = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3) * 10
    image, mask = images.load(path=written(tmp_path, PIL.Image.fromarray(data)))
    assert torch.equal(image.pixels, torch.from_numpy(data)[None] / 255)
    assert torch.equal(mask.values, torch.zeros(1, 2, 3))


def test_the_mask_is_where_a_picture_is_transparent(tmp_path):
    data = np.full((1, 2, 4), 255, dtype=np.uint8)
    data[0, 1, 3] = 0
    _, mask = images.load(path=written(tmp_path, PIL.Image.fromarray(data)))
    assert mask.values.tolist() == [[[0.0, 1.0]]]


def test_sixteen_bit_grey_keeps_its_bits(tmp_path):
    data = np.array([[0, 257, 65535]], dtype=np.uint16)
    image, _ = images.load(path=written(tmp_path, PIL.Image.fromarray(data)))
    torch.testing.assert_close(image.pixels[0, 0, :, 0], torch.tensor([0, 1 / 255, 1.0]))


def test_a_picture_is_turned_upright(tmp_path):
    picture = PIL.Image.new("RGB", (4, 2))
    exif = picture.getexif()
    exif[ORIENTATION] = 6
    image, _ = images.load(path=written(tmp_path, picture, "turned.jpg", exif=exif))
    assert image.pixels.shape == (1, 4, 2, 3)


def test_what_is_not_a_picture_is_refused(tmp_path):
    (tmp_path / "words.png").write_text("words")
    with pytest.raises(PictureError, match=r"words.png is not a picture; choose a PNG"):
        images.load(path=str(tmp_path / "words.png"))


def test_a_broken_picture_is_refused(tmp_path):
    path = Path(written(tmp_path, PIL.Image.effect_noise((64, 64), 50)))
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(PictureError, match=r"picture.png is broken: .*; save it again"):
        images.load(path=str(path))


@pytest.mark.parametrize("name", ["", "nothing.png"])
def test_a_picture_that_is_not_there_is_named(tmp_path, name):
    with pytest.raises(storage.StorageError, match=r"cannot read .*: "):
        images.load(path=str(tmp_path / name))


@pytest.mark.parametrize("side", [8200, 9500, 14000])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_read(tmp_path, side):
    path = written(tmp_path, PIL.Image.new("1", (side, side)))
    with pytest.raises(PictureError, match="more than 67,108,864 pixels; shrink it first"):
        images.load(path=path)


@pytest.mark.parametrize(
    ("file_format", "suffix"), [("png", ".png"), ("webp", ".webp"), ("jpeg", ".jpg")]
)
def test_a_saved_picture_carries_the_record(context, file_format, suffix):
    (path,) = images.save(Image(torch.rand(1, 16, 16, 3)), format=file_format).files
    assert path.name == f"nodegraph_00001{suffix}"
    assert read_record(path.read_bytes())["workflow"] == RECORD["workflow"]


def test_a_batch_is_saved_as_one_file_a_picture(context):
    files = images.save(Image(torch.rand(2, 8, 8, 3)), name="set/cat").files
    assert files == [context.options.out / "set" / f"cat_0000{n}.png" for n in (1, 2)]


def test_saving_truncates_to_8_bits(context):
    pixels = torch.tensor([-1.0, 0.0, 0.999, 1.0, 2.0]).view(1, 1, 5, 1).expand(1, 1, 5, 3)
    (path,) = images.save(Image(pixels)).files
    with PIL.Image.open(path) as picture:
        assert np.asarray(picture)[0, :, 0].tolist() == [0, 0, 254, 255, 255]


@pytest.mark.parametrize("name", ["", "../up", "/etc/x", "a:b", "..", "a\n"])
def test_a_name_never_leads_out_of_the_folder(context, name):
    with pytest.raises(ParamError, match="cannot be a file's name; use letters"):
        images.save(Image(torch.rand(1, 8, 8, 3)), name=name)


def test_a_preview_shows_a_small_jpeg(context):
    seen = []
    context.listener = seen.append
    images.preview(Image(torch.rand(2, 300, 600, 3)))
    with PIL.Image.open(BytesIO(seen[0].preview)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (256, 128))


def test_a_grid_is_as_square_as_can_be_and_black_where_empty():
    cells = [Image(torch.full((1, 2, 3, 3), value)) for value in (0.25, 0.5, 0.75)]
    whole = images.grid(cells).pixels
    assert whole.shape == (1, 4, 6, 3)
    corners = [whole[0, y, x, 0].item() for y, x in ((0, 0), (0, 5), (3, 0), (3, 5))]
    assert corners == [0.25, 0.5, 0.75, 0.0]


def test_a_grid_of_given_columns_takes_batches_apart():
    assert images.grid([Image(torch.rand(3, 2, 2, 3))], columns=3).pixels.shape == (1, 2, 6, 3)


def test_a_grid_of_pictures_of_several_sizes_is_refused():
    cells = [Image(torch.rand(1, 8, 8, 3)), Image(torch.rand(1, 4, 8, 3))]
    with pytest.raises(SizeError, match="one size; here are 8 x 4, 8 x 8"):
        images.grid(cells)


def test_a_grid_of_nothing_is_refused():
    with pytest.raises(SizeError, match="here are none"):
        images.grid([])
