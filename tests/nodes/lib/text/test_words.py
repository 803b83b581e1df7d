import re

import pytest

from nodegraph.execution.context import Context, enter, leave
from nodes import text
from nodes.model import load_model
from training import critter
from training.palette import COLORS


@pytest.fixture(scope="module")
def clip():
    return load_model().clip


@pytest.fixture
def run():
    context = Context(run="r", node="prompt")
    token = enter(context)
    yield context
    leave(token)


def notes(run):
    return [note["message"] for note in run.notes]


def test_words_that_critters_does_not_know_are_noted_once_a_run(clip, run):
    for _ in range(2):
        text.encode(clip, text="a Dragon, (teal:1.2) and a red dragon with a hat")
    assert notes(run) == [
        "critters does not know 'dragon' and 'teal'; the help of text.encode lists its words"
    ]


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "A HAPPY cat, with mouse ears! (on a grey background:1.3)",
        "two smiling cats; bunny",
        "a grey fox 3",
    ],
)
def test_case_plurals_numbers_and_marks_are_no_unknown_words(clip, run, prompt):
    text.encode(clip, text=prompt)
    assert notes(run) == []


def test_other_models_are_taken_to_know_all_words(loaded, run):
    text.encode(loaded.clip, text="a dragon")
    assert notes(run) == []


def test_the_help_lists_what_critters_was_taught(clip, run):
    said = set(re.findall(r"\w+", text.encode.__doc__))
    taught = {*critter.KINDS, *critter.MOODS, *critter.EXTRAS, *COLORS}
    assert taught <= said
    text.encode(clip, text=" ".join(taught))
    assert notes(run) == []
