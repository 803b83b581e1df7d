"""Every family from words to a picture, by the workflows that come along."""

from pathlib import Path

import PIL.Image
import pytest

from nodegraph.execution.context import Options
from nodegraph.execution.run import Executor
from nodegraph.overrides import override
from nodegraph.workflow import load
from tests.far.alike import ROUNDED, assert_alike
from tests.tiny.families import FAMILIES

FOLDER = Path(__file__).parents[4] / "workflows"
SMALL = {"schedule.steps": 2, "noise.width": 64, "noise.height": 96, "prompt.text": "a fox"}


@pytest.mark.parametrize("name", FAMILIES)
def test_the_open_loop_and_the_closed_one_make_the_same_picture(family_folder, tmp_path, name):
    shared = SMALL | {"model.model": str(family_folder(name))}
    pixels = []
    for path, own in (("", "guidance.cfg"), ("_closed", "denoise.cfg")):
        graph = override(load(FOLDER / f"text_to_image{path}.json"), shared | {own: 2.0})
        result = Executor().run(graph, options=Options(out=tmp_path))
        pixels.append(PIL.Image.open(result.files[0]))
    assert pixels[0].size == (64, 96)
    assert pixels[0].tobytes() == pixels[1].tobytes()


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
@pytest.mark.parametrize("name", FAMILIES)
def test_in_16_bits_the_picture_is_about_the_same(family_folder, tmp_path, name, dtype):
    values = SMALL | {"model.model": str(family_folder(name))}
    graph = override(load(FOLDER / "text_to_image_closed.json"), values)
    files = []
    for one in ("float32", dtype):
        files += Executor().run(graph, options=Options(out=tmp_path, dtype=one)).files
    assert_alike(*files, ROUNDED)
