import pytest

from benchmarks import comfyui_peer


@pytest.mark.parametrize("shape", comfyui_peer.SHAPES)
def test_every_shape_becomes_a_prompt(shape):
    nodes, leaves = comfyui_peer.prompt(shape, 20)
    assert len(nodes) == 20
    assert len(leaves) == {"chain": 1, "fan-out": 19, "grid": 2}[shape]
    read = [node["inputs"]["a"][0] for node in nodes.values() if "a" in node["inputs"]]
    assert set(read) == set(nodes) - set(leaves)


def test_a_folder_that_is_no_checkout_is_named(tmp_path):
    with pytest.raises(SystemExit, match="did not run the chain of 100"):
        comfyui_peer.compare(str(tmp_path), lambda *_: {})
