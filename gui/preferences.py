"""The settings that have no other place: how it looks and starts, which engine it uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gui.appearance import LARGEST, SMALLEST
from gui.bridge.where import BATCH, MOST_TOGETHER
from gui.desk import session

if TYPE_CHECKING:
    from gui.appearance import Appearance
    from gui.settings import Settings

THEMES = (("As the system has it", "system"), ("Dark", "dark"), ("Light", "light"))
WIDTH = 460


class Preferences(QDialog):
    """Changes count at once; another engine counts when ``Connect`` is pressed.

    Attributes:
        engine_chosen: Another engine is wanted; what it is told is in the settings.
    """

    engine_chosen = Signal()

    def __init__(self, settings: Settings, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._settings, self._appearance = settings, appearance
        self.setWindowTitle("Settings")
        self.setMinimumWidth(WIDTH)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 20, 20, 20)
        box.setSpacing(16)
        box.addLayout(self._looks())
        box.addLayout(self._start())
        box.addLayout(self._engine())
        self.problem = QLabel()
        self.problem.setProperty("error", True)
        self.problem.setWordWrap(True)
        box.addWidget(self.problem)
        box.addStretch(1)

    def _looks(self) -> QFormLayout:
        form = _section("Appearance")
        self.theme, self.text_size = QComboBox(), QSpinBox()
        for text, value in THEMES:
            self.theme.addItem(text, value)
        self.theme.setCurrentIndex(self.theme.findData(self._appearance.choice))
        self.theme.activated.connect(self._choose_theme)
        self.text_size.setRange(SMALLEST, LARGEST)
        self.text_size.setSingleStep(10)
        self.text_size.setSuffix(" %")
        self.text_size.setValue(self._appearance.text_size)
        self.text_size.valueChanged.connect(self._choose_size)
        _row(form, "Theme", self.theme)
        _row(form, "Text size", self.text_size)
        return form

    def _start(self) -> QFormLayout:
        form = _section("Start")
        self.reopen = QCheckBox("Open the files that were open at the end")
        self.reopen.setChecked(session.wanted(self._settings))
        self.reopen.setToolTip("What was never saved comes back in any case")
        self.reopen.toggled.connect(self._choose_reopen)
        form.addRow(self.reopen)
        return form

    def _engine(self) -> QFormLayout:
        form = _section("Engine")
        self.url = QLineEdit(self._settings.get("engine.url", ""))
        self.token = QLineEdit(self._settings.get("engine.token", ""))
        self.url.setPlaceholderText("Empty: an engine of the editor's own")
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.token.setPlaceholderText("What nodegraph serve printed")
        self.batch = QSpinBox()
        self.batch.setRange(1, MOST_TOGETHER)
        self.batch.setValue(self._settings.get(BATCH, 1))
        self.batch.setToolTip(
            "Jobs that differ in seeds, words and fractions alone are evaluated as one batch, by "
            "an engine of the editor's own and for models whose speed is fast or fastest"
        )
        _row(form, "Address", self.url)
        _row(form, "Token", self.token)
        _row(form, "Jobs together", self.batch)
        note = QLabel(
            "The engine runs workflows. Start one on another machine with nodegraph serve, bring "
            "it here by an SSH tunnel, and give its address: http://127.0.0.1:8190"
        )
        note.setWordWrap(True)
        note.setProperty("small", True)
        form.addRow(note)
        self.connect_ = QPushButton("Connect")
        self.connect_.clicked.connect(self._choose_engine)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self.connect_)
        form.addRow(line)
        return form

    def _choose_reopen(self, wanted: bool) -> None:
        session.want(self._settings, wanted=wanted)

    def _choose_theme(self) -> None:
        self._appearance.choose(self.theme.currentData())

    def _choose_size(self, size: int) -> None:
        self._appearance.grow(size - self._appearance.text_size)

    def _choose_engine(self) -> None:
        url = self.url.text().strip().rstrip("/")
        if url and not url.startswith(("http://", "https://")):
            self.problem.setText("The address begins with http://, such as http://127.0.0.1:8190")
            return
        self.problem.setText("")
        self._settings.set("engine.url", url or None)
        self._settings.set("engine.token", self.token.text().strip() or None)
        self._settings.set(BATCH, self.batch.value())
        self.engine_chosen.emit()


def _section(title: str) -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(16)
    form.setVerticalSpacing(8)
    heading = QLabel(title)
    heading.setProperty("title", True)
    form.addRow(heading)
    return form


def _row(form: QFormLayout, name: str, widget: QWidget) -> None:
    widget.setAccessibleName(name)
    form.addRow(name, widget)
