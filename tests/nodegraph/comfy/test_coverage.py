from pathlib import Path

from scripts.comfyui_coverage import WORKFLOWS, estimate, measure


def test_the_share_that_is_known_is_told_by_family():
    said = measure(sorted(WORKFLOWS.glob("*.json")))
    assert "| Flux.1 | 6 | 6 |" in said
    assert "| all | 35 | 31 |" in said
    assert "GLIGENLoader (1)" in said


def test_a_count_of_classes_is_read_too():
    count = """### core5 (4 workflows; 1 in UI form)
| 1 | VAEDecode | core | 3 | 1 | 4 |
| 2 | GLIGENLoader | core | 1 | 0 | 1 |
| 3 | OfAFork | fork-only | 9 | 0 | 9 |
"""
    assert estimate(count) == (
        "4 workflows: 75.0% of the uses of classes are carried over, 1 of 2 classes. "
        "Missing: GLIGENLoader (1)"
    )


def test_the_documentation_has_what_is_told_of_flux():
    assert "| Flux.1 | 9 | 9 |" in Path("docs/comfyui.md").read_text()
