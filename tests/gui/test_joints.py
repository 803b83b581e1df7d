from gui.canvas.options import Options
from gui.joints.options import read


def test_options_that_make_no_sense_are_as_usual():
    assert read({"course": "zigzag", "over": 1, "hidden": [5, "latent"], "snap": None}) == Options(
        hidden=frozenset({"latent"})
    )


def test_options_are_what_was_kept():
    kept = {"course": "straight", "over": True, "hidden": ["image"], "snap": False}

    assert read(kept) == Options("straight", True, frozenset({"image"}), False)
