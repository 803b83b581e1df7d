import pytest
from PySide6.QtWidgets import QWidget

from gui.desk import session
from gui.editor import where_of
from gui.preferences import Preferences
from gui.theme import LIGHT


@pytest.fixture
def parent(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def dialog(parent, settings, appearance):
    made = Preferences(settings, appearance, parent)
    made.show()
    return made


def test_a_theme_counts_at_once(dialog, appearance):
    dialog.theme.setCurrentIndex(dialog.theme.findData("light"))
    dialog.theme.activated.emit(dialog.theme.currentIndex())

    assert appearance.looks.theme is LIGHT


def test_text_grows_as_far_as_it_may(dialog, appearance):
    dialog.text_size.setValue(150)
    assert appearance.text_size == 150

    dialog.text_size.setValue(900)
    assert appearance.text_size == 200


def test_whether_files_are_opened_again_counts_at_once(dialog, settings):
    assert dialog.reopen.isChecked()

    dialog.reopen.click()
    assert not session.wanted(settings)

    dialog.reopen.click()
    assert session.wanted(settings)


def test_another_engine_is_kept_and_told(dialog, settings, qtbot):
    dialog.url.setText(" http://127.0.0.1:8190/ ")
    dialog.token.setText("secret")
    with qtbot.waitSignal(dialog.engine_chosen):
        dialog.connect_.click()

    assert settings.get("engine.url", "") == "http://127.0.0.1:8190"
    assert settings.get("engine.token", "") == "secret"


def test_an_own_engine_is_told_how_many_jobs_run_together(dialog, settings, qtbot):
    assert where_of(settings).options == ()
    dialog.batch.setValue(4)
    with qtbot.waitSignal(dialog.engine_chosen):
        dialog.connect_.click()

    assert where_of(settings).command[-2:] == ("--batch", "4")


def test_an_address_that_is_none_is_refused_in_words(dialog, settings, qtbot):
    dialog.url.setText("gpu-machine:8190")
    with qtbot.assertNotEmitted(dialog.engine_chosen):
        dialog.connect_.click()

    assert "http://" in dialog.problem.text()
    assert settings.get("engine.url", "") == ""
