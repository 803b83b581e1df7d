import re

import pytest
import torch

from nodegraph.execution.context import Context, enter, leave
from nodes import text
from nodes.lib.folders import EMBEDDED, local
from nodes.lib.vocabulary import simple, vocabulary
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


@pytest.fixture(scope="module")
def known():
    return vocabulary(local(EMBEDDED))


def test_words_that_critters_does_not_know_are_noted_once_a_run(clip, run):
    for _ in range(2):
        text.encode(clip, text="a Dragon, (teal:1.2) and a red dragon with a hat")
    assert notes(run) == [
        "critters does not know 'dragon' and 'teal'; the help of text.encode lists its words"
    ]


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("a happy boy with mouse ears, on a red background", None),
        ("A HAPPY cat!", "a happy cat"),
        ("The boy is smiling; he has cat ears.", "a boy smiling, cat ears"),
        ("two KITTENS wearing red hats", "kitten wearing red hat"),
        ("a red-haired girl on the grey wall", "a red hair girl on a grey background"),
        ("bunnies,, puppies ,", "bunny, puppy"),
        ("a grey fox 3", "a grey fox"),
        (" ... ", ""),
    ],
)
def test_what_people_write_is_read_in_the_words_that_critters_learnt(known, said, read):
    assert simple(said, known, ()) == (said if read is None else read, [])


def test_what_is_not_known_is_left_out(clip, run):
    strange, plain = (text.encode(clip, text=one) for one in ("a teal fox", "a fox"))
    assert torch.equal(strange.entries[0].embedding, plain.entries[0].embedding)
    assert len(notes(run)) == 1


def test_words_that_embeddings_were_loaded_for_are_kept(known):
    said = "a zeppelin cat, embedding:Other"
    assert simple(said, known, {"zeppelin"}) == ("a zeppelin cat, embedding:Other", [])


def test_other_models_are_taken_to_know_all_words(loaded, run):
    text.encode(loaded.clip, text="a dragon")
    assert notes(run) == []


def test_the_help_lists_what_critters_was_taught(clip, run):
    said = set(re.findall(r"\w+", text.encode.__doc__))
    taught = {*critter.KINDS, *critter.MOODS, *critter.EXTRAS, *COLORS}
    assert taught <= said
    text.encode(clip, text=" ".join(taught))
    assert notes(run) == []
