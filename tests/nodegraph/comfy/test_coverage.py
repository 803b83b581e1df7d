import json
from pathlib import Path

from scripts.comfyui_coverage import estimate, measure
from tests.nodegraph.comfy.workflows import node, workflow


def test_the_share_that_is_known_is_told_by_family(tmp_path):
    known = workflow([node(1, "UNETLoader", values=["flux1-dev.safetensors", "default"])])
    odd = workflow([node(1, "ModelSamplingContinuousEDM", values=["edm", 120.0, 0.002])])
    for name, data in (("known", known), ("odd", odd)):
        (tmp_path / f"{name}.json").write_text(json.dumps(data))
    said = measure(sorted(tmp_path.glob("*.json")))
    assert "| Flux.1 | 1 | 1 |" in said
    assert "| all | 2 | 1 |" in said
    assert "ModelSamplingContinuousEDM (1)" in said


def test_a_count_of_classes_is_read_too():
    count = """### core5 (4 workflows; 1 in UI form)
| 1 | VAEDecode | core | 3 | 1 | 4 |
| 2 | ModelSamplingContinuousEDM | core | 1 | 0 | 1 |
| 3 | OfAFork | fork-only | 9 | 0 | 9 |
"""
    assert estimate(count) == (
        "4 workflows: 75.0% of the uses of classes are carried over, 1 of 2 classes; "
        "3 workflows at least (75.0%) lack none. "
        "Missing: ModelSamplingContinuousEDM (1)"
    )


def test_the_documentation_has_what_is_told_of_flux():
    assert "| Flux.1 | 9 | 9 |" in Path("docs/comfyui.md").read_text()
