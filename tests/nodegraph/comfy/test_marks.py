from pathlib import Path

from nodegraph.comfy.marks import markdown


def test_the_documentation_has_the_table_as_it_is():
    assert markdown() in Path("docs/comfyui.md").read_text(), (
        "put the output of marks.markdown() in"
    )


def test_every_class_has_its_mark():
    assert "| `EmptyLatentImage` | exact |  |" in markdown()
    assert "| `KSampler` | approximate | Samplers named" in markdown()
    assert "| `ModelSamplingContinuousEDM` | unsupported | Models" in markdown()
