"""How long the editor takes to show its window, beside a bare Qt window in the same run.

    python -m benchmarks.startup [--rounds 7]

Each round starts two fresh processes, one after the other, from the start of Python to the first
paint: a bare window with a label, and the editor's. Then the editor goes on until its workflow can
be edited. Seconds of the wall; the median, and the best round, which other work disturbs least.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

BARE = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
class Window(QLabel):
    def paintEvent(self, event):
        super().paintEvent(event)
        print("painted", flush=True)
        QTimer.singleShot(0, app.quit)
window = Window("Bare")
window.resize(1440, 900)
window.show()
app.exec()
"""

EDITOR = """
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gui.app import fill, make_window
app = QApplication([])
app.setStyle("Fusion")
window = make_window(app)
timer = QTimer(interval=5)
def painted():
    print("painted", flush=True)
    fill(app, window, [Path("workflows/text_to_image.json")])
    timer.start()
def look():
    if window.editor.desk.documents:
        print("editable", flush=True)
        timer.stop()
        window.close()
timer.timeout.connect(look)
window.shown.connect(painted)
window.show()
app.exec()
"""


def times(code: str, folder: str, words: tuple[str, ...]) -> list[float]:
    """Return the seconds from the start of a process until it says each word."""
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "NODEGRAPH_EDITOR_DATA": f"{folder}/editor",
        "NODEGRAPH_DATA": f"{folder}/engine",
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    begun = time.perf_counter()
    found: list[float] = []
    with subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() in words:
                found.append(time.perf_counter() - begun)
    return found


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds: int = parser.parse_args().rounds
    rows: dict[str, list[float]] = {"bare window": [], "editor's window": [], "editable": []}
    with tempfile.TemporaryDirectory() as folder:
        times(EDITOR, folder, ("painted", "editable"))  # the first start writes the catalogue
        for _ in range(rounds):
            rows["bare window"] += times(BARE, folder, ("painted",))
            painted, editable = times(EDITOR, folder, ("painted", "editable"))
            rows["editor's window"].append(painted)
            rows["editable"].append(editable)
    print(f"{'':18}{'median':>8}{'best':>8}")
    for name, found in rows.items():
        print(f"{name:18}{statistics.median(found):8.3f}{min(found):8.3f}")


if __name__ == "__main__":
    main()
