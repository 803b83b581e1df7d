import json


def test_a_graph_is_shown_in_order_with_its_settings_and_links(nodegraph, numbers):
    assert nodegraph("show", numbers).stdout == (
        f"{numbers}: 3 nodes, 2 links\n"
        "\none  value.integer\n  value =  1\n"
        "\ntwo  value.integer\n  value =  2\n"
        "\nboth  value.list\n  items <- one.int, two.int\n"
    )


def test_zones_are_indented(nodegraph, endless):
    lines = nodegraph("show", endless).stdout.splitlines()
    heads = [line.split("  flow")[0] for line in lines if "  flow." in line]
    assert heads == ["outer", "    inner", "    turn", "done"]
    assert '    inner  flow.repeat.begin  "Treadmill"' in lines


def test_what_a_zone_holds_stands_inside_and_what_it_needs_before(nodegraph, write):
    path = write(
        "zone.json",
        after={"type": "value.list", "inputs": {"items": ["end.value"]}},
        begin={"type": "flow.repeat.begin", "zone": "z", "inputs": {"value": "one.int"}},
        body={"type": "value.list", "inputs": {"items": ["begin.index", "extra.int"]}},
        end={"type": "flow.repeat.end", "zone": "z", "inputs": {"value": "begin.value"}},
        extra={"type": "value.integer"},
        one={"type": "value.integer"},
    )
    lines = nodegraph("show", path).stdout.splitlines()
    heads = [line for line in lines if "  value." in line or "  flow." in line]
    names = [head.rstrip().rpartition("  ")[0] for head in heads]
    assert names.index("extra") < names.index("begin")
    assert names[names.index("begin") :] == ["begin", "    body", "end", "after"]


def test_a_title_cannot_command_the_terminal(nodegraph, write):
    path = write("title.json", a={"type": "value.integer", "title": "\x9b2J\x1b[2J"})
    shown = nodegraph("show", path).stdout
    assert "\x9b" not in shown
    assert "\x1b" not in shown


def test_zones_that_cross_are_shown_flat(nodegraph, write):
    path = write(
        "cross.json",
        one={"type": "value.integer"},
        a={"type": "flow.repeat.begin", "zone": "a", "inputs": {"value": "one.int"}},
        b={"type": "flow.repeat.begin", "zone": "b", "inputs": {"value": "a.value"}},
        enda={"type": "flow.repeat.end", "zone": "a", "inputs": {"value": "b.value"}},
        endb={"type": "flow.repeat.end", "zone": "b", "inputs": {"value": "enda.value"}},
    )
    result = nodegraph("show", path)
    assert result.exit_code == 0
    assert all(f"{name}  " in result.stdout for name in ("one", "a", "b", "enda", "endb"))


def test_subgraphs_modes_and_unknown_types_are_shown(nodegraph, home):
    inner = {
        "in": {"type": "graph.input", "params": {"name": "x"}},
        "out": {"type": "graph.output", "inputs": {"value": "in.value"}},
    }
    nodes = {
        "use": {"type": "subgraph/same", "mode": "mute"},
        "odd": {"type": "odd.one", "params": {"a": "b" * 300}},
    }
    data = {"nodegraph": 1, "nodes": nodes, "subgraphs": {"same": {"nodes": inner}}}
    (home / "group.json").write_text(json.dumps(data))
    shown = nodegraph("show", "group.json").stdout
    assert "use  subgraph/same  [mute]" in shown
    assert "odd  odd.one  [unknown type]" in shown
    assert "… (302 characters)" in shown
    assert "\nsubgraph same: 2 nodes, 1 link\n" in shown


def test_a_form_is_shown_first_and_set_by_its_names(nodegraph, numbers):
    data = json.loads(numbers.read_text())
    data["form"] = [{"name": "first", "param": "one.value", "title": "The first"}]
    numbers.write_text(json.dumps(data))
    shown = nodegraph("show", numbers).stdout
    assert "\nform\n  first =  1  (one.value)\n\none  value.integer" in shown
    result = nodegraph("run", numbers, "--set", "first=7", "--target", "one")
    assert (result.exit_code, "one.int = 7" in result.stderr) == (0, True)
