import pytest

from benchmarks import overhead
from tests import tiny


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return str(tiny.write_model(tmp_path_factory.mktemp("models") / "tiny"))


def test_the_table_has_every_loop(folder, capsys):
    overhead.main(["--model", folder, "--size", "32", "--steps", "2", "--rounds", "2"])
    printed = capsys.readouterr().out
    for loop in ("by hand", "closed", "visible", "closed, previews", "visible, previews"):
        assert f"\n| {loop} | " in printed


def test_loops_that_differ_are_refused(folder):
    arms = overhead.arms(folder, 32, 2)
    closed = arms["closed"]
    arms["closed"] = lambda seed: closed(seed) + 1
    with pytest.raises(RuntimeError, match="closed is not the same"):
        overhead.check(arms, arms["by hand"].unet)
