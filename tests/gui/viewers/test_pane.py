import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.viewers.dock import ViewerDock
from gui.viewers.look import Look
from gui.viewers.pane import Pane
from gui.viewers.picture_view import PictureView
from gui.viewers.plot import Plot
from gui.viewers.text_view import NumberView, TextView
from nodegraph.edits import SetTitle
from tests.gui.viewers.values import JOB, STATISTICS, encoded, latent, picture, ran, running

COLORS = np.linspace(0, 1, 2 * 3 * 3, dtype=np.float32).reshape(1, 2, 3, 3)


@pytest.fixture
def show(qtbot, engine, looking, looks, status):
    """Show a value of a node and give the pane."""

    def show(about, numbers=None, node="one", output="int"):
        engine.values[node, output] = (about, numbers)
        ran(status, node)
        pane = Pane(looking, Look(node, output), looks)
        qtbot.addWidget(pane)
        pane.resize(420, 600)
        pane.show()
        qtbot.waitUntil(lambda: pane.source is not None and bool(pane.facts.text()))
        return pane

    return show


@pytest.fixture
def shown_picture(qtbot, show):
    pane = show(*picture(COLORS))
    qtbot.waitUntil(lambda: pane.viewer.numbers is not None)
    return pane


def read_out(view, x, y):
    view.plate.hovered.emit(x, y)
    return view.readout.text()


def test_the_pixel_under_the_pointer_is_read_out_exactly(shown_picture):
    text = read_out(shown_picture.viewer, 2, 1)
    values = [f"{value:.4f}"[:5] for value in COLORS[0, 1, 2]]
    assert text.startswith("2, 1")
    assert [part[:5] for part in text.split()[3::2]] == [v if v != "1.000" else "1" for v in values]


def test_a_picture_is_painted_from_its_numbers(shown_picture):
    image = shown_picture.viewer.image()
    wanted = np.rint(COLORS[0] * 255)
    assert (image.width(), image.height()) == (3, 2)
    for y in range(2):
        for x in range(3):
            assert image.pixelColor(x, y).getRgb()[:3] == tuple(int(v) for v in wanted[y, x])


@pytest.mark.parametrize(("name", "channel"), [("Red", 0), ("Green", 1), ("Blue", 2)])
def test_each_channel_is_shown_by_itself(shown_picture, name, channel):
    view = shown_picture.viewer
    view.modes.setCurrentText(name)
    color = view.image().pixelColor(1, 1)
    assert color.red() == color.green() == round(float(COLORS[0, 1, 1, channel]) * 255)


def test_luma_is_what_the_eye_takes_for_brightness(shown_picture):
    view = shown_picture.viewer
    view.modes.setCurrentText("Luma")
    wanted = float(COLORS[0, 0, 1] @ np.array([0.2126, 0.7152, 0.0722]))
    assert view.image().pixelColor(1, 0).red() == round(wanted * 255)


def test_a_latents_channels_are_shown_over_their_own_range(qtbot, show):
    samples = np.zeros((1, 4, 2, 2))
    samples[0, 2] = [[-3, 0], [1, 5]]
    pane = show(*latent(samples))
    qtbot.waitUntil(lambda: pane.viewer.numbers is not None)
    pane.viewer.modes.setCurrentText("Channel 3")
    image = pane.viewer.image()
    grays = [image.pixelColor(x, y).red() for y in range(2) for x in range(2)]
    assert grays == [0, round(3 / 8 * 255), round(4 / 8 * 255), 255]
    assert read_out(pane.viewer, -1, -1) == "black -3, white 5"


def test_a_latent_is_shown_as_its_picture_and_read_by_its_cells(qtbot, show, engine):
    pane = show(*latent(np.arange(16).reshape(1, 4, 2, 2)))
    assert pane.viewer.mode.name == "Decoded"
    qtbot.waitUntil(lambda: pane.viewer.numbers is not None)
    assert any(asked[-1].get("decoded") for asked in engine.asked if asked[0] == "picture")
    assert read_out(pane.viewer, 9, 3).startswith("1, 0")


def test_noise_is_shown_in_its_cells_colors(show):
    pane = show(*latent(np.zeros((1, 4, 2, 2))), output="noise")
    assert pane.viewer.mode.what == "map"


def test_a_batch_has_a_bar_to_go_through_it(qtbot, show):
    batch = np.stack([np.full((2, 2, 3), 0.2), np.full((2, 2, 3), 0.8)])
    pane = show(*picture(batch))
    player = pane.viewer.player
    assert player.isVisible()
    player.slider.setValue(1)
    qtbot.waitUntil(lambda: pane.viewer.numbers is not None)
    assert pane.viewer.image().pixelColor(0, 0).red() == round(0.8 * 255)


def test_zooming_in_keeps_the_pixel_under_the_pointer(qtbot, show):
    pane = show(*picture(np.zeros((1, 64, 64, 3))))
    qtbot.waitUntil(lambda: pane.viewer.numbers is not None)
    plate = pane.viewer.plate
    plate.true_size()
    at = QPointF(plate.width() / 2 + 20, plate.height() / 2 - 20)
    x, y = plate.pixel(at)
    for _ in range(6):
        plate._zoom(2, at)
    assert plate.zoom == 64
    nearer = plate.pixel(at)
    assert max(abs(nearer[0] - x), abs(nearer[1] - y)) <= 1


def test_a_picture_is_zoomed_and_moved_by_keys(shown_picture):
    plate = shown_picture.viewer.plate
    QTest.keyClick(plate, Qt.Key.Key_1)
    assert plate.zoom == pytest.approx(1)
    QTest.keyClick(plate, Qt.Key.Key_Plus)
    assert plate.zoom == pytest.approx(2**0.5)
    before = plate.view.x
    QTest.keyClick(plate, Qt.Key.Key_Right)
    assert plate.view.x > before
    QTest.keyClick(plate, Qt.Key.Key_0)
    assert plate.view.zoom == 0


def test_nothing_is_made_smooth_above_its_own_size(shown_picture):
    plate = shown_picture.viewer.plate
    shot = plate.grab().toImage()
    colors = {
        shot.pixelColor(x, shot.height() // 2).rgb()
        for x in range(shot.width() // 3, 2 * shot.width() // 3)
    }
    own = {plate.image.pixelColor(x, y).rgb() for x in range(3) for y in range(2)}
    assert len(colors - own) <= len(own), "only the grid's lines are other colors"


def test_a_large_picture_is_fetched_as_far_as_it_is_looked_at(qtbot, show, engine, monkeypatch):
    monkeypatch.setattr("gui.viewers.picture_view.WHOLE", 100)
    pane = show(*picture(np.full((1, 900, 1800, 3), 0.5)))
    view = pane.viewer
    qtbot.waitUntil(lambda: engine.count("picture") > 0)
    sides = lambda: [asked[-1]["side"] for asked in engine.asked if asked[0] == "picture"]  # noqa: E731
    assert sides()[-1] == 512
    assert engine.count("data") == 0
    view.plate.true_size()
    qtbot.waitUntil(lambda: sides()[-1] == 1800)
    assert "R 0.500" in read_out(view, 1000, 500)
    windows = [asked[-1]["window"] for asked in engine.asked if asked[0] == "data"]
    assert windows == [(960, 448, 64, 64)]


def test_a_schedule_is_a_curve_whose_values_are_told(show):
    about = {"type": "Schedule", "kind": "schedule", "sigmas": [14.6, 3.0, 1.0, 0.0]}
    pane = show(about)
    assert isinstance(pane.viewer, Plot)
    QTest.keyClick(pane.viewer, Qt.Key.Key_Right)
    QTest.keyClick(pane.viewer, Qt.Key.Key_Right)
    assert pane.viewer.at == 1
    assert pane.viewer.text().splitlines() == ["14.6", "3.0", "1.0", "0.0"]
    assert not pane.viewer.image().isNull()


def test_tokens_are_told_with_weight_and_norm(show):
    tokens = [
        {"text": "<|startoftext|>", "weight": 1.0, "norm": 27.0},
        {"text": "f", "weight": 1.2, "norm": 5.0},
        {"text": "ox</w>", "weight": 1.0, "norm": 6.0},
        {"text": "<|endoftext|>", "weight": 1.0, "norm": 7.0},
        {"text": "<|endoftext|>", "weight": 1.0, "norm": 7.0},
    ]
    pane = show({"type": "Conditioning", "kind": "conditioning", "tokens": [tokens]})
    assert pane.viewer.text() == "start\t1\t27\nf-\t1.2\t5\nox\t1\t6\nend\t1\t7"
    assert not pane.viewer.image().isNull()


def test_numbers_are_large_and_text_can_be_selected(show):
    number = show({"type": "int", "kind": "number", "text": "42"})
    assert isinstance(number.viewer, NumberView)
    assert number.viewer.text() == "42"
    text = show({"type": "str", "kind": "text", "text": "a fox\non a hill"}, node="two")
    assert isinstance(text.viewer, TextView)
    text.viewer.selectAll()
    assert text.viewer.textCursor().selectedText() == "a fox\u2029on a hill"


def test_a_model_is_told_by_family_and_parts(show):
    part = {
        "name": "unet", "class": "UNet2DConditionModel", "bytes": 24_000_000,
        "dtype": "float32", "device": "cpu",
    }  # fmt: skip
    about = {"type": "Model", "kind": "model", "family": "StableDiffusion", "parts": [part]}
    pane = show(about | {"folder": "/models/a", "fields": {}})
    text = pane.viewer.text()
    assert "StableDiffusion" in text
    assert "24 MB · float32 on cpu" in text


def test_anything_else_is_told_by_its_fields(show):
    inner = {"type": "str", "kind": "text", "text": "euler"}
    pane = show({"type": "Sampler", "kind": "fields", "fields": {"name": inner}})
    assert pane.viewer.text() == "name: euler"


def test_a_list_is_a_strip_of_items_of_which_one_is_shown(qtbot, show):
    items = [{"type": "int", "kind": "number", "text": str(n)} for n in (7, 8)]
    pane = show({"type": "list", "kind": "list", "count": 40, "items": items})
    strip = pane.viewer.strip
    assert [strip.item(row).text() for row in range(3)] == ["7", "8", "and 38 more"]
    assert pane.viewer.text() == "7"
    strip.setCurrentRow(1)
    assert pane.viewer.text() == "8"


def test_sound_is_shown_and_can_be_saved(qtbot, show, tmp_path):
    wave = np.sin(np.linspace(0, 400, 8000))[None]
    pane = show(
        {"type": "dict", "kind": "audio", "rate": 8000, "shape": [1, 8000]} | STATISTICS, wave
    )
    qtbot.waitUntil(lambda: len(pane.viewer._wave) == 8000)
    assert not pane.viewer.image().isNull()
    assert pane.ending == "wav"
    assert pane.save(tmp_path / "a.wav") == ""
    assert (tmp_path / "a.wav").read_bytes().startswith(b"RIFF")
    assert pane.save(tmp_path / "none" / "a.wav")


def test_facts_say_what_where_and_of_which_run(show):
    text = show(*picture(COLORS)).facts.text()
    for fact in ("Type: Image", "Numbers: float32 on cpu", "Range: 0 to 1", "Memory: 1.2 KB",
                 "Not finite: none", "Run: 3", "State: current"):  # fmt: skip
        assert fact in text


def test_a_value_that_the_graph_would_not_give_now_says_so(show, status):
    pane = show(*picture(COLORS))
    status.stale = frozenset({"one"})
    status.change_node("one", stale=True)
    assert pane.badge.text() == "older than the graph"
    assert "run again" in pane.facts.text()


def test_what_no_run_has_made_says_how_to_get_it(qtbot, looking, looks):
    pane = Pane(looking, Look("one", "int"), looks)
    qtbot.addWidget(pane)
    assert "Run the workflow" in pane._message.text()


def test_what_the_last_run_did_not_need_says_so(qtbot, looking, looks, status):
    ran(status, "two")
    pane = Pane(looking, Look("one", "int"), looks)
    qtbot.addWidget(pane)
    assert "in the cache" in pane._message.text()


def test_what_is_not_kept_says_why(qtbot, looking, looks, status):
    ran(status, "one")
    pane = Pane(looking, Look("one", "int"), looks)
    qtbot.addWidget(pane)
    qtbot.waitUntil(lambda: pane._message.text() == "the value is not kept any more")


def test_while_a_node_runs_its_viewer_shows_what_it_is_at(qtbot, looking, looks, status, engine):
    ran(status, job=running())
    pane = Pane(looking, Look("one", "int"), looks)
    qtbot.addWidget(pane)
    engine.previewed.emit(JOB.id, "one", encoded("#ff0000"))
    view = pane.stack.currentWidget()
    assert isinstance(view, PictureView)
    assert view.plate.image.pixelColor(3, 3).name() == "#ff0000"


def test_what_is_shown_is_copied_and_saved(shown_picture, tmp_path):
    shown_picture.copy()
    assert QGuiApplication.clipboard().image().size().width() == 3
    shown_picture.copy_facts()
    assert "Type: Image" in QGuiApplication.clipboard().text()
    assert shown_picture.save(tmp_path / "a.png") == ""
    assert QImage(str(tmp_path / "a.png")).pixelColor(2, 1).red() == round(
        float(COLORS[0, 1, 2, 0]) * 255
    )
    assert "cannot be written" in shown_picture.save(tmp_path / "none" / "a.png")


def test_text_is_no_picture_to_save(show, tmp_path):
    pane = show({"type": "str", "kind": "text", "text": "words"})
    assert "no picture to save" in pane.save(tmp_path / "a.png")
    pane.copy()
    assert QGuiApplication.clipboard().text() == "words"


def test_every_control_has_a_name(shown_picture):
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QSlider

    for kind in (QAbstractButton, QComboBox, QSlider):
        for control in shown_picture.findChildren(kind):
            if control.isVisible():
                assert control.accessibleName() or control.text(), control


def test_scrubbing_shows_the_pictures_that_are_here_and_asks_for_none(
    qtbot, engine, looking, looks, status
):
    kept = {"outputs": ["value"], "turns": [[n] for n in range(5)], "numbers": {}}
    engine.nodes = {"within": kept}
    engine.values["within", "value"] = latent(np.zeros((1, 4, 2, 2)))
    ran(status, "within")
    dock = ViewerDock(looking, looks)
    qtbot.addWidget(dock)
    dock.look(Look("within", "value"))
    pane = dock.pane
    qtbot.waitUntil(
        lambda: isinstance(pane.viewer, PictureView) and pane.viewer.numbers is not None
    )
    places = [looking.place(Look("within", "value", (n,))) for n in range(5)]
    looking.ahead("me", [(place, True) for place in places])
    engine.hold = True
    before = len(engine.asked)
    for turn in (1, 3, 2):
        status.set_turn("z", turn)
        assert pane.viewer.plate.image.pixelColor(0, 0).red() == 40 + 10 * turn
    assert len(engine.asked) == before


def test_a_narrow_viewer_shows_both_ends_of_the_outputs_name(shown_picture):
    shown_picture.looking.document.apply(SetTitle("one", "A very long name for a single number"))
    shown_picture.refresh()
    shown_picture.resize(260, 600)
    QApplication.sendPostedEvents()
    heading = shown_picture.heading
    assert heading.toolTip() == "A very long name for a single number · int"
    assert (heading.shown[:2], heading.shown[-3:]) == ("A ", "int")
    assert heading.geometry().right() < shown_picture.buttons["copy"].geometry().left()


def test_the_outputs_name_has_room_before_what_stands_beside_it(shown_picture):
    shown_picture.badge.say("turn 15 · older than the graph")
    shown_picture.resize(300, 600)
    QApplication.sendPostedEvents()
    assert shown_picture.heading.shown == shown_picture.title
    assert shown_picture.badge.shown.endswith("…")
