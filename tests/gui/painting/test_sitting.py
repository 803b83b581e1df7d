"""A mask before and after it is painted: its file, the node's parameters, one step to undo."""

import json

import numpy as np
import PIL.Image
import pytest
from PySide6.QtGui import QColor, QImage

from gui.document.document import Document
from gui.painting.files import keep_mask, read_mask
from gui.painting.sitting import Sitting, on
from gui.painting.subject import subject_of
from gui.painting.under import file_of, picture_under, read_picture
from nodegraph.edits import RemoveNode
from nodegraph.errors import GraphError
from nodegraph.execution.context import Options
from nodegraph.execution.run import run
from nodegraph.storage import StorageError
from nodegraph.workflow import dumps, loads

OVER = {"over": "photo.image", "under": "photo.image"}


def written(**nodes):
    """Return a workflow of nodes, each a type, parameters and inputs."""
    return json.dumps(
        {
            "nodegraph": 1,
            "nodes": {
                name: {"type": kind, "version": 1, "params": params, "inputs": inputs}
                for name, (kind, params, inputs) in nodes.items()
            },
        }
    )


@pytest.fixture
def opened(qapp):
    return lambda **nodes: Document(loads(written(**nodes)))


@pytest.fixture
def masked(opened):
    """A picture, its mask node, and what the mask leads to."""
    return opened(
        photo=("image.load", {"path": "boy.png"}, {}),
        mask=("mask.paint", {"path": "old.png", "feather": 1.5}, {"image": "photo.image"}),
        soft=("mask.grow", {"pixels": 2}, {"mask": "mask.mask"}),
    )


def sitting(document, node_id, base):
    return Sitting(document, subject_of(document.graph, node_id), base)


def values():
    return np.arange(48, dtype=np.uint8).reshape(6, 8) * 5


def test_a_mask_is_kept_under_a_name_that_its_content_gives(qapp, tmp_path):
    one, again = keep_mask(values(), tmp_path / "a"), keep_mask(values(), tmp_path / "a")
    other = keep_mask(255 - values(), tmp_path / "a")
    assert one == again != other
    with PIL.Image.open(one) as kept:
        assert kept.mode == "L"
        assert np.array_equal(np.asarray(kept), values())


def test_a_damaged_file_of_that_name_is_written_anew(qapp, tmp_path):
    path = keep_mask(values(), tmp_path)
    path.write_bytes(b"rubbish")
    assert keep_mask(values(), tmp_path) == path
    assert np.array_equal(read_mask(path), values())


def test_a_folder_that_cannot_be_written_gets_a_sentence(qapp, tmp_path):
    (tmp_path / "pasted").write_text("in the way")
    with pytest.raises(StorageError, match="cannot save"):
        keep_mask(values(), tmp_path / "pasted")


def test_keeping_is_one_step_which_undo_takes_back(masked, tmp_path):
    here = sitting(masked, "mask", tmp_path)
    here.keep(values(), 4.0)
    params = masked.graph["mask"].params
    assert params["feather"] == 4.0
    assert np.array_equal(read_mask(Options().resolve(params["path"])), values())
    assert masked.undo_title == "Paint mask"

    masked.undo()
    assert masked.graph["mask"].params == {"path": "old.png", "feather": 1.5}
    assert not masked.can_undo
    masked.redo()
    assert masked.graph["mask"].params == params


def test_a_kept_mask_runs_headless_as_it_was_painted(opened, tmp_path):
    document = opened(
        photo=("image.load", {"path": "boy.png"}, {}),
        mask=("mask.paint", {}, {"image": "photo.image"}),
        shown=("mask.to_image", {}, {"mask": "mask.mask"}),
        save=("image.save", {"name": "mask"}, {"image": "shown.image"}),
    )
    PIL.Image.new("RGB", (8, 6), "teal").save(tmp_path / "boy.png")
    sitting(document, "mask", tmp_path).keep(values(), 0.0)
    text = dumps(document.graph)

    result = run(loads(text), options=Options(out=tmp_path / "out", base=tmp_path))
    with PIL.Image.open(result.files[0]) as saved:
        found = np.asarray(saved)
    assert np.abs(found[..., 0].astype(int) - values()).max() <= 1  # saving truncates


def test_a_picture_gets_a_node_for_its_mask_which_takes_over_what_its_own_led_to(opened, tmp_path):
    document = opened(
        photo=("image.load", {"path": "boy.png"}, {}),
        soft=("mask.grow", {"pixels": 2}, {"mask": "photo.mask"}),
    )
    sitting(document, "photo", tmp_path).keep(values(), 2.0)
    graph = document.graph
    assert graph["mask"].type == "mask.paint"
    assert graph.inputs("mask") == {"image": [("photo", "image")]}
    assert graph.inputs("soft") == {"mask": [("mask", "mask")]}
    assert subject_of(graph, "photo").node == "mask"

    document.undo()
    assert len(document.graph) == 2
    assert document.graph.inputs("soft") == {"mask": [("photo", "mask")]}


def test_a_loaded_mask_is_read_as_its_node_reads_it_and_kept_as_painted(opened, tmp_path):
    document = opened(
        mask=("mask.load", {"path": "cut.png", "channel": "alpha", "invert": True}, {})
    )
    rgba = np.zeros((6, 8, 4), np.uint8)
    rgba[..., 3] = values()
    PIL.Image.fromarray(rgba).save(tmp_path / "cut.png")
    here = sitting(document, "mask", tmp_path)
    assert np.array_equal(here.values(), values())
    assert here.feather is None

    here.keep(values(), None)
    params = document.graph["mask"].params
    assert (params["channel"], params["invert"]) == ("luminance", False)
    assert document.undo_title == "Paint mask"


def test_the_picture_underneath_is_what_is_linked_or_what_goes_where_the_mask_goes(
    opened, tmp_path
):
    document = opened(
        photo=("image.load", {"path": "boy.png"}, {}),
        mask=("mask.load", {"path": ""}, {}),
        both=("image.composite", {}, OVER | {"mask": "mask.mask"}),
        other=("mask.load", {"path": ""}, {}),
    )
    graph = document.graph
    assert picture_under(graph, "mask") == ("photo", "image")
    assert file_of(graph, ("photo", "image"), tmp_path).name == "boy.png"
    assert picture_under(graph, "other") is None


def test_what_gives_no_picture_and_no_mask_has_nothing_to_paint(opened):
    document = opened(number=("value.number", {}, {}), mask=("mask.shape", {}, {}))
    assert subject_of(document.graph, "number") is None
    assert subject_of(document.graph, "mask") is None
    assert subject_of(document.graph, "gone") is None


def test_a_mask_of_another_size_is_brought_to_the_pictures(qapp):
    picture = QImage(16, 12, QImage.Format.Format_ARGB32)
    picture.fill(QColor(10, 20, 30, 0))
    under, found, said = on(picture, values())
    assert found.shape == (12, 16)
    assert "8 by 6" in said
    assert under.pixelColor(0, 0) == QColor(10, 20, 30)
    assert on(picture, None)[1].shape == (12, 16)
    assert on(None, values())[0].size().toTuple() == (8, 6)
    with pytest.raises(GraphError, match="no picture to paint on"):
        on(None, None)


def test_a_node_that_is_gone_gets_a_sentence_and_no_step(masked, tmp_path):
    here = sitting(masked, "mask", tmp_path)
    masked.apply(RemoveNode("mask"))
    with pytest.raises(GraphError, match="mask is gone; undo"):
        here.keep(values(), 0.0)


def test_a_file_that_is_no_picture_gets_a_sentence(qapp, tmp_path):
    (tmp_path / "boy.png").write_text("rubbish")
    with pytest.raises(StorageError, match="cannot read"):
        read_picture(tmp_path / "boy.png")
