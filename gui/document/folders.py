"""Where the editor keeps what belongs to the user and to no workflow."""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "NODEGRAPH_EDITOR_DATA"


def data_folder() -> Path:
    """Return the editor's folder in the user's data, or the one the environment names."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("nodegraph", appauthor=False) / "editor"


def journal_folder() -> Path:
    """Return where the journals of open documents are."""
    return data_folder() / "journals"
