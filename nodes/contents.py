"""What nodes that load files depend on: what is in the files, not what they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph import ALWAYS
from nodegraph.errors import ParamError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection


def contents(*, optional: Collection[str] = (), **kinds: str) -> Callable[..., str | None]:
    """Return a fingerprint for ``@node``: what is in the files that parameters name.

    It raises ``ParamError`` where there is none of a name, before anything runs; where a name comes
    by a link, it is not known yet.

    Args:
        optional: Parameters that may be empty.
        kinds: Of which kind a parameter's file is, a key of ``nodegraph.places.KINDS``.
    """

    def identify(**params: object) -> str | None:
        from nodes.lib import disk, folders

        found: list[str] = []
        for param, kind in kinds.items():
            name = params.get(param)
            if name is None:
                return ALWAYS
            if not name and param in optional:
                continue
            try:
                found.append(disk.identity(folders.named(kind, str(name))))
            except folders.ModelError as error:
                raise ParamError(str(error), param) from error
        return " ".join(found)

    return identify
