import errno
import json
import os

import PIL.Image
import pytest

from nodegraph.params import Seed
from nodegraph.registry import broken_packs


def errors(result):
    return [line for line in result.stderr.splitlines() if line.startswith("error: ")]


def test_values_of_the_targets_are_said_on_stderr(nodegraph, numbers):
    result = nodegraph("run", numbers)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "both.list = [1, 2]" in result.stderr


def test_settings_are_typed_by_the_node(nodegraph, numbers):
    result = nodegraph("run", numbers, "--set", "one.value=7", "--target", "one")
    assert "one.int = 7" in result.stderr
    assert "both" not in result.stderr


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("--set=ona.value=1", "there is no node 'ona'; did you mean 'one'?"),
        ("--set=one.valu=1", "no parameter 'valu'; did you mean 'value'?"),
        ("--set=one.value=x", "one.value: 'x' is not a whole number; write one such as 20"),
        ("--set=one.value", "write NODE.PARAM=VALUE"),
        ("--sweep=one.value=1..", "is not a whole number"),
        ("--sweep=one.value=1..99999", "99,999 runs; 10,000 are allowed"),
        ("--target=bot", "there is no node 'bot' to run; did you mean 'both'?"),
        ("--device=cudo", "unknown device 'cudo'; did you mean 'cuda'?"),
        ("--dtype=float8", "unknown dtype 'float8'; did you mean 'float32'?"),
    ],
)
def test_a_wrong_argument_is_one_sentence_and_nothing_runs(nodegraph, numbers, argument, said):
    result = nodegraph("run", numbers, argument)
    assert result.exit_code == 2
    (line,) = errors(result)
    assert said in line
    assert "started" not in result.stderr


def test_a_parameter_is_set_or_swept_but_not_both(nodegraph, numbers):
    twice = nodegraph("run", numbers, "--set", "one.value=1", "--sweep", "one.value=1,2")
    assert twice.exit_code == 2
    assert "one.value is set more than once" in twice.stderr


def test_sweeps_make_a_grid(nodegraph, numbers):
    result = nodegraph("run", numbers, "--sweep", "one.value=1..2", "--sweep", "two.value=5,6")
    assert result.exit_code == 0
    assert "run 4 of 4 (one.value=2, two.value=6): started" in result.stderr
    found = [line for line in result.stderr.splitlines() if line.startswith("both.list")]
    assert found == [f"both.list = [{one}, {two}]" for one in (1, 2) for two in (5, 6)]


def test_a_run_of_a_sweep_that_fails_does_not_stop_the_others(nodegraph, write, declare):
    @declare("test.below_two")
    def below_two(*, value: int = 0) -> int:
        if value == 1:
            raise ValueError("one is one too many")
        return value

    result = nodegraph(
        "run", write("fails.json", a={"type": "test.below_two"}), "--sweep", "a.value=0..2"
    )
    assert result.exit_code == 1
    (line,) = errors(result)
    assert "node a (test.below_two) failed with ValueError: one is one too many" in line
    assert "a.int = 2" in result.stderr
    assert "1 of 3 runs failed" in result.stderr
    assert "Traceback" not in result.stderr


def test_debug_shows_the_traceback(nodegraph, write, declare):
    @declare("test.boom")
    def boom() -> int:
        raise ValueError("boom")

    result = nodegraph("run", write("boom.json", a={"type": "test.boom"}), "--debug")
    assert result.exit_code == 1
    assert "Traceback" in result.stderr


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("CUDA out of memory. Tried …")])
def test_no_memory_gives_advice(nodegraph, write, declare, error):
    @declare("test.large")
    def large() -> int:
        raise error

    result = nodegraph("run", write("large.json", a={"type": "test.large"}))
    assert result.exit_code == 1
    assert "not enough memory; lower width, height or batch_size" in result.stderr


def test_a_random_seed_is_drawn_once_and_said(nodegraph, write, declare):
    @declare("test.draw")
    def draw(*, seed: Seed = 0, strength: int = 0) -> int:
        return seed

    path = write("draw.json", a={"type": "test.draw", "params": {"seed": "random"}})
    result = nodegraph("run", path, "--sweep", "a.strength=1,2")
    lines = result.stderr.splitlines()
    (said,) = [line for line in lines if line.startswith("drawn: a.seed=")]
    seed = said.removeprefix("drawn: a.seed=")
    assert lines.count(f"a.int = {seed}") == 2


def test_a_target_that_is_skipped_is_said_and_the_others_run(nodegraph, write, declare):
    @declare("test.effect", effect=True)
    def effect(value: int) -> None:
        pass

    path = write(
        "half.json",
        one={"type": "value.integer"},
        good={"type": "test.effect", "inputs": {"value": "one.int"}},
        bad={"type": "test.effect"},
    )
    result = nodegraph("run", path)
    assert result.exit_code == 1
    (line,) = errors(result)
    assert line.startswith("error: bad was skipped: bad (test.effect) needs value")
    assert "done in" in result.stderr


def test_stdout_has_the_paths_and_nothing_else(nodegraph, pixels):
    result = nodegraph("run", pixels, "--out", "made", "--sweep", "save.format=png,webp")
    assert result.exit_code == 0
    assert result.stdout == "made/out_00001.png\nmade/out_00001.webp\n"


def test_files_go_to_outputs_by_default(nodegraph, pixels):
    assert nodegraph("run", pixels).stdout == "outputs/out_00001.png\n"


def test_a_picture_runs_again_bit_for_bit(nodegraph, pixels, home):
    made = nodegraph("run", pixels, "--device", "cpu", "--dtype", "bfloat16")
    again = nodegraph("run", made.stdout.strip(), "--out", "again")
    assert again.exit_code == 0
    first, second = (home / result.stdout.strip() for result in (made, again))
    assert first != second
    assert first.read_bytes() == second.read_bytes()


def test_what_changed_since_a_picture_was_made_is_said(nodegraph, pixels, home):
    made = nodegraph("run", pixels).stdout.strip()
    PIL.Image.new("L", (24, 16)).save(home / "grey.png")
    again = nodegraph("run", made)
    assert again.exit_code == 0
    assert "may come out differently: load reads other files than those" in again.stderr


def test_values_are_kept_between_runs_unless_refused(nodegraph, pixels, home, write, declare):
    @declare("test.dear")
    def dear(*, value: int = 0) -> int:
        import time

        end = time.perf_counter() + 0.06
        while time.perf_counter() < end:
            pass
        return value

    path = write("dear.json", a={"type": "test.dear"})
    assert nodegraph("run", path, "--no-cache").exit_code == 0
    assert not (home / "cache").exists()
    assert nodegraph("run", path).exit_code == 0
    assert len(list((home / "cache").glob("*/*.value"))) == 1
    events = nodegraph("run", path, "--json").stdout.splitlines()
    assert any(json.loads(event).get("cached") for event in events)


def test_events_are_json_lines(nodegraph, pixels):
    result = nodegraph("run", pixels, "--json")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert events[0]["event"] == "RunStarted"
    assert events[-1]["event"] == "RunFinished"
    assert events[-1]["files"] == ["outputs/out_00001.png"]
    assert result.stderr == ""


def test_json_says_which_run_a_sweep_is_at(nodegraph, numbers):
    result = nodegraph("run", numbers, "--json", "--sweep", "one.value=1,2")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    found = [event for event in events if event["event"] == "Settings"]
    assert [(one["number"], one["of"], one["values"]) for one in found] == [
        (1, 2, {"one.value": 1}),
        (2, 2, {"one.value": 2}),
    ]


def test_previews_are_left_out_of_json_unless_wanted(nodegraph, pixels, write):
    path = write(
        "preview.json",
        load={"type": "image.load", "params": {"path": "grey.png"}},
        show={"type": "image.preview", "inputs": {"image": "load.image"}},
    )
    assert '"preview"' not in nodegraph("run", path, "--json").stdout
    assert '"preview": "/9j/' in nodegraph("run", path, "--json", "--previews").stdout


def test_with_json_an_error_is_a_line_on_stdout_and_a_sentence_on_stderr(nodegraph, write):
    path = write("zone.json", a={"type": "flow.repeat.begin", "zone": "z"})
    result = nodegraph("run", path, "--json")
    first = json.loads(result.stdout.splitlines()[0])
    assert (first["event"], first["node"]) == ("Error", "a")
    assert first["message"] in errors(result)[0]


def test_a_folder_that_cannot_be_written_is_refused_before_anything_runs(nodegraph, pixels, home):
    (home / "file").touch()
    result = nodegraph("run", pixels, "--out", "file/inside")
    assert result.exit_code == 2
    assert "cannot save to file/inside: a part of the path is a file" in result.stderr
    assert "started" not in result.stderr


def test_a_read_only_folder_is_refused_before_anything_runs(nodegraph, pixels, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    result = nodegraph("run", pixels)
    assert result.exit_code == 2
    assert "choose another folder or change its permissions" in result.stderr


def test_a_full_disk_fails_the_node_and_leaves_no_half_file(nodegraph, pixels, home, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = nodegraph("run", pixels)
    assert result.exit_code == 1
    (line,) = errors(result)
    assert "node save (image.save) failed" in line
    assert "the disk is full; free some space" in line
    assert list((home / "outputs").iterdir()) == []


def test_a_picture_without_a_workflow_is_refused(nodegraph, home):
    PIL.Image.new("RGB", (8, 8)).save(home / "plain.png")
    result = nodegraph("run", "plain.png")
    assert result.exit_code == 2
    assert "the picture carries no Nodegraph workflow" in result.stderr


def test_a_broken_pack_is_named(nodegraph, numbers, monkeypatch):
    monkeypatch.setitem(broken_packs, "odd", "ImportError: x")
    assert "warning: node pack 'odd' is broken" in nodegraph("run", numbers).stderr


def test_our_own_faults_are_one_sentence(nodegraph, numbers, monkeypatch):
    def broken(_):
        raise KeyError("oops")

    monkeypatch.setattr("nodegraph.workflow.load", broken)
    result = nodegraph("run", numbers)
    assert result.exit_code == 1
    assert "stumbled over KeyError ('oops'); run again with --debug" in result.stderr
    assert "Traceback" in nodegraph("run", numbers, "--debug").stderr
