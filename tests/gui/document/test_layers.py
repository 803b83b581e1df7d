"""What is edited knows no widget; the editor's process knows no torch."""

import subprocess
import sys
from pathlib import Path

import gui.document

MODULES = sorted(path.stem for path in Path(gui.document.__file__).parent.glob("[a-z]*.py"))
BANNED = ["PySide6.QtGui", "PySide6.QtWidgets", "torch", "diffusers", "transformers", "nodes"]


def test_the_document_half_loads_neither_widgets_nor_torch():
    imports = "\n".join(f"import gui.document.{name}" for name in MODULES)
    probe = f"{imports}\nimport sys\nprint([name for name in {BANNED!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
