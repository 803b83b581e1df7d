import pytest

from nodegraph.comfy.ui.dynamic import resolved


@pytest.mark.parametrize(
    ("text", "found", "drawn"),
    [
        ("a fox", "a fox", False),
        ("a {red|blue} fox", "a red fox", True),
        ("a {{old|new} red|blue} fox", "a old red fox", True),
        ("a {red} fox", "a red fox", False),
        (r"a \{red\|blue\} fox", "a {red|blue} fox", False),
        ("a | fox }", "a | fox }", False),
        ("a {red|blue fox", "a {red|blue fox", False),
        ("a fox // in snow\nat night", "a fox \nat night", False),
        ("a /* very\nbig */fox", "a fox", False),
    ],
)
def test_of_alternatives_the_first_is_taken_and_comments_go(text, found, drawn):
    assert resolved(text) == (found, drawn)
