import pytest

from gui.viewers.heading import Heading

NAME = "Negative prompt · conditioning"


@pytest.fixture
def heading(qtbot):
    made = Heading()
    qtbot.addWidget(made)
    made.say(NAME)
    made.show()
    return made


def test_a_heading_with_room_shows_the_whole_name(heading):
    heading.resize(heading.sizeHint())
    assert heading.shown == NAME


def test_a_name_without_room_loses_its_middle_and_is_whole_in_the_hint(heading):
    heading.resize(heading.sizeHint().width() // 2, heading.sizeHint().height())
    assert heading.shown.startswith("Neg")
    assert heading.shown.endswith("ing")
    assert "…" in heading.shown
    assert heading.text() == heading.toolTip() == NAME


def test_a_long_name_does_not_keep_the_panel_wide(heading):
    assert heading.minimumSizeHint().width() < heading.sizeHint().width() / 3
    heading.say("")
    assert heading.minimumSizeHint().width() <= heading.sizeHint().width()
