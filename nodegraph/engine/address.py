"""Where an engine is found: the file that one leaves in its data folder while it runs."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from nodegraph import storage
from nodegraph.errors import NodegraphError

VARIABLE = "NODEGRAPH_DATA"
FILE = "engine.json"


class NoEngineError(NodegraphError):
    """No engine has said that it works on the data folder."""


@dataclass(frozen=True, slots=True)
class Address:
    """An engine.

    Attributes:
        url: ``http://127.0.0.1:8188``, without a path.
        pid: Of the server; 0 when it is on another machine.
    """

    url: str
    token: str
    pid: int = 0


def default_folder() -> Path:
    """Return the data folder of engines: what NODEGRAPH_DATA says, or the user's own."""
    given = os.environ.get(VARIABLE)
    if given:
        return Path(given).expanduser()
    from platformdirs import user_data_path

    return user_data_path("nodegraph") / "engine"


def leave(address: Address, folder: Path) -> None:
    """Write down where the engine of a data folder is; only its owner may read it.

    Raises:
        StorageError: It cannot be written.
    """
    path = folder / FILE
    try:
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise storage.explain("write", path, error) from error
    storage.write_atomic(path, (json.dumps(asdict(address)) + "\n").encode())


def find(folder: Path) -> Address:
    """Return the engine that works on a data folder, or did when the machine was last up.

    Raises:
        NoEngineError: No engine has left its address there.
    """
    try:
        data = json.loads((folder / FILE).read_bytes())
        return Address(str(data["url"]), str(data["token"]), int(data.get("pid", 0)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise NoEngineError(
            f"no engine works on {folder}; start one with: nodegraph serve, or name another "
            "with --engine URL and --token TOKEN"
        ) from None
