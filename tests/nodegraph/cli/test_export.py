"""``nodegraph export``."""

from pathlib import Path

EXAMPLE = Path(__file__).parents[3] / "workflows" / "text_to_image.json"


def test_a_script_goes_to_a_file(nodegraph, home):
    result = nodegraph("export", EXAMPLE, "--python", "-o", "made.py", "--set", "prompt=a fox")
    assert result.exit_code == 0, result.stderr
    assert result.stdout == "made.py\n"
    assert 'encode_text(model, "a fox")' in (home / "made.py").read_text()


def test_a_script_goes_to_stdout(nodegraph):
    result = nodegraph("export", EXAMPLE, "--python")
    assert result.stdout.startswith('"""Text to image')


def test_what_cannot_be_written_is_said(nodegraph, write):
    path = write(
        "choice.json",
        one={"type": "value.integer"},
        choice={"type": "flow.switch", "inputs": {"if_true": "one.int", "if_false": "one.int"}},
    )
    result = nodegraph("export", path, "--python")
    assert result.exit_code == 2
    assert "choice: flow.switch cannot be written as Python" in result.stderr


def test_the_form_of_the_export_is_asked_for(nodegraph):
    result = nodegraph("export", EXAMPLE)
    assert result.exit_code == 2
    assert "--python" in result.stderr
