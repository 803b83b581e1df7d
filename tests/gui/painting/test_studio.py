"""The view for painting: by hand, by keys alone, kept, and left without a trace."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox

from tests.gui.painting.conftest import ALT, CTRL, MIDDLE, RIGHT, SHIFT, Hand

KEY = Qt.Key


def test_a_stroke_of_the_mouse_is_painted_and_undone(studio, hand):
    hand.stroke((20, 20), (30, 20), (40, 20))
    assert studio.painted.values[20, 20:40].min() == 255
    assert studio.painted.values[30, 30] == 0
    assert studio.commands.action("painting.undo").isEnabled()

    assert studio.commands.run("painting.undo")
    assert not studio.painted.values.any()
    assert studio.commands.run("painting.redo")
    assert studio.painted.values[20, 30] == 255


def test_the_right_button_takes_away(studio, hand):
    studio.commands.run("painting.fill")
    hand.stroke((20, 20), (40, 20), button=RIGHT)
    assert studio.painted.values[20, 20:40].max() == 0


def test_shift_draws_a_straight_line_from_the_last_stroke(studio, hand):
    hand.stroke((10, 10))
    hand.stroke((50, 40), keys=SHIFT)
    assert all(studio.painted.values[10 + 3 * n, 10 + 4 * n] == 255 for n in range(11))


def test_the_middle_button_pans_and_paints_nothing(studio, hand):
    before = studio.easel.spot()
    hand.stroke((20, 20), (30, 25), button=MIDDLE)
    assert studio.easel.spot().topLeft() != before.topLeft()
    assert not studio.painted.values.any()


def test_the_wheel_zooms_and_with_ctrl_resizes_the_brush(studio, hand):
    zoom = studio.easel.zoom
    hand.wheel(20, 20, 2)
    assert studio.easel.zoom > zoom
    hand.wheel(20, 20, 1, CTRL)
    assert studio.pen.brush.size == 9
    assert studio.panel.width_.value == 9


def test_a_rectangle_and_a_lasso_are_filled(studio, hand):
    hand.keys(KEY.Key_R)
    hand.stroke((10, 10), (20, 30), (20, 20))
    assert (studio.painted.values[10:20, 10:20] == 255).all()
    assert studio.painted.values.sum() == 255 * 100

    hand.keys(KEY.Key_L)
    hand.stroke((30, 10), (50, 10), (50, 30), (30, 30))
    assert (studio.painted.values[12:28, 32:48] == 255).all()
    assert studio.painted.steps == 2


def test_all_of_it_goes_by_keys_alone(studio, hand):
    hand.keys(*[KEY.Key_Left] * 5, KEY.Key_Return, *[KEY.Key_Right] * 10, KEY.Key_Return)
    assert studio.painted.values[24, 24:40].min() == 255
    assert studio.painted.steps == 1

    hand.keys(KEY.Key_Return, modifiers=ALT)
    hand.keys(KEY.Key_Return)
    assert studio.painted.values[24, 42] == 0

    hand.keys(KEY.Key_R, KEY.Key_Return, *[KEY.Key_Up] * 4, *[KEY.Key_Left] * 4, KEY.Key_Return)
    assert studio.painted.steps == 3
    hand.keys(KEY.Key_I)
    assert studio.painted.values[2, 2] == 255
    hand.keys(KEY.Key_Z, KEY.Key_Z, modifiers=CTRL)
    assert studio.painted.steps == 2
    hand.keys(KEY.Key_Delete)
    assert not studio.painted.values.any()


def test_the_buttons_of_tools_keep_their_icons_and_say_which_one_is_taken(studio, hand):
    for key, name in ((KEY.Key_E, "eraser"), (KEY.Key_L, "lasso"), (KEY.Key_B, "brush")):
        hand.keys(key)
        buttons = studio.panel.tools
        assert [one for one, button in buttons.items() if button.isChecked()] == [name]
        assert not any(button.icon().isNull() for button in buttons.values())


def test_keys_change_the_brush(studio, hand):
    hand.keys(KEY.Key_BracketRight, KEY.Key_BraceLeft, KEY.Key_Comma)
    brush = studio.pen.brush
    assert (brush.size, brush.hardness, brush.opacity) == (9, 0.9, 0.9)
    hand.keys(KEY.Key_BracketLeft, KEY.Key_BraceRight, KEY.Key_Period)
    assert studio.pen.brush.size == 8
    assert (studio.pen.brush.hardness, studio.pen.brush.opacity) == (1.0, 1.0)


def test_escape_breaks_a_stroke_off_and_then_leaves(studio, hand, qtbot):
    hand.press(20, 20)
    hand.move(40, 20)
    hand.keys(KEY.Key_Escape)
    assert not studio.painted.values.any()
    with qtbot.waitSignal(studio.rejected, timeout=1000):
        hand.keys(KEY.Key_Escape)


def test_leaving_asks_before_strokes_are_lost(studio, hand):
    hand.stroke((20, 20))
    studio.reject()
    (asked,) = studio.findChildren(QMessageBox)
    assert studio.isVisible()
    names = [button.text() for button in asked.buttons()]
    assert sorted(names) == ["Go on painting", "Keep mask", "Throw away"]
    next(button for button in asked.buttons() if button.text() == "Throw away").click()
    assert not studio.isVisible()


def test_a_tablets_pen_paints_as_hard_as_it_is_pressed(studio):
    hand = Hand(studio.easel)
    device = QPointingDevice.primaryPointingDevice()

    def pen(kind, x, y, pressure, button):
        at = hand.at(x, y)
        event = QTabletEvent(
            kind, device, at, at, pressure, 0, 0, 0, 0, 0, Qt.KeyboardModifier.NoModifier,
            button, button,
        )  # fmt: skip
        QApplication.sendEvent(studio.easel, event)
        assert event.isAccepted()

    left = Qt.MouseButton.LeftButton
    studio.pen.set_brush(size=20)
    pen(QEvent.Type.TabletPress, 10, 24, 0.2, left)
    pen(QEvent.Type.TabletMove, 50, 24, 1.0, left)
    pen(QEvent.Type.TabletRelease, 50, 24, 0.0, left)
    wide = (studio.painted.values > 127).sum(axis=0)
    assert wide[12] < 8 < 16 < wide[48]
    assert studio.painted.steps == 1


class Watcher(QObject):
    """Notes which parts of a widget are painted."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.seen.append(event.region().boundingRect())
        return False


def test_only_what_a_stroke_touches_is_painted_anew(make, qtbot):
    studio = make(size=(1024, 1024))
    studio.pen.set_brush(size=20)
    hand, watcher = Hand(studio.easel), Watcher()
    hand.press(500, 500)
    QApplication.processEvents()
    studio.easel.installEventFilter(watcher)
    hand.move(510, 505)
    qtbot.waitUntil(lambda: bool(watcher.seen), timeout=2000)
    assert max(max(rect.width(), rect.height()) for rect in watcher.seen) < 80


def test_the_feather_is_shown_and_told_but_not_painted(make):
    values = np.zeros((48, 64), np.uint8)
    values[10:30, 10:30] = 255
    studio = make(values, feather=2.0)
    assert studio.easel.overlay.feather == 2.0
    assert not studio.changed
    studio.panel.feather.field.setValue(5.0)
    assert (studio.feather, studio.easel.overlay.feather) == (5.0, 5.0)
    assert studio.changed
    assert np.array_equal(np.unique(studio.painted.values), [0, 255])


def test_a_node_that_cannot_soften_has_no_feather(make):
    studio = make(feather=None)
    assert studio.feather is None
    assert not studio.panel.feather.isVisible()


def test_what_is_shown_goes_round(studio, hand):
    for expected in ("green", "blue", "mask", "picture", "red"):
        hand.keys(KEY.Key_V)
        assert studio.easel.overlay.shown == expected


def test_the_pointer_says_where_it_is(studio, hand):
    hand.stroke((20, 20))
    studio.easel.hovered.emit(20, 20)
    assert any("20, 20   mask 1.00" in label.text() for label in studio.findChildren(QLabel))


@pytest.mark.parametrize("place", [(-30, 20), (20, 300)])
def test_strokes_may_begin_beside_the_picture(studio, hand, place):
    hand.stroke(place, (32, 24))
    assert studio.painted.values[24, 32] == 255


def test_no_two_keys_are_the_same(studio):
    keys = [key for one in studio.commands for key in studio.commands.keys(one.id)]
    assert len(keys) == len(set(keys))
    assert all(one.help for one in studio.commands)
    assert studio.easel.pixel(QPointF(0, 0)) == (-1, -1)
