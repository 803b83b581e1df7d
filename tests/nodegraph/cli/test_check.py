import pytest


def test_a_good_file_is_ok_with_counts(nodegraph, numbers, endless):
    result = nodegraph("check", numbers, endless)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"{numbers}: ok, 3 nodes, 2 links, 1 target",
        f"{endless}: ok, 5 nodes, 4 links, 2 zones, 1 target",
    ]


def test_all_problems_of_all_files_are_said_at_once(nodegraph, write, numbers):
    bad = write(
        "bad.json",
        a={"type": "value.integer", "params": {"value": "x", "valu": 1}},
        b={"type": "value.range", "params": {"stop": 1.5}},
    )
    result = nodegraph("check", bad, numbers)
    assert result.exit_code == 2
    assert [line.partition(": ")[2].partition(" ")[0] for line in result.stderr.splitlines()] == [
        f"{bad}:"
    ] * 3
    assert "$.nodes.a.params.value: 'x' is not a whole number" in result.stderr
    assert "$.nodes.a.params.valu: value.integer has no parameter 'valu'; did" in result.stderr
    assert "$.nodes.b.params.stop: 1.5 is not a whole number" in result.stderr
    assert f"{numbers}: ok" in result.stdout


def test_what_only_planning_finds_is_said_too(nodegraph, write):
    path = write(
        "plan.json",
        odd={"type": "image.lode"},
        load={"type": "image.load", "params": {"path": "gone.png"}},
        save={"type": "image.save", "inputs": {"image": "load.image"}},
        other={"type": "image.save", "inputs": {"image": "odd.image"}},
        alone={"type": "image.preview"},
    )
    result = nodegraph("check", path)
    assert result.exit_code == 2
    assert "odd is of a type that no installed node pack knows; install the pack" in result.stderr
    assert "unknown node type 'image.lode'; did you mean 'image.load'?" in result.stderr
    assert "there is no file gone.png" in result.stderr
    assert "alone (image.preview) needs image" in result.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "it is not JSON"),
        ("", "it is not JSON"),
        ('{"a": 1}', 'it lacks "nodegraph"'),
        ('{"1": {"class_type": "KSampler"}, "2": {}}', "a node has no class_type"),
        ('{"nodegraph": 99, "nodes": {}}', "update Nodegraph to open it"),
        ('{"nodegraph": 1, "nodes": {}}', "there is nothing to run"),
    ],
)
def test_what_is_no_workflow_is_refused_in_a_sentence(nodegraph, home, text, said):
    (home / "odd.json").write_text(text)
    result = nodegraph("check", "odd.json")
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: odd.json: ")
    assert said in line


def test_a_loop_is_refused(nodegraph, write):
    path = write(
        "loop.json",
        a={"type": "value.list", "inputs": {"items": ["b.list"]}},
        b={"type": "value.list", "inputs": {"items": ["a.list"]}},
    )
    assert "close a loop; remove one" in nodegraph("check", path).stderr


def test_a_link_out_of_a_zone_is_refused(nodegraph, endless, write):
    path = write(
        "leak.json",
        one={"type": "value.integer"},
        begin={"type": "flow.repeat.begin", "zone": "z", "inputs": {"value": "one.int"}},
        end={"type": "flow.repeat.end", "zone": "z", "inputs": {"value": "begin.value"}},
        both={"type": "value.list", "inputs": {"items": ["begin.value", "end.value"]}},
    )
    assert "only end leads out of the zone" in nodegraph("check", path).stderr


def test_a_file_that_is_not_there_is_said(nodegraph):
    result = nodegraph("check", "gone.json")
    assert result.exit_code == 2
    assert "cannot read gone.json: there is no such file" in result.stderr
