import shutil
import sys
from pathlib import Path

import pytest

from tests.e2e.program import Program
from tests.e2e.screen import Person, screens, wait_for

EXAMPLE = Path(__file__).parents[2] / "workflows" / "text_to_image.json"


@pytest.fixture(scope="session")
def display():
    """An X server of the tests' own."""
    if sys.platform != "linux":
        pytest.skip("the real window is tested on Linux, where there is Xvfb")
    for needed in ("Xvfb", "xdotool"):
        if shutil.which(needed) is None:
            pytest.skip(f"{needed} is missing: apt-get install xvfb xdotool")
    yield from screens()


@pytest.fixture
def person(display, tmp_path):
    """Somebody before the screen; what they saw last is kept for whoever asks why it failed."""
    somebody = Person(display)
    yield somebody
    somebody.sees().save(tmp_path / "last.png")


@pytest.fixture
def program(display, tmp_path):
    """The editor; whatever of it still runs ends with the test."""
    made = Program(display, tmp_path / "home")
    made.home.mkdir()
    yield made
    made.clean_up()
    assert "Traceback" not in made.log, made.log


@pytest.fixture
def example(tmp_path):
    """A copy of the example, to be changed."""
    return Path(shutil.copy(EXAMPLE, tmp_path / "text_to_image.json"))


@pytest.fixture
def opened(program, person):
    """Start the editor with files, wait until its engine answers, and sit down before it."""

    def opened(*files, title="text to image"):
        before = program.engine
        program.start(*files)
        wait_for(lambda: not program.lives or person.finds(title), f"a window {title!r}")
        assert program.lives, program.log
        person.looks_at(title)
        wait_for(lambda: program.engine not in (0, before), "an engine")

    return opened
