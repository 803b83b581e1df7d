import pytest

from nodes.lib.text.prompt import weighted


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("a fox", [("a fox", 1.0)]),
        ("a (red) fox", [("a ", 1.0), ("red", 1.1), (" fox", 1.0)]),
        ("((red))", [("red", 1.1 * 1.1)]),
        ("(red:1.3) fox", [("red", 1.3), (" fox", 1.0)]),
        ("((red:1.3) fox)", [("red", 1.3), (" fox", 1.1)]),
        ("(a (red) fox:0.5)", [("a ", 0.5), ("red", 0.5 * 1.1), (" fox", 0.5)]),
        ("(one: two:.5)", [("one: two", 0.5)]),
        ("(fox:-1)", [("fox", -1.0)]),
        ("(fox : 2 )", [("fox ", 2.0)]),
        ("(fox: red)", [("fox: red", 1.1)]),
        ("(:1.5)", [(":1.5", 1.1)]),
        ("[fox:1.5]", [("[fox:1.5]", 1.0)]),
        (r"a fox \(red\)", [("a fox (red)", 1.0)]),
        (r"(a \(b\):2)", [("a (b)", 2.0)]),
        ("a (fox", [("a (fox", 1.0)]),
        ("a) fox", [("a) fox", 1.0)]),
        ("(a) (b) fox", [("a", 1.1), ("b", 1.1), (" fox", 1.0)]),
        ("", []),
        ("( )", []),
    ],
)
def test_a_prompt_says_how_much_each_part_counts(text, pieces):
    found = weighted(text)
    assert [piece.text for piece in found] == [words for words, _ in pieces]
    assert [piece.weight for piece in found] == pytest.approx([weight for _, weight in pieces])


def test_ten_thousand_parentheses_are_read_at_once():
    (piece,) = weighted("(" * 10_000 + "fox" + ":0.5)" + ")" * 9_999)
    assert piece == ("fox", 0.5)
