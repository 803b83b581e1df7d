from gui.bridge.asked import Asked
from gui.document.document import Document
from gui.document.wire import pack, unpack
from gui.running.locating import Locator
from nodegraph.comfy.bringing.bring import bring
from nodegraph.comfy.bringing.report import Located
from nodegraph.comfy.exporting.api import to_api
from nodegraph.comfy.locating import putting
from nodegraph.comfy.site import Site
from nodegraph.comfy.ui.reading import read
from nodegraph.errors import NodegraphError
from nodegraph.graph import Graph
from nodegraph.workflow import catalogue
from tests.nodegraph.comfy.workflows import node, workflow

FOUND = [Located("a.safetensors", "/m/loras/b.safetensors", "hash")]


class Engine:
    """An engine that keeps what it is asked until it answers."""

    def __init__(self):
        self.calls = []

    def ask(self, method, graph, then, failed):
        self.calls.append((then, failed))
        return Asked(method, (graph,), {}, then, failed)


def opened(data):
    document = Document(bring(read(data), Site(catalogue()))[0])
    asked = Engine()
    locator = Locator(asked, document)
    said = []
    locator.told.connect(said.append)
    return document, asked.calls, said


def loader(node_id=1):
    values = ["a.safetensors", 1.0]
    return node(node_id, "LoraLoaderModelOnly", ["model:MODEL"], ["MODEL"], values=values)


def test_what_the_engine_finds_is_named_as_one_step_and_goes_back_as_it_came(qapp):
    document, ((then, _),), said = opened(workflow([loader(), loader(2)]))
    then(FOUND)
    assert {one.params["lora"] for one in document.graph} == {"/m/loras/b.safetensors"}
    assert said == [f"{FOUND[0].sentence()}."]
    assert {one["inputs"]["lora_name"] for one in to_api(document.graph).values()} == {
        "a.safetensors"
    }
    document.undo()
    assert {one.params["lora"] for one in document.graph} == {"a.safetensors"}
    assert not document.can_undo


def test_what_is_found_inside_of_a_subgraph_is_named_there():
    use = node(3, "abc", outputs=["MODEL"])
    inner = {"id": "abc", "name": "Inner", "nodes": [loader()], "links": []}
    graph = bring(read(workflow([use], definitions={"subgraphs": [inner]})), Site(catalogue()))[0]
    edit = putting(graph, FOUND)
    graph.apply(unpack(pack(edit), graph))
    (definition,) = graph.subgraphs.values()
    assert [one.params["lora"] for one in definition] == ["/m/loras/b.safetensors"]


def test_what_nobody_names_any_more_is_passed_over(qapp):
    document, ((then, failed),), said = opened(workflow([loader()]))
    then([Located("other.safetensors", "/m/c.safetensors", "name")])
    assert not document.can_undo
    assert said == []
    failed(NodegraphError("paths.yaml cannot be read"))
    assert said == ["models that are missing could not be looked for: paths.yaml cannot be read"]


def test_for_a_workflow_of_our_own_nobody_is_asked(qapp):
    asked = Engine()
    Locator(asked, Document(Graph(catalogue())))
    assert asked.calls == []
