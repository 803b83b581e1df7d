"""What a newcomer does in the first minutes, and what nobody likes to happen."""

import copy
import json
import os
import signal

import pytest

from tests.e2e import places
from tests.e2e.screen import ACCENT, ERROR, changed, patch, wait_for, yellow

BEAR, FOX = "a blue bear on a yellow background", "a red fox on a white background"
FEW, MANY = 2000, 5000
"""Pixels: yellow ones without the picture of the bear, and with it."""

pytestmark = pytest.mark.slow


def replaced(person, text):
    """Write another prompt into the form."""
    person.clicks(*places.PROMPT)
    person.presses("ctrl+a")
    person.types(text)
    person.waits_until_still(places.FORM)


class Story:
    """What a newcomer does, one thing after the other."""

    def __init__(self, person, program, path):
        self.person, self.program, self.path = person, program, path
        self.first = self.on_disk()

    def on_disk(self):
        return json.loads(self.path.read_text())

    def draws_a_bear(self):
        replaced(self.person, BEAR)
        self.person.reads("*")
        assert yellow(self.person.sees()) < FEW
        self.person.presses("F5")
        wait_for(lambda: self.program.outputs, "a picture among the outputs")
        wait_for(lambda: yellow(self.person.sees()) > MANY, "the picture on the screen")

    def scrubs(self):
        last = self.person.sees().crop(places.CANVAS)
        self.person.drags(*places.TIMELINE)
        wait_for(
            lambda: changed(last, self.person.sees().crop(places.CANVAS)) > FEW,
            "an earlier picture",
        )

    def adds_a_node_and_undoes_it(self):
        self.person.clicks(*places.GROUND)
        self.person.presses("Tab")
        self.person.types("note")
        self.person.presses("Return", "ctrl+s")
        count = len(self.first["nodes"]) + 1
        wait_for(lambda: len(self.on_disk()["nodes"]) == count, "a node more in the file")
        self.person.presses("ctrl+z", "ctrl+s")
        self.has_saved(BEAR)
        self.person.reads("text to image ·")

    def loses_power(self):
        old = self.program.processes()
        replaced(self.person, FOX)
        self.person.reads("*")
        self.program.kill()
        wait_for(lambda: not set(old) & set(self.program.processes()), "the end of its engine")
        self.has_saved(BEAR)

    def restores(self):
        wait_for(lambda: patch(self.person.sees(), ACCENT, places.BARS), "the offer to restore")
        self.person.clicks(*patch(self.person.sees(), ACCENT, places.BARS))
        self.person.reads("text to image*")
        self.person.presses("ctrl+s")
        self.has_saved(FOX)

    def has_saved(self, prompt):
        """The file is as it was at first, but for the prompt."""
        expected = copy.deepcopy(self.first)
        expected["nodes"]["prompt"]["params"]["text"] = prompt
        wait_for(lambda: self.on_disk() == expected, f"a file that says {prompt!r}")


def test_a_newcomer_draws_looks_adds_undoes_saves_and_loses_nothing(
    opened, person, program, example
):
    story = Story(person, program, example)
    opened(example)
    story.draws_a_bear()
    story.scrubs()
    story.adds_a_node_and_undoes_it()
    story.loses_power()
    opened(title="Nodegraph")
    story.restores()


def test_a_logout_loses_nothing_and_is_no_crash(opened, person, program, example):
    opened(example)
    before = json.loads(example.read_text())
    replaced(person, FOX)
    person.reads("text to image*")
    program.terminate()

    opened(title="text to image*")
    assert json.loads(example.read_text()) == before
    person.waits_until_still(places.OFFERS)
    assert patch(person.sees(), ACCENT, places.OFFERS) is None
    person.presses("ctrl+s")
    wait_for(lambda: FOX in example.read_text(), "the saved file")


def test_a_corrupt_file_gets_a_sentence_and_the_rest_goes_on(opened, person, example, tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text('{"nodegraph": 1, "nodes": {')
    opened(example, broken)

    wait_for(lambda: patch(person.sees(), ERROR, places.BARS), "a bar that says what is wrong")
    assert broken.read_text() == '{"nodegraph": 1, "nodes": {'
    person.clicks(*places.PROMPT)
    person.types("!")
    person.presses("ctrl+s")
    wait_for(lambda: "!" in example.read_text(), "the saved file")


def test_a_killed_engine_costs_the_run_and_nothing_else(opened, person, program, example):
    opened(example)
    text, engine = example.read_text(), program.engine
    person.presses("F5")
    os.kill(engine, signal.SIGKILL)

    wait_for(lambda: program.engine != engine, "another engine")
    assert program.lives
    assert example.read_text() == text
    person.presses("F5")
    wait_for(lambda: program.outputs, "a picture by the new engine")
