import hashlib
import json

import pytest

from nodegraph.comfy.bringing.bring import bring
from nodegraph.comfy.site import Site
from nodegraph.comfy.ui.reading import read
from nodegraph.workflow import catalogue, dumps
from tests.nodegraph.comfy.workflows import node, workflow
from tests.nodegraph.engine.serving import within


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A LoRA on this machine, by a name of its own."""
    monkeypatch.setenv("NODEGRAPH_MODELS", str(tmp_path / "mine"))
    monkeypatch.setenv("NODEGRAPH_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "mine" / "loras" / "renamed.safetensors"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"weights")
    return path


def test_models_that_are_called_otherwise_are_found_by_their_hashes(tmp_path, shelf):
    loader = node(1, "LoraLoaderModelOnly", ["model:MODEL"], ["MODEL"], values=["a.safetensors", 1])
    told = {"name": "a.safetensors", "hash": hashlib.sha256(b"weights").hexdigest()}
    data = read(workflow([loader], models=[{**told, "directory": "loras"}]))
    text = dumps(bring(data, Site(catalogue()))[0])

    async def ask(engine, client):
        answer = await client.post("/api/locate", json={"workflow": text})
        wrong = await client.post("/api/locate", json={"workflow": "{}"})
        return await answer.json(), wrong.status

    found, status = within(tmp_path, ask)
    assert found == {"located": [{"name": "a.safetensors", "path": str(shelf), "by": "hash"}]}
    assert json.loads((tmp_path / "cache" / "hashes.json").read_text()).keys() == {str(shelf)}
    assert status == 422
