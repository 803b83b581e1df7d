"""What is said of a field is changed in the form itself."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nodegraph.form import field_of


@pytest.fixture
def card(panel):
    panel.edit("steps")
    return panel.card


def write(line, text):
    line.setFocus()
    line.clear()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)


def test_title_help_and_slider_are_changed_where_they_are_seen(panel, card, document):
    write(card.title, "How many")
    write(card.help, "A few will do.")
    write(card.high, "30")

    row = panel.rows["steps"]
    assert (row.label.text(), row.note.text()) == ("How many", "A few will do.")
    assert field_of(document.graph, "schedule", "steps").slider == (1, 30)
    document.undo()
    assert field_of(document.graph, "schedule", "steps").slider == (1, 50)


def test_a_name_that_is_taken_is_refused_in_a_sentence(card, document):
    write(card.name, "seed")

    assert "two fields of the form are named 'seed'" in card.said.text()
    assert "steps" in [field.name for field in document.graph.form]
    write(card.name, "number_of_steps")
    assert (card.said.text(), card.field.name) == ("", "number_of_steps")


@pytest.mark.parametrize("ends", [("1", ""), ("9", "3"), ("1", "many"), ("1", "nan")])
def test_a_slider_goes_from_a_number_to_a_larger_one(card, ends):
    write(card.low, ends[0])
    write(card.high, ends[1])

    assert card.said.text().startswith("a slider goes from")
    low, high = card.field.slider
    assert low < high == 50


def test_only_numbers_have_sliders(panel):
    panel.edit("prompt")

    assert not panel.card.low.isVisibleTo(panel.card)


def test_what_is_said_of_a_field_stands_below_it_until_that_is_done(panel, card, document):
    def below():
        return panel._fields.itemAt(panel._fields.indexOf(panel.card) - 1).widget().field.name

    assert below() == "steps"
    panel.shift("steps", -2)
    assert below() == "steps"

    QTest.keyClick(card, Qt.Key.Key_Escape)
    assert panel.card is None
    panel.edit("cfg")
    panel.remove("cfg")
    assert panel.card is None


def test_the_menu_of_a_field_moves_it_and_takes_it_out(panel, document):
    entries = {action.text(): action for action in panel.rows["steps"].menu().actions()}

    entries["Move up"].trigger()
    assert [field.name for field in document.graph.form][2:4] == ["steps", "seed"]
    entries = {action.text(): action for action in panel.rows["steps"].menu().actions()}
    entries["Take out of the form"].trigger()
    assert "steps" not in panel.rows
