"""``nodegraph serve``: an engine that answers until it is stopped."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from nodegraph.engine import server
from nodegraph.engine.address import Address, default_folder, find
from nodegraph.engine.server import Place, ServerError, TakenError
from nodegraph.engine.settings import Settings
from nodegraph.engine.web.app import ROUTES
from nodegraph.engine.web.guard import Guard, is_loopback
from nodegraph.storage import explain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nodegraph.cli.output import Output
    from nodegraph.engine.web.routes import Route

EXPOSED = (
    "{host} can be reached from other machines. Whoever has the token can run workflows here, "
    "read the files in {readable}, see and delete outputs, and fill the disk. Nothing is "
    "encrypted: on a network that is not yours, keep to 127.0.0.1 and use an SSH tunnel."
)


@dataclass(frozen=True)
class Request:
    """What was asked for; see ``nodegraph serve --help``."""

    host: str
    port: int
    token: str | None
    token_file: Path | None
    data: Path | None
    names: tuple[str, ...]
    readable: tuple[Path, ...]
    devices: tuple[str, ...]
    comfy: bool
    attached: bool = False
    batch: int = 1
    ray: str | None = None


def serve(request: Request, output: Output) -> None:
    """Serve; the ready line is all that goes to stdout.

    Raises:
        NodegraphError: It cannot begin.
    """
    settings = _settings(request)
    place = Place(request.host, request.port, _guard(request), _routes(request), request.attached)
    if not is_loopback(request.host):
        folders = ", ".join(str(folder) for folder in settings.readable or ())
        output.note("warning: " + EXPOSED.format(host=request.host, readable=folders))

    def ready(here: Address) -> None:
        output.line(json.dumps(asdict(here) | {"data": str(settings.data)}))

    try:
        server.serve(settings, place, ready)
    except TakenError:
        if not request.attached:
            raise
        ready(find(settings.data))


def _settings(request: Request) -> Settings:
    """Return the settings; what other machines can reach reads only what it is given."""
    data = (request.data or default_folder()).expanduser().absolute()
    settings = Settings(data, devices=request.devices or None, batch=request.batch, ray=request.ray)
    readable: tuple[Path, ...] | None = None
    if request.readable or not is_loopback(request.host):
        named = (folder.expanduser().absolute() for folder in request.readable)
        readable = (settings.uploads, settings.outputs, *named)
    return replace(settings, readable=readable)


def _routes(request: Request) -> Sequence[Route]:
    if not request.comfy:
        return ROUTES
    from nodegraph.engine.web.comfy.routes import COMFY

    return (*ROUTES, *COMFY)


def _guard(request: Request) -> Guard:
    """Return who may ask.

    Raises:
        ServerError: Other machines can reach it, and nobody chose a token.
        StorageError: The token's file cannot be read.
    """
    token = _token(request)
    if token is None and not is_loopback(request.host):
        raise ServerError(
            f"{request.host} can be reached from other machines; choose a token with --token or "
            "--token-file, or keep to --host 127.0.0.1"
        )
    names = frozenset(name.lower() for name in request.names)
    drawn = secrets.token_urlsafe(32)
    return Guard(token or drawn, request.host.lower(), names, chosen=token is not None)


def _token(request: Request) -> str | None:
    if request.token is not None and request.token_file is not None:
        raise ServerError("--token and --token-file say it twice; leave one out")
    token = request.token
    if request.token_file is not None:
        try:
            token = request.token_file.read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            found = error if isinstance(error, OSError) else OSError("it is no text")
            raise explain("read", request.token_file, found) from error
    if token is not None and not (token.isascii() and token.isprintable() and " " not in token):
        raise ServerError("a token is of ASCII letters, digits and signs, without spaces")
    if token == "":
        raise ServerError("the token is empty; write a long one that nobody guesses")
    return token
