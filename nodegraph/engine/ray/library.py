"""Ray itself, imported when a cluster is asked for, and kept from telling anybody of it."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from nodegraph.errors import NodegraphError

QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DEDUP_LOGS": "0",
}
"""No statistics go to Ray's makers."""


class ClusterError(NodegraphError):
    """There is no cluster to work with."""


def load() -> Any:
    """Return the module ``ray``.

    Raises:
        ClusterError: It is not installed.
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    try:
        return import_module("ray")
    except ImportError as error:
        raise ClusterError(
            f"Ray cannot be loaded ({error}); install it on every machine with "
            "pip install 'nodegraph[ray]'"
        ) from None
