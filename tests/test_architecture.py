"""The layer rules, checked in a clean interpreter."""

import subprocess
import sys

import pytest

LIGHT = [
    ("nodegraph", ("torch", "PySide6", "networkx", "pydantic")),
    ("nodegraph.workflow", ("torch", "PySide6", "nodes")),
    ("nodegraph.execution.run", ("torch", "PySide6", "nodes", "numpy")),
    ("nodegraph.engine.client", ("torch", "PySide6", "nodes", "numpy", "sqlite3")),
    ("nodegraph.cli", ("torch", "PySide6", "networkx", "pydantic", "nodes")),
    ("nodes", ("torch", "PySide6", "numpy", "PIL", "diffusers", "transformers")),
]


@pytest.mark.parametrize(("module", "banned"), LIGHT, ids=[module for module, _ in LIGHT])
def test_importing_it_stays_light(module, banned):
    probe = f"import sys, {module}; print([name for name in {banned!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_installed_packs_are_found_through_their_entry_points():
    probe = (
        "from nodegraph.registry import broken_packs, load_packs\n"
        "print(len(load_packs()) > 20, broken_packs)"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True {}"
