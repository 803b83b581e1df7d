import sys

from PySide6.QtCore import QObject, Signal

from gui import editor
from gui.app import fill
from gui.failing import Failing
from gui.window import Window


class Stub(QObject):
    """An editor that only listens."""

    heard = Signal(str)

    def __init__(self, *_):
        super().__init__()

    def say_error(self, about, sentence):
        self.heard.emit(sentence)

    def begin(self, paths):
        pass

    def end(self):
        pass


def raised(error):
    try:
        raise error
    except KeyError:
        return sys.exc_info()


def test_a_mistake_of_the_editor_is_told_and_reported(tmp_path, qtbot, capsys):
    report = tmp_path / "deep" / "errors.log"
    failing = Failing(report)
    with qtbot.waitSignal(failing.failed) as told:
        failing.take(*raised(KeyError("lost")))

    assert "KeyError: 'lost'" in told.args[0]
    assert str(report) in told.args[0]
    assert "test_failing.py" in report.read_text()
    assert "KeyError" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_is_not_spoken_of(tmp_path, qtbot, capsys):
    (tmp_path / "file").write_text("")
    failing = Failing(tmp_path / "file" / "errors.log")
    with qtbot.waitSignal(failing.failed) as told:
        failing.take(*raised(KeyError("lost")))

    assert "the report is in" not in told.args[0]


def test_a_mistake_inside_of_qt_reaches_the_window(
    qtbot, qapp, monkeypatch, capsys, settings, appearance
):
    window = Window(settings, appearance)
    qtbot.addWidget(window)
    monkeypatch.setattr(editor, "Editor", Stub)
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    fill(qapp, window, [])
    with qtbot.waitSignal(window.editor.heard) as told:
        sys.excepthook(*raised(KeyError("lost")))
    assert told.args[0].startswith("The editor made a mistake (KeyError: 'lost')")
