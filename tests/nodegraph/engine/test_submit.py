import json

import pytest

from nodegraph import workflow
from nodegraph.engine import submit
from nodegraph.engine.submission import Submission
from nodegraph.engine.submit import SubmissionError
from nodegraph.errors import WorkflowError
from nodegraph.execution.context import Options

NUMBERS = {
    "nodegraph": 1,
    "nodes": {
        "one": {"type": "value.integer", "params": {"value": 1}},
        "two": {"type": "value.number", "params": {"value": 2.0}},
        "both": {"type": "value.list", "inputs": {"items": ["one.int", "two.float"]}},
    },
}
SEEDS = {"nodegraph": 1, "nodes": {"seed": {"type": "value.seed", "params": {"value": "random"}}}}


def pictures(path):
    nodes = {
        "load": {"type": "image.load", "params": {"path": path}},
        "save": {"type": "image.save", "inputs": {"image": "load.image"}},
    }
    return {"nodegraph": 1, "nodes": nodes}


def prepare(data, base=None, **asked):
    return submit.prepare(Submission(data, **asked), Options(base=base))


def problems(data, base=None, **asked):
    with pytest.raises(SubmissionError) as error:
        prepare(data, base, **asked)
    return {problem.path: problem.message for problem in error.value.problems}


def test_a_workflow_becomes_one_job_with_both_documents():
    (job,) = prepare(NUMBERS, title="numbers", priority=3, device="cuda:1", dtype="float16")
    assert json.loads(job.submitted) == NUMBERS
    assert workflow.dumps(workflow.loads(job.resolved)) == job.resolved
    assert (job.title, job.priority, job.device, job.dtype) == ("numbers", 3, "cuda:1", "float16")
    assert job.values == {}
    assert job.request is None


def test_the_text_of_a_file_is_kept_as_it_is():
    text = json.dumps(NUMBERS, indent=7)
    (job,) = prepare(text)
    assert job.submitted == text


def test_parameters_are_set_by_value_and_by_text():
    (job,) = prepare(NUMBERS, set={"one.value": 5}, settings=("two.value=1.5",))
    nodes = json.loads(job.resolved)["nodes"]
    assert nodes["one"]["params"] == {"value": 5}
    assert nodes["two"]["params"] == {"value": 1.5}
    assert job.values == {"one.value": 5, "two.value": 1.5}


def test_a_sweep_makes_a_job_for_each_combination():
    jobs = prepare(NUMBERS, sweep={"one.value": "1..3", "two.value": [0.5, 1]})
    assert [tuple(job.values.values()) for job in jobs] == [
        (1, 0.5), (1, 1.0), (2, 0.5), (2, 1.0), (3, 0.5), (3, 1.0),
    ]  # fmt: skip
    assert len({job.batch for job in jobs}) == 1
    assert len({job.id for job in jobs}) == 6


def test_random_seeds_are_drawn_before_the_job_is_queued():
    (job,) = prepare(SEEDS)
    drawn = json.loads(job.resolved)["nodes"]["seed"]["params"]["value"]
    assert job.values == {"seed.value": drawn}
    assert json.loads(job.submitted)["nodes"]["seed"]["params"]["value"] == "random"


def test_each_job_of_a_sweep_draws_the_seeds_that_are_swept():
    jobs = prepare(SEEDS, sweep={"seed.value": ["random", "random", 7]})
    values = [job.values["seed.value"] for job in jobs]
    assert values[2] == 7
    assert len(set(values)) == 3
    assert all(isinstance(value, int) for value in values)


def test_the_same_request_has_the_same_batch_and_places():
    first = prepare(NUMBERS, sweep={"one.value": "1..2"}, request="mine")
    second = prepare(NUMBERS, sweep={"one.value": "1..2"}, request="mine")
    assert [job.request for job in first] == [job.request for job in second]
    assert first[0].batch == second[0].batch
    assert first[0].request != first[1].request
    assert first[0].id != second[0].id


def test_all_that_is_wrong_is_said_at_once():
    found = problems(
        NUMBERS,
        set={"one.value": "many", "nobody.value": 1},
        settings=("two.value=x", "one.valeu=2"),
        sweep={"one.value": []},
        targets=("bath",),
        device="gpu",
    )
    assert list(found) == [
        "device",
        'set["one.value"]',
        'set["nobody.value"]',
        "settings[0]",
        "settings[1]",
        'sweep["one.value"]',
        "$.nodes",
    ]
    assert "did you mean 'both'" in found["$.nodes"]


def test_a_problem_names_its_node_and_parameter():
    with pytest.raises(SubmissionError) as error:
        prepare(NUMBERS, set={"one.value": "many"})
    (problem,) = error.value.problems
    assert (problem.node, problem.socket) == ("one", "value")


def test_a_parameter_is_set_once():
    found = problems(
        NUMBERS,
        set={"one.value": 1},
        settings=("one.value=2", "two.value=2"),
        sweep={"two.value": [1.0]},
    )
    assert list(found) == ["settings[0]", 'sweep["two.value"]']
    assert all("more than once" in message for message in found.values())


def test_what_is_no_workflow_is_refused_with_its_places():
    with pytest.raises(WorkflowError) as error:
        prepare({"nodegraph": 1, "nodes": {"a": {"type": "value.integer", "params": {"x": 1}}}})
    assert error.value.problems[0].path == "$.nodes.a.params.x"


def test_a_graph_that_cannot_run_is_refused():
    nodes = {"save": {"type": "image.save"}}
    assert "needs image" in problems({"nodegraph": 1, "nodes": nodes})["$.nodes.save.inputs.image"]


def test_a_file_that_is_not_there_is_missed_before_the_job_is_queued(tmp_path):
    missing = problems(pictures("gone.png"), tmp_path)
    assert "there is no file" in missing["$.nodes.load.params.path"]


def test_a_file_that_is_not_there_is_missed_in_a_graph_that_is_not_whole_yet(tmp_path):
    unlinked = pictures("gone.png")
    del unlinked["nodes"]["save"]["inputs"]
    missing = problems(unlinked, tmp_path)
    assert "there is no file" in missing["$.nodes.load.params.path"]
    assert "needs image" in missing["$.nodes.save.inputs.image"]


def test_a_model_that_is_not_there_is_missed_before_the_job_is_queued():
    nodes = {"load": {"type": "model.load", "params": {"model": "/gone/model"}}}
    (problem,) = submit.check(Submission({"nodegraph": 1, "nodes": nodes}), Options()).problems
    assert (problem.node, problem.socket) == ("load", "model")
    assert problem.message.startswith("load: there is no model '/gone/model'; use 'critters'")


def test_the_files_of_a_sweep_are_looked_for_too(tmp_path):
    (tmp_path / "here.png").write_bytes(b"picture")
    sweep = {"load.path": ["here.png", "gone.png"]}
    missing = problems(pictures("here.png"), tmp_path, sweep=sweep)
    assert "gone.png" in missing["$.nodes.load.params.path"]


def test_too_many_jobs_are_refused():
    found = problems(NUMBERS, sweep={"one.value": "1..200", "two.value": list(range(200))})
    assert "10,000 are allowed" in found["sweep"]


def test_jobs_that_are_too_large_together_are_refused():
    data = NUMBERS | {"extra": {"note": "x" * 2**20}}
    assert "in parts" in problems(data, sweep={"one.value": "1..300"})["sweep"]


def test_a_check_raises_nothing_and_tells_what_would_run():
    nodes = NUMBERS["nodes"] | {"odd": {"type": "odd.one"}}
    asked = Submission({"nodegraph": 1, "nodes": nodes}, sweep={"one.value": "1..4"})
    verdict = submit.check(asked, Options())
    assert verdict.problems == ()
    assert verdict.jobs == 4
    assert verdict.targets == ("both",)
    assert "no installed node pack knows" in verdict.skipped["odd"][0].message


@pytest.mark.parametrize("data", ["{", {}, {"nodegraph": 1, "nodes": {}}])
def test_a_check_of_nonsense_says_why(data):
    assert submit.check(Submission(data), Options()).problems


def test_a_device_that_is_not_here_is_refused_once_the_devices_are_known():
    asked = Submission(NUMBERS, device="cuda:1")
    assert submit.prepare(asked, Options())
    with pytest.raises(SubmissionError, match="no device cuda:1 here; use auto or cpu"):
        submit.prepare(asked, Options(), ["cpu"])


@pytest.mark.parametrize("device", ["auto", "cuda", "cuda:1"])
def test_a_device_may_be_named_whole_or_by_its_kind(device):
    assert submit.prepare(Submission(NUMBERS, device=device), Options(), ["cuda:0", "cuda:1"])
