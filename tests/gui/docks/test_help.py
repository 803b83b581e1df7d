import pytest
from PySide6.QtCore import Qt, QUrl

from gui.canvas.looks import Looks
from gui.docks.docstring import read, rich
from gui.docks.help import Help
from gui.docks.help_text import after, before, help_html, kind_text
from gui.theme import DARK, LIGHT
from nodegraph.spec import NodeSpec, placeholder
from nodegraph.workflow import catalogue

DOC = """Lean away from the negative.

It costs a second evaluation.

Args:
    cfg: How far,
        as a number.

Source: Ho & Salimans 2022, arXiv:2207.12598,
eq. 6.
"""


@pytest.fixture
def types():
    return dict(catalogue())


@pytest.fixture
def page(qtbot, types, looks):
    widget = Help(lambda: types, looks)
    qtbot.addWidget(widget)
    widget.resize(320, 600)
    widget.show()
    return widget


def test_a_docstring_comes_apart():
    found = read(DOC)
    assert found.summary == "Lean away from the negative."
    assert found.paragraphs == ("It costs a second evaluation.",)
    assert found.source == "Ho & Salimans 2022, arXiv:2207.12598, eq. 6."


def test_of_no_docstring_nothing_is_left():
    assert read("").paragraphs == ()


def test_papers_and_addresses_become_links_and_code_is_set_apart():
    made = rich("See ``cfg < 1`` in arXiv:2207.12598 or https://example.org/a.")
    assert "<code>cfg &lt; 1</code>" in made
    assert '<a href="https://arxiv.org/abs/2207.12598">' in made
    assert '<a href="https://example.org/a">' in made


def test_types_are_said_in_words():
    assert kind_text("list[Image]") == "list of Image"
    assert kind_text("float | int") == "number or whole number"


def test_it_says_what_sockets_take_and_what_parameters_may_be(page, types):
    page.show_spec(types["latent.noise"])
    text = page.page.toPlainText()
    assert "Draw the noise a picture starts from" in text
    assert "latent Latent, optional" in text
    assert "width whole number, 16 to 16384, by default 128" in text
    assert "In pixels, a multiple of 8." in text


def test_choices_are_listed(page, types):
    page.show_spec(types["sampling.schedule"])
    assert "karras" in page.page.toPlainText()


def test_what_fits_is_of_the_very_type(types):
    assert "image.save" in {one.id for one in after(types["vae.decode"], types)}
    assert "sampling.sample" in {one.id for one in before(types["vae.decode"], types)}
    assert "value.number" not in {one.id for one in before(types["image.save"], types)}


def test_every_type_there_is_has_help(types):
    for spec in (*types.values(), placeholder("other.thing", 1), NodeSpec("bare.type")):
        for theme in (DARK, LIGHT):
            assert spec.id in help_html(spec, types, theme)


def test_what_a_docstring_holds_is_no_markup(types):
    spec = NodeSpec("bare.type", title="<b>x", help="A <script> & more.")
    assert "<script>" not in help_html(spec, types, DARK)
    assert "&lt;b&gt;x" in help_html(spec, types, DARK)


def test_without_a_node_it_says_what_to_do(page, types):
    page.show_spec(types["vae.decode"])
    page.show_spec(None)
    assert page._stack.is_empty
    assert page._stack.title.text() == "No node is selected"


def test_a_link_leads_to_a_type_that_fits_and_back(qtbot, page, types):
    page.show_spec(types["vae.decode"])
    page.page.anchorClicked.emit(QUrl("type:image.save"))
    assert page.shown == "image.save"
    qtbot.mouseClick(page.back, Qt.MouseButton.LeftButton)
    assert page.shown == "vae.decode"
    assert not page.back.isEnabled()


def test_the_type_that_is_shown_can_be_added(qtbot, page, types):
    page.show_spec(types["vae.decode"])
    with qtbot.waitSignal(page.chosen, timeout=1000) as chosen:
        qtbot.mouseClick(page.add, Qt.MouseButton.LeftButton)
    assert chosen.args == ["vae.decode"]


def test_the_end_of_a_zone_is_not_added_by_itself(page, types):
    page.show_spec(types["flow.repeat.end"])
    assert not page.add.isEnabled()


def test_sockets_are_pictures(page):
    picture = page.page.loadResource(2, QUrl("kind:list%5BImage%5D"))
    assert not picture.isNull()
    assert picture.pixelColor(picture.width() // 2, picture.height() // 2).alpha() == 255


def test_the_text_follows_the_theme(qtbot, types):
    shown = {"looks": Looks(DARK)}
    page = Help(lambda: types, lambda: shown["looks"])
    qtbot.addWidget(page)
    page.show_spec(types["vae.decode"])
    shown["looks"] = Looks(LIGHT)
    palette = page.palette()
    palette.setColor(palette.ColorRole.WindowText, Qt.GlobalColor.black)
    page.setPalette(palette)
    assert LIGHT.weak in page.page.toHtml()
