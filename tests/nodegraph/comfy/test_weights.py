import pytest

from nodegraph.comfy.weights import plain


@pytest.mark.parametrize(
    ("text", "words", "weighted"),
    [
        ("a red fox", "a red fox", False),
        ("a (red:1.2) fox", "a red fox", True),
        ("a ((very (red:0.5)) fox)", "a very red fox", True),
        ("a (red, blue:-.5 ) fox", "a red, blue fox", True),
        (r"smiling \(nicely\)", "smiling (nicely)", False),
        ("a (red fox", "a (red fox", False),
        ("a red) fox", "a red) fox", False),
        ("time: (12:30)", "time: 12", True),
        ("", "", False),
    ],
)
def test_weights_are_taken_out(text, words, weighted):
    assert plain(text) == (words, weighted)
