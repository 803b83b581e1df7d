"""What can go wrong between a client and an engine.

NodegraphError
├─ UnreachableError       no engine answers there, or the line broke
└─ ProblemsError
   └─ RefusedError        it answered, and said no
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import aiohttp

from nodegraph.errors import NodegraphError, Problem, ProblemsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodegraph.engine.address import Address


class UnreachableError(NodegraphError):
    """No engine answers, or not any more.

    Attributes:
        sent: What was asked may have reached it all the same.
    """

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class RefusedError(ProblemsError):
    """The engine says no, and why.

    Attributes:
        status: Of HTTP: 401 for a wrong token, 404 for what is not there.
    """

    def __init__(self, status: int, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.status = status

    def __str__(self) -> str:
        return "\n".join(p.message if p.path == "$" else str(p) for p in self.problems)


def refusal(status: int, body: bytes, address: Address) -> RefusedError:
    """Return what an answer that is no success says."""
    if status == 401:
        message = (
            f"the engine at {address.url} does not know this token; give the one of its ready "
            "line with --token or NODEGRAPH_TOKEN"
        )
        return RefusedError(status, [Problem("$", message)])
    try:
        said: dict[str, Any] = json.loads(body)["error"]
        problems = [Problem(**problem) for problem in said.get("problems") or ()]
        return RefusedError(status, problems or [Problem("$", str(said["message"]))])
    except (ValueError, KeyError, TypeError, AttributeError):
        message = (
            f"{address.url} answers with status {status} and no reason; check that it is a "
            "Nodegraph engine of this version"
        )
        return RefusedError(status, [Problem("$", message)])


def broken(error: Exception, address: Address) -> UnreachableError:
    """Return what a failure of the network means."""
    if isinstance(error, aiohttp.InvalidURL):
        return UnreachableError(
            f"{address.url!r} is no address; write http://HOST:PORT", sent=False
        )
    if isinstance(error, aiohttp.ClientConnectorError):
        code = error.os_error.errno or 0
        reason = os.strerror(code) if code > 0 else str(error.os_error.strerror)
        return UnreachableError(
            f"no engine answers at {address.url} ({reason}); start one with: nodegraph serve, "
            "or check --engine and the tunnel to it",
            sent=False,
        )
    if isinstance(error, TimeoutError):
        return UnreachableError(
            f"the engine at {address.url} does not answer in time; try again, or start it anew",
            sent=True,
        )
    reason = " ".join(str(error).split()) or type(error).__name__
    return UnreachableError(
        f"the line to the engine at {address.url} broke ({reason}); try again", sent=True
    )
