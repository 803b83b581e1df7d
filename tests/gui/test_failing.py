import sys

from gui.failing import Failing


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
