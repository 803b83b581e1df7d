import pytest

from nodegraph import Options, run
from nodegraph.comfy.prompt import read
from nodegraph.comfy.translate import translate
from nodegraph.overrides import override
from nodegraph.workflow import load


@pytest.mark.slow
@pytest.mark.parametrize("steps", [3])
def test_a_prompt_makes_the_picture_our_own_workflow_makes(prompt, site, tmp_path, steps):
    prompt["3"]["inputs"] |= {"steps": steps, "scheduler": "normal"}
    made = translate(read(prompt), site)
    theirs = run(made.graph, [*made.targets, "decode_8"], options=Options(out=tmp_path))
    ours = override(
        load("workflows/text_to_image_closed.json"),
        {
            "prompt.text": "a happy red fox",
            "noise.seed": 7,
            "noise.width": 64,
            "noise.height": 64,
            "schedule.steps": steps,
        },
    )
    expected = run(ours, ["decode"], options=Options(out=tmp_path))
    assert theirs["decode_8.image"].pixels.equal(expected["decode.image"].pixels)
    assert [path.name for path in theirs.files] == ["fox_00001.png"]
