import pytest
from PySide6.QtWidgets import QFileDialog, QWidget

from gui.desk.asking import Asking
from gui.desk.desk import Desk
from gui.desk.saving import Saving
from gui.settings import Settings
from nodegraph.workflow import save
from tests.nodegraph import toys
from tests.nodegraph.toys import n


@pytest.fixture
def graph():
    return toys.graph({"one": n("number", {"value": 1}), "sum": n("add", a="one.int", b="one.int")})


@pytest.fixture
def desk(qapp, tmp_path):
    made = Desk(lambda: toys.catalogue, tmp_path / "journals")
    yield made
    for document in made.documents:
        made.close(document)


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path / "settings.json")


@pytest.fixture
def file(tmp_path, graph):
    """A workflow on the disk, whose nodes stand nowhere."""
    path = tmp_path / "work.json"
    save(graph, path)
    return path


@pytest.fixture
def said(desk):
    """The sentences that were said."""
    found = []
    desk.failed.connect(lambda _, sentence: found.append(sentence))
    desk.not_saved.connect(lambda _, sentence: found.append(sentence))
    return found


@pytest.fixture
def window(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def asking(window, settings):
    return Asking(window, settings)


@pytest.fixture
def saving(desk, asking):
    return Saving(desk, asking)


@pytest.fixture
def answer(window):
    """Answers the dialog that is open, as a person would."""

    def say(path):
        (dialog,) = [one for one in window.findChildren(QFileDialog) if one.isVisible()]
        if path is None:
            dialog.reject()
        else:
            dialog.filesSelected.emit([str(path)])
            dialog.done(QFileDialog.DialogCode.Accepted)

    return say
