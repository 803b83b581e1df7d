"""Where things lie: the weights in the repository, the training runs outside it."""

from __future__ import annotations

import os
from pathlib import Path

MODEL = Path(__file__).resolve().parent.parent / "nodes" / "critters"


def runs_folder() -> Path:
    """The folder of checkpoints and logs: NODEGRAPH_TRAINING, or the user's cache."""
    default = Path.home() / ".cache" / "nodegraph-training"
    return Path(os.environ.get("NODEGRAPH_TRAINING", default))
