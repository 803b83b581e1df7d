import pytest
from PySide6.QtCore import QModelIndex, Qt

from gui.canvas.dropping import node_type
from gui.docks.library import Library
from gui.docks.library_rows import star_box
from gui.docks.shelves import HERE, RECENT, SAVED, Stock, found, shelves, subgraphs
from gui.settings import Settings
from nodegraph.spec import NodeSpec
from nodegraph.workflow import catalogue, loads
from tests.nodegraph import toys

USES_ONE = """{"nodegraph": 1, "nodes": {"it": {"type": "subgraph/twice", "version": 1}},
"subgraphs": {"twice": {"nodes": {"out": {"type": "graph.output", "version": 1}}}}}"""


@pytest.fixture
def stock():
    return Stock(dict(catalogue()))


@pytest.fixture
def library(qtbot, stock, settings, looks):
    widget = Library(lambda: stock, settings, looks)
    qtbot.addWidget(widget)
    widget.resize(280, 700)
    widget.show()
    return widget


def row(library, shelf, place):
    model = library.tree.model()
    parent = next(
        model.index(i, 0) for i in range(model.rowCount()) if model.index(i, 0).data() == shelf
    )
    found = model.index(place, 0, parent)
    library.tree.scrollTo(found)
    return found


def test_types_stand_by_category_and_a_zone_by_its_begin_alone(stock):
    listed = {shelf.title: [spec.id for spec in shelf.specs] for shelf in shelves(stock, (), ())}
    assert {"vae.decode", "vae.encode"} <= set(listed["VAE"])
    assert "sampling.denoise.begin" in listed["Sampling"]
    assert "sampling.denoise.end" not in listed["Sampling"]


def test_what_is_one_s_own_stands_first():
    graph = loads(USES_ONE, toys.registry)
    saved = NodeSpec("saved/upscale", title="upscale")
    stock = Stock({spec.id: spec for spec in toys.catalogue.values()}, subgraphs(graph), (saved,))
    titles = [shelf.title for shelf in shelves(stock, ("toy.add",), ("saved/upscale", "gone"))]
    assert titles[:4] == ["Favorites", RECENT, HERE, SAVED]


def test_the_best_fit_of_a_few_letters_stands_first(stock):
    assert found(stock, "vd")[0].specs[0].id == "vae.decode"
    assert found(stock, "zzzz") == []


def test_what_fits_nothing_says_so(library):
    library.line.setText("zzzz")
    assert library.shown == []
    assert library.findChild(type(library._page)).is_empty


def test_enter_in_the_search_adds_the_best_fit(qtbot, library):
    qtbot.keyClicks(library.line, "noise")
    with qtbot.waitSignal(library.chosen, timeout=1000) as chosen:
        qtbot.keyClick(library.line, Qt.Key.Key_Return)
    assert chosen.args == ["latent.noise"]


def test_a_double_click_adds_a_type(qtbot, library):
    place = library.tree.visualRect(row(library, "Flow", 0)).center()
    view = library.tree.viewport()
    with qtbot.waitSignal(library.chosen, timeout=1000) as chosen:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
        qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == ["flow.for_each.begin"]


def test_a_type_is_dragged_as_what_the_canvas_takes(library):
    data = library.tree.model().mimeData([row(library, "VAE", 0)])
    assert node_type(data) == "vae.decode"


def test_a_star_is_kept_and_makes_a_favorite(qtbot, library, tmp_path):
    box = star_box(library.tree.visualRect(row(library, "Flow", 0)))
    qtbot.mouseClick(library.tree.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert library.shown[0] == ("Favorites", ["flow.for_each.begin"])
    assert Settings(tmp_path / "settings.json").get("library.favorites") == ["flow.for_each.begin"]


def test_a_second_star_takes_the_first_away(library):
    library.star("vae.decode")
    library.star("vae.decode")
    assert library.favorites == []


def test_what_was_used_last_is_listed_first(library):
    for type_id in ("vae.decode", "text.encode", "vae.decode"):
        library.used(type_id)
    assert library.shown[0] == (RECENT, ["vae.decode", "text.encode"])


def test_a_category_that_was_shut_stays_shut(qtbot, library, stock, settings, looks):
    library.tree.setExpanded(library.tree.model().index(0, 0, QModelIndex()), False)
    again = Library(lambda: stock, settings, looks)
    qtbot.addWidget(again)
    assert not again.tree.isExpanded(again.tree.model().index(0, 0))
    assert again.tree.isExpanded(again.tree.model().index(1, 0))


def test_the_docstring_s_first_line_is_the_tooltip(library):
    index = row(library, "VAE", 0)
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "Turn latents into pictures."


def test_the_arrow_leads_from_the_search_into_the_list(qtbot, library):
    library.line.setText("vae")
    qtbot.keyClick(library.line, Qt.Key.Key_Down)
    with qtbot.waitSignal(library.chosen, timeout=1000) as chosen:
        qtbot.keyClick(library.tree, Qt.Key.Key_Return)
    assert chosen.args[0].startswith("vae.")
