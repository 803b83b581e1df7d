import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from gui.docks.problem_rows import ROW, mend_rect
from gui.docks.problems import Problems
from gui.running.problem import Problem

TITLES = {"noise": "Noise", "group/decode": "VAE decode"}


MODEL = Problem("Nothing is linked to model.", "noise", "model", "Link a model to it.")
SIZE = Problem("1000 is no multiple of 8.", "noise", "width", "Use 1008.", "warning")
DEEP = Problem("It ran out of memory.", "group/decode", "", "Decode smaller pictures.")
WHOLE = Problem("Nothing in it saves or shows anything.", remedy="Add Save image.")


@pytest.fixture
def problems(qtbot, looks):
    widget = Problems(looks, lambda node: TITLES[node])
    qtbot.addWidget(widget)
    widget.resize(320, 400)
    widget.show()
    return widget


def texts(problems):
    model = problems.view.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_without_problems_it_says_so(problems):
    problems.show_problems((MODEL,))
    problems.show_problems(())
    assert problems._page.is_empty
    assert problems._page.title.text() == problems.summary == "No problems"


def test_problems_stand_under_their_node(problems):
    problems.show_problems((MODEL, DEEP, SIZE, WHOLE))
    assert texts(problems) == [
        "Noise",
        "noise.model: Nothing is linked to model. Link a model to it.",
        "noise.width: 1000 is no multiple of 8. Use 1008.",
        "VAE decode",
        "group/decode: It ran out of memory. Decode smaller pictures.",
        "The workflow",
        "Nothing in it saves or shows anything. Add Save image.",
    ]


def test_the_count_is_told_when_it_changes(qtbot, problems):
    with qtbot.waitSignal(problems.counted, timeout=1000) as counted:
        problems.show_problems((MODEL, SIZE))
    assert counted.args == [2]
    with qtbot.assertNotEmitted(problems.counted):
        problems.show_problems((SIZE, MODEL))
    assert problems.summary == "2 problems"


def test_a_click_shows_the_node(qtbot, problems):
    problems.show_problems((DEEP, MODEL))
    place = problems.view.visualRect(problems.view.model().index(3, 0)).center()
    with qtbot.waitSignal(problems.picked, timeout=1000) as picked:
        qtbot.mouseClick(problems.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert picked.args == ["noise", "model"]


def test_enter_shows_the_node_of_the_row(qtbot, problems):
    problems.show_problems((DEEP, MODEL))
    problems.view.setCurrentIndex(problems.view.model().index(1, 0))
    with qtbot.waitSignal(problems.picked, timeout=1000) as picked:
        qtbot.keyClick(problems.view, Qt.Key.Key_Return)
    assert picked.args == ["group/decode", ""]


def test_what_is_selected_is_copied_with_its_remedy(qtbot, problems):
    problems.show_problems((MODEL,))
    problems.view.setCurrentIndex(problems.view.model().index(1, 0))
    qtbot.keyClick(problems.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text()
    assert copied == "noise.model: Nothing is linked to model. Link a model to it."


def test_the_menu_of_what_concerns_the_whole_shows_no_node(problems):
    problems.show_problems((WHOLE,))
    actions = problems.menu(problems.view.model().index(1, 0)).actions()
    assert [action.isEnabled() for action in actions] == [False, True, True]


@pytest.fixture
def mendable(problems):
    """The place of what can be done about the problem that is shown."""
    problems._mend = lambda problem: "Find the model…" if problem is MODEL else ""
    problems.show_problems((MODEL, SIZE))
    index = problems.view.model().index(1, 0)
    row = index.data(ROW)
    return mend_rect(problems.view.visualRect(index), row, problems.view.font()).center()


def test_what_can_be_done_about_a_problem_is_a_click_away(qtbot, problems, mendable):
    with qtbot.waitSignal(problems.mend_wanted, timeout=1000) as wanted:
        qtbot.mouseClick(problems.view.viewport(), Qt.MouseButton.LeftButton, pos=mendable)
    assert wanted.args == [MODEL]


def test_a_click_beside_what_can_be_done_only_shows_the_node(qtbot, problems, mendable):
    beside = mendable + QPoint(150, 0)
    with qtbot.assertNotEmitted(problems.mend_wanted), qtbot.waitSignal(problems.picked):
        qtbot.mouseClick(problems.view.viewport(), Qt.MouseButton.LeftButton, pos=beside)


def test_the_menu_offers_what_can_be_done_to_the_keyboard(qtbot, problems, mendable):
    menu = problems.menu(problems.view.model().index(1, 0))
    (action,) = [one for one in menu.actions() if one.text() == "Find the model…"]
    with qtbot.waitSignal(problems.mend_wanted, timeout=1000):
        action.trigger()


def test_a_long_message_is_wrapped_into_the_width(problems):
    long = Problem("word " * 60, "noise")
    problems.show_problems((long,))
    index = problems.view.model().index(1, 0)
    high = problems.view.visualRect(index).height()
    problems.resize(640, 400)
    assert problems.view.visualRect(index).height() < high
