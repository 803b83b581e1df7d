import pytest

from gui.sentences import as_sentence


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        ("there is no file a.png; check it", "There is no file a.png; check it."),
        ("It ran out of memory.", "It ran out of memory."),
        ("is that so?", "Is that so?"),
        ("  so it is ", "So it is."),
        ("", ""),
    ],
)
def test_what_is_raised_is_said_as_a_sentence(raised, said):
    assert as_sentence(raised) == said


@pytest.mark.parametrize("name", ["broken.json", "load_2", "/home/a", "$.nodes", "load:", "x2"])
def test_the_name_that_a_sentence_begins_with_is_left_as_it_is(name):
    assert as_sentence(f"{name} is wrong") == f"{name} is wrong."
