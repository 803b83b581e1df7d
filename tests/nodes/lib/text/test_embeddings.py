import pytest
import torch
from safetensors.torch import save_file

from nodes.lib.text import embeddings
from nodes.lib.text.tokens import WordError

VECTORS = torch.arange(8.0).reshape(2, 4)


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("webui.safetensors", {"emb_params": VECTORS}),
        ("diffusers.safetensors", {"<thing>": VECTORS}),
        ("diffusers.bin", {"<thing>": VECTORS}),
        (
            "webui.pt",
            {
                "string_to_token": {"*": 265},
                "string_to_param": {"*": VECTORS},
                "name": "thing",
                "step": 100,
            },
        ),
        ("half.bin", {"<thing>": VECTORS.half()}),
    ],
)
def test_every_form_of_file_is_read(tmp_path, name, held):
    path = tmp_path / name
    (save_file if path.suffix == ".safetensors" else torch.save)(held, path)
    found = embeddings.pick(embeddings.load(path), "clip_l", 4)
    assert torch.equal(found, VECTORS)


def test_one_vector_is_one_token(tmp_path):
    torch.save({"<thing>": VECTORS[0]}, tmp_path / "one.bin")
    found = embeddings.pick(embeddings.load(tmp_path / "one.bin"), "clip_l", 4)
    assert torch.equal(found, VECTORS[:1])


def test_the_file_of_sdxl_has_one_for_each_encoder(tmp_path):
    wide = torch.ones(2, 6)
    save_file({"clip_l": VECTORS, "clip_g": wide}, tmp_path / "xl.safetensors")
    tensors = embeddings.load(tmp_path / "xl.safetensors")
    assert torch.equal(embeddings.pick(tensors, "clip_l", 4), VECTORS)
    assert torch.equal(embeddings.pick(tensors, "clip_g", 6), wide)
    assert embeddings.pick(tensors, "clip_g", 8) is None
    assert embeddings.pick(tensors, "t5", 4) is None


class Harmful:
    def __reduce__(self):
        return (print, ("this must not be printed",))


def test_a_file_that_would_run_code_is_refused(tmp_path, capsys):
    torch.save({"<thing>": VECTORS, "other": Harmful()}, tmp_path / "bad.pt")
    with pytest.raises(WordError, match=r"bad.pt cannot be read: .*; fetch it again, as safetens"):
        embeddings.load(tmp_path / "bad.pt")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["cut.safetensors", "cut.pt"])
def test_a_broken_file_is_named(tmp_path, name):
    (tmp_path / name).write_bytes(b"nothing that could be read")
    with pytest.raises(WordError, match=f"{name} cannot be read"):
        embeddings.load(tmp_path / name)


def test_another_kind_of_file_is_named(tmp_path):
    with pytest.raises(WordError, match=r"thing.png is no embedding; choose a file in .safetens"):
        embeddings.load(tmp_path / "thing.png")


def test_a_file_without_vectors_is_named(tmp_path):
    torch.save({"name": "thing"}, tmp_path / "empty.pt")
    with pytest.raises(WordError, match="holds no embedding"):
        embeddings.load(tmp_path / "empty.pt")
