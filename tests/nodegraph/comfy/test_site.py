import pytest


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("critters", "critters"),
        ("critters.safetensors", "critters"),
        ("SD1.5/critters.ckpt", "critters"),
        ("owner/anime", "owner/anime"),
        ("anime.safetensors", "owner/anime"),
        ("dreams.pt", "dreams"),
        ("v1.5", None),
        ("", None),
    ],
)
def test_a_checkpoint_is_found_by_its_name(site, name, model):
    assert site.find_checkpoint(name) == model
