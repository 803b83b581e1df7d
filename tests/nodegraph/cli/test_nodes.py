import json

from nodegraph.params import MAX_SEED


def test_every_type_has_a_line(nodegraph):
    lines = nodegraph("nodes").stdout.splitlines()
    (line,) = [line for line in lines if line.startswith("sampling.sample ")]
    assert "latent" in line
    assert line.endswith("Take the noise out of a latent, in one node: the denoise loop, closed.")


def test_a_word_narrows_the_table(nodegraph):
    lines = nodegraph("nodes", "flow").stdout.splitlines()[1:]
    assert lines
    assert all("flow" in line.lower() for line in lines)


def test_a_whole_id_shows_the_type_in_full(nodegraph):
    shown = nodegraph("nodes", "flow.repeat.begin").stdout
    assert "times  2; int from 0 to 10000. How many turns." in shown
    assert "value  ~T. What the first turn starts with." in shown
    assert "index  int" in shown


def test_a_word_that_is_nowhere_gets_a_suggestion(nodegraph):
    result = nodegraph("nodes", "flow.switsh")
    assert result.exit_code == 2
    assert result.stderr == "error: unknown node type 'flow.switsh'; did you mean 'flow.switch'?\n"


def test_the_catalogue_has_all_that_an_editor_needs(nodegraph):
    data = json.loads(nodegraph("nodes", "--json").stdout)
    seed = data["nodes"]["latent.noise"]["params"]["seed"]
    assert seed["widget"] == "seed"
    assert seed["range"] == {"low": 0, "high": MAX_SEED, "step": 1}
    begin = data["nodes"]["flow.repeat.begin"]
    assert (begin["role"], begin["pair"]) == ("begin", "flow.repeat.end")
    assert begin["category"] == "flow"
    assert set(data["sockets"]["Latent"]) == {"color", "shape"}


def test_the_schema_is_a_json_schema_that_accepts_a_workflow(nodegraph, numbers):
    import jsonschema

    schema = json.loads(nodegraph("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(numbers.read_text()), schema)
