import pytest
from PIL import Image

from benchmarks import pictures


def test_the_table_has_every_speed_beside_the_pipeline(capsys):
    pictures.main(["--steps", "2", "--rounds", "2"])
    printed = capsys.readouterr().out
    for name in (pictures.PIPELINE, *pictures.SPEEDS):
        assert f"\n| {name} | " in printed


def test_arms_that_call_the_network_more_often_are_refused():
    arms = {name: lambda seed: Image.new("RGB", (8, 8)) for name in pictures.SPEEDS}
    arms[pictures.PIPELINE] = pictures.pipeline(1)
    with pytest.raises(RuntimeError, match="they do not do the same: calls"):
        pictures.check(arms, 1)


@pytest.mark.slow
def test_a_fresh_process_is_measured_to_its_first_step_and_its_picture(capsys):
    pictures.main(["--fresh", "--steps", "2", "--rounds", "1"])
    rows = [line.split(" | ") for line in capsys.readouterr().out.splitlines() if "run |" in line]
    ((_, step, whole, memory),) = rows
    assert 0 < float(step) < float(whole)
    assert float(memory.strip(" |")) > 100
