"""The file: the same graph always the same bytes, and every error with its place."""

import copy
import json
import random

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodegraph import jsontext, reader, workflow
from nodegraph.edits import AddNode, Connect, SetParam, SetView
from nodegraph.errors import NodegraphError, WorkflowError
from nodegraph.execution.context import Options
from nodegraph.execution.run import Executor
from nodegraph.graph import Graph, Link, Node
from nodegraph.schema import json_schema
from nodegraph.workflow import dumps, load, loads, read, save, write
from tests.nodegraph.toys import catalogue, graph, n, registry


def full():
    """A workflow with everything a file can hold."""
    return {
        "nodegraph": 1,
        "nodes": {
            "one": {"type": "toy.number", "version": 1, "params": {"value": 3}},
            "real": {"type": "toy.real", "version": 1, "params": {"value": 1.5}},
            "text": {"type": "toy.text", "version": 1, "title": "Words", "params": {"value": "ü"}},
            "sum": {"type": "toy.add", "version": 1, "inputs": {"a": "one.int", "b": "use.y"}},
            "list": {
                "type": "toy.gather",
                "version": 1,
                "inputs": {"items": ["sum.int", "one.int"]},
            },
            "begin": n("toy.for_each.begin", zone="z", items="list.list"),
            "pick": n("switch", if_true="begin.item", if_false="one.int"),
            "end": n("toy.for_each.end", zone="z", value="pick.value", collect="begin.index"),
            "show": n("show", mode="mute", value="end.list"),
            "seed": n("seeded", {"seed": 2**64 - 1}),
            "odd": {
                "type": "other.thing",
                "version": 4,
                "params": {"b": [1, None, {"x": 1e-7}], "a": "y"},
                "inputs": {"p": "one.int", "q": ["one.int", "odd_2.some output"]},
                "extra": {"z": 1, "a": 2},
            },
            "odd_2": {"type": "other.source", "version": 1},
            "use": {"type": "subgraph/inner", "version": 1, "inputs": {"x": "one.int"}},
        },
        "subgraphs": {
            "inner": {
                "nodes": {
                    "in": n("graph.input", {"name": "x", "type": "int"}),
                    "plus": n("graph.input", {"name": "plus", "type": "int", "default": 2}),
                    "sum": n("add", a="in.value", b="plus.value"),
                    "out": n("graph.output", {"name": "y"}, value="sum.int"),
                },
                "view": {"nodes": {"in": {"pos": [0, 0]}}},
            }
        },
        "view": {"nodes": {"one": {"pos": [1, 2.5]}}, "notes": [{"text": "hello"}]},
        "extra": {"author": {"name": "someone"}},
    }


def parse(data):
    return loads(json.dumps(data), registry)


def problems(data):
    with pytest.raises(WorkflowError) as caught:
        loads(data if isinstance(data, (str, bytes)) else json.dumps(data), registry)
    return {problem.path: problem.message for problem in caught.value.problems}


def changed(**paths):
    """Return the full workflow with values put at ``section__key__key``."""
    data = full()
    for path, value in paths.items():
        *parents, last = path.split("__")
        place = data
        for key in parents:
            place = place[key]
        place[last] = value
    return data


def test_what_is_written_loads_and_is_written_the_same():
    text = dumps(parse(full()))
    assert dumps(loads(text, registry)) == text


def test_the_order_of_edits_does_not_matter():
    edits = [AddNode(Node("one", "toy.number")), AddNode(Node("sum", "toy.add"))]
    texts = set()
    for order in (edits, edits[::-1]):
        toy = Graph(catalogue)
        for edit in order:
            toy.apply(edit)
        links = [Link("one", "int", "sum", "a"), Link("one", "int", "sum", "b")]
        for link in links if order is edits else links[::-1]:
            toy.apply(Connect(link))
        toy.apply(SetParam("one", "value", 3))
        texts.add(dumps(toy))
    assert len(texts) == 1


def test_a_moved_node_changes_only_the_view():
    toy = parse(full())
    before = write(toy)
    toy.apply(SetView("nodes", "one", {"pos": [100, 100]}))
    after = write(toy)
    assert before.pop("view") != after.pop("view")
    assert before == after


def test_a_placeholder_is_kept_to_the_byte():
    toy = parse(full())
    lines = dumps(toy).splitlines()
    toy.apply(SetParam("one", "value", 4))
    changes = [new for new, old in zip(dumps(toy).splitlines(), lines, strict=True) if new != old]
    (change,) = changes
    assert '"params": {"value": 4}' in change
    assert write(toy)["nodes"]["odd"] == {
        "type": "other.thing",
        "version": 4,
        "params": {"a": "y", "b": [1, None, {"x": 1e-7}]},
        "inputs": {"p": "one.int", "q": ["one.int", "odd_2.some output"]},
        "extra": {"a": 2, "z": 1},
    }


def test_a_file_is_the_same_whether_its_node_types_are_known_or_not():
    toy = graph({"one": n("number"), "list": n("gather", items="one.int")})
    text = dumps(toy)
    unknown = text.replace("toy.", "lost.")
    assert dumps(loads(unknown, registry)) == unknown


def test_a_file_is_saved_and_loaded(tmp_path):
    toy = parse(full())
    save(toy, tmp_path / "a.json")
    assert dumps(load(tmp_path / "a.json", registry)) == dumps(toy)
    with pytest.raises(NodegraphError, match="there is no such file or folder"):
        load(tmp_path / "none.json", registry)


@pytest.mark.parametrize(
    ("paths", "path", "message"),
    [
        ({"nodes__one__typ": "x"}, "$.nodes.one.typ", "no such key is known here"),
        ({"nodes__one": {}}, "$.nodes.one.type", "it is missing; add it"),
        ({"nodes__one__mode": "off"}, "$.nodes.one.mode", "input should be 'run'"),
        ({"nodes__one__version": "1"}, "$.nodes.one.version", "valid integer"),
        ({"nodes__one__version": 2}, "$.nodes.one.version", "newer than 1, the newest known"),
        ({"nodes__one__params": {"value": "x"}}, "$.nodes.one.params.value", "whole number"),
        ({"nodes__one__params": {"valu": 1}}, "$.nodes.one.params.valu", "did you mean 'value'"),
        ({"nodes__sum__inputs__a": "oen.int"}, "$.nodes.sum.inputs.a", "did you mean 'one'"),
        ({"nodes__sum__inputs__a": "one.itn"}, "$.nodes.sum.inputs.a", "did you mean 'int'"),
        ({"nodes__sum__inputs__c": "one.int"}, "$.nodes.sum.inputs.c", "has no input 'c'"),
        ({"nodes__sum__inputs__a": ["one.int"] * 2}, "$.nodes.sum.inputs.a", "takes one link"),
        ({"nodes__sum__inputs__a": "text.str"}, "$.nodes.sum.inputs.a", "gives str, sum.a takes"),
        ({"nodes__use__type": "subgraph/iner"}, "$.nodes.use.type", "did you mean 'inner'"),
        ({"nodegraph": 2}, "$.nodegraph", "newer than 1, the newest known here; update"),
        ({"nodegraph": 0}, "$.nodegraph", "format 0 was never released"),
        ({"nodegraph": True}, "$.nodegraph", "is no format version"),
        ({"extra": 5}, "$.extra", "dictionary"),
    ],
)
def test_an_error_has_its_path_and_a_remedy(paths, path, message):
    found = problems(changed(**paths))
    assert message in found[path]


def test_all_errors_are_reported_at_once():
    data = changed(nodes__one__params={"value": "x"}, nodes__text__params={"color": "blu"})
    data["nodes"]["sum"]["inputs"] = {"a": "oen.int", "c": "one.int"}
    assert list(problems(data)) == [
        "$.nodes.one.params.value",
        "$.nodes.text.params.color",
        "$.nodes.sum.inputs.a",
        "$.nodes.sum.inputs.c",
    ]


def test_a_loop_of_definitions_is_refused():
    data = full()
    data["subgraphs"]["inner"]["nodes"]["u"] = n("subgraph/outer")
    data["subgraphs"]["outer"] = {"nodes": {"u": n("subgraph/inner")}}
    found = problems(data)
    assert found["$.subgraphs.inner"] == "subgraph 'inner' contains itself"
    assert found["$.subgraphs.outer"] == "subgraph 'outer' contains itself"


def test_definitions_nest_only_so_deep():
    inner = {f"s{i}": {"u": n(f"subgraph/s{i + 1}")} for i in range(3000)} | {"s3000": {}}
    with pytest.raises(WorkflowError, match=r"\$\.subgraphs: they nest 3001 deep; 50 are allowed"):
        graph({}, inner)


def test_a_loop_of_links_names_its_way():
    nodes = {"a": n("identity", value="b.value"), "b": n("identity", value="a.value")}
    found = problems({"nodegraph": 1, "nodes": nodes})
    assert any("a -> b -> a" in text or "b -> a -> b" in text for text in found.values())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it is not JSON"),
        ("{", "it is not JSON: .*line 1, column 2"),
        (b"\xff\xfe", "it is not text in UTF-8"),
        ("[" * 100_000, "nested more than 64 levels deep"),
        ('{"a":' * 100_000, "nested more than 64 levels deep"),
        ('"\\\n' + "[" * 100_000, "it is not JSON|nested"),
        ("[]", "a workflow is a JSON object"),
        ("3", "a workflow is a JSON object"),
        ("null", "a workflow is a JSON object"),
        ("{}", "it lacks .nodegraph."),
        ('{"nodegraph": 1e400, "nodes": {}}', r"\$\.nodegraph: it is no finite number"),
        ('{"nodegraph": 1, "nodes": {}, "extra": {"a": NaN}}', r"\$\.extra\.a: it is no finite"),
        ('{"nodegraph": 1, "nodes": {}, "nodes": {}}', r"\$\.nodes: the key stands twice"),
        ('{"nodegraph": 1, "nodes": {}, "extra": {"a": "\\ud800"}}', "half a character"),
        ('{"nodegraph": 1, "nodes": {}, "view": {"\\ud800": 1}}', "half a character"),
        ('{"nodegraph": ' + "9" * 10_000 + "}", "it is not JSON that can be read"),
        ('{"nodegraph": ' + "9" * 4000 + "}", "newer than 1"),
        ('{"last_node_id": 1, "nodes": [], "links": []}', "this is a workflow of ComfyUI's"),
        ('{"3": {"class_type": "KSampler"}}', "this is a workflow of ComfyUI's"),
    ],
)
def test_no_text_surprises(text, message):
    with pytest.raises(WorkflowError, match=message):
        loads(text, registry)


def test_a_byte_order_mark_is_no_harm():
    assert len(loads(b"\xef\xbb\xbf" + dumps(parse(full())).encode(), registry)) == 13


def test_a_file_has_a_largest_size(monkeypatch):
    monkeypatch.setattr(jsontext, "MAX_BYTES", 10)
    with pytest.raises(WorkflowError, match="more than the 10 a workflow may have"):
        loads("{" + " " * 20 + "}", registry)


def test_a_workflow_has_a_largest_number_of_nodes(monkeypatch):
    monkeypatch.setattr(reader, "MAX_NODES", 2)
    assert (
        "3 nodes are more than the 2 allowed"
        in problems({"nodegraph": 1, "nodes": {name: n("number") for name in "abc"}})["$.nodes"]
    )


def test_a_long_text_is_read_quickly():
    data = changed(extra={"text": 'a"\\\n' * 500_000})
    assert parse(data).extra == data["extra"]


def test_older_params_are_migrated():
    toy = read(
        {"nodegraph": 1, "nodes": {"o": {"type": "toy.old", "params": {"width": 4}}}}, registry
    )
    assert (toy["o"].version, toy["o"].params) == (3, {"size": 8})


def test_older_params_that_nothing_can_migrate_are_refused():
    old = {"type": "toy.old", "params": {"height": 4}}
    found = problems({"nodegraph": 1, "nodes": {"o": old}})
    assert (
        "version 1 of toy.old has other params (KeyError('width')); set them anew"
        in (found["$.nodes.o.params"])
    )


def test_an_older_format_is_migrated(monkeypatch):
    monkeypatch.setattr(
        workflow, "FORMAT_MIGRATIONS", {0: lambda d: {"nodegraph": 1, "nodes": d["all"]}}
    )
    assert "one" in read({"nodegraph": 0, "all": {"one": n("number")}}, registry)


def test_the_published_schema_takes_what_is_written():
    jsonschema.validate(write(parse(full())), json_schema())


@pytest.mark.parametrize(
    "paths",
    [
        {"nodegraph": 2},
        {"nodes": []},
        {"nodes__one__mode": "off"},
        {"nodes__one__typ": 1},
        {"nodes__one__version": 0},
        {"nodes__sum__inputs": {"a": "one"}},
        {"nodes__sum__inputs": {"a": [1]}},
        {"nodes__a b": {"type": "toy.number"}},
        {"unknown": 1},
    ],
)
def test_the_published_schema_refuses_what_is_refused(paths):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(changed(**paths), json_schema())
    assert problems(changed(**paths))


# Anything at all


VALUES = [None, True, False, 0, -1, 1.5, 10**30, "", "x", "one.int", "a/b", [], {}, [[]], {"a": 1}]
MORE = ["toy.add", "toy.for_each.end", "graph.input", "subgraph/inner", "list[", "~T", "mute", "\0"]


def places(data, path=()):
    yield path
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in items:
        if isinstance(value, (dict, list)):
            yield from places(value, (*path, key))


def mutate(rng, data):
    """Delete, replace, copy or rename something somewhere."""
    place = data
    for key in rng.choice(list(places(data))):
        place = place[key]
    keys = list(place) if isinstance(place, dict) else list(range(len(place)))
    value = copy.deepcopy(rng.choice(VALUES + MORE))
    if not keys:
        return
    key = rng.choice(keys)
    action = rng.randrange(5)
    if action == 0:
        del place[key]
    elif action == 1:
        place[key] = value
    elif action == 2:
        other = copy.deepcopy(place[rng.choice(keys)])
        place[key] = other
    elif isinstance(place, dict):
        name = rng.choice([*VALUES, *MORE, *map(str, keys)])
        place[str(name)] = place[key] if action == 3 else value
    else:
        place.insert(key, value)


def survive(text, folder):
    """Load, save, load and run; only our own errors may come."""
    try:
        toy = loads(text, registry)
    except NodegraphError:
        return
    saved = dumps(toy)
    assert dumps(loads(saved, registry)) == saved
    try:
        Executor(registry).run(toy, options=Options(out=folder))
    except NodegraphError:
        return


@settings(max_examples=1500, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32))
def test_no_change_of_a_file_raises_anything_else(tmp_path_factory, seed):
    rng = random.Random(seed)
    data = full()
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        mutate(rng, data)
    survive(json.dumps(data), tmp_path_factory.getbasetemp())


@settings(max_examples=1000, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32))
def test_no_flipped_bytes_raise_anything_else(tmp_path_factory, seed):
    rng = random.Random(seed)
    data = bytearray(dumps(parse(full())).encode())
    for _ in range(rng.choice([1, 1, 2, 8])):
        data[rng.randrange(len(data))] = rng.choice([rng.randrange(256), *b'"{}[],:0.\\'])
    survive(bytes(data), tmp_path_factory.getbasetemp())
