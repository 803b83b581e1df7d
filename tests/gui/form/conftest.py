from pathlib import Path

import pytest

from gui.document.document import Document
from gui.form.panel import FormPanel
from nodegraph.workflow import load
from tests.gui.watched import broken  # noqa: F401 - a fixture

EXAMPLE = Path(__file__).parents[3] / "workflows" / "text_to_image.json"


@pytest.fixture
def document():
    return Document(load(EXAMPLE))


@pytest.fixture
def panel(qtbot, document):
    made = FormPanel()
    qtbot.addWidget(made)
    made.resize(320, 800)
    made.show_document(document)
    made.show()
    return made
