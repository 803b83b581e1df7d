"""A page's breadcrumb says where the page is, and leads back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.canvas.looks import Looks
from gui.document.document import Document
from gui.page import Page
from gui.scope.bar import ScopeBar
from gui.theme import DARK
from nodegraph.edits import RemoveNode
from nodegraph.subgraph_edits import TitleSubgraph
from tests.nodegraph import toys
from tests.nodegraph.toys import INNER, n


@pytest.fixture
def page(qtbot):
    outer = {"u": n("subgraph/inner"), "out": n("graph.output", value="u.y")}
    made = Page(
        Document(toys.graph({"top": n("subgraph/outer")}, {"inner": INNER, "outer": outer})),
        Looks(DARK),
    )
    qtbot.addWidget(made)
    made.show_whole()
    return made


def shown(bar):
    return [button.text() for button in bar.breadcrumb.buttons]


def test_it_follows_the_page_inside_and_out(page):
    bar = ScopeBar(page)
    page.enter("top")
    page.enter("u")
    assert shown(bar) == ["Untitled", "outer", "inner"]
    QTest.mouseClick(bar.breadcrumb.buttons[1], Qt.MouseButton.LeftButton)
    assert (page.uses, shown(bar)) == (("top",), ["Untitled", "outer"])
    page.leave()
    assert bar.breadcrumb.isHidden()


def test_it_says_a_new_title_and_leaves_what_is_gone(page):
    bar = ScopeBar(page)
    page.enter("top")
    page.document.apply(TitleSubgraph("outer", "Twice"))
    assert shown(bar) == ["Untitled", "Twice"]
    page.document.apply(RemoveNode("top"))
    assert shown(bar) == ["Untitled"]


def test_f2_renames_where_one_is(qtbot, page):
    bar = ScopeBar(page)
    page.enter("top")
    with qtbot.waitSignal(bar.breadcrumb.rename_wanted, timeout=1000):
        QTest.keyClick(bar.breadcrumb.buttons[0], Qt.Key.Key_F2)
