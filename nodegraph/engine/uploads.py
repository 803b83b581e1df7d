"""What clients sent: names stay inside, nothing is replaced unasked, no picture is huge."""

from __future__ import annotations

import contextlib
import filecmp
import os
import struct
import warnings
from typing import TYPE_CHECKING, BinaryIO

from nodegraph.engine.filenames import FileNameError, check_name, inside
from nodegraph.engine.thumbnails import MAX_PIXELS
from nodegraph.errors import NodegraphError
from nodegraph.storage import explain, keep_new, temporary

if TYPE_CHECKING:
    from pathlib import Path

PACKED = (".gz", ".br")
"""Beside a file of the same name, such a one would be given instead of it."""


class UploadError(NodegraphError):
    """The file is none that is taken."""


class UnknownUploadError(NodegraphError):
    """No such file was sent."""


class Upload:
    """A file on its way in: beside its place until all of it is there, gone if it never is.

    Attributes:
        size: Bytes so far.
    """

    def __init__(self, folder: Path, name: str) -> None:
        """Open a place for a file.

        Raises:
            FileNameError: The name could lead elsewhere.
            StorageError: The folder cannot be written.
        """
        self._path = folder / plain_name(name)
        self.size = 0
        self._stack = contextlib.ExitStack()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._written = self._stack.enter_context(temporary(self._path))
            self._file: BinaryIO = self._stack.enter_context(self._written.open("wb"))
        except OSError as error:
            self._stack.close()
            raise explain("save to", folder, error) from error

    def __enter__(self) -> Upload:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def write(self, piece: bytes) -> None:
        """Take a piece.

        Raises:
            StorageError: The disk takes no more.
        """
        try:
            self._file.write(piece)
        except OSError as error:
            raise explain("save", self._path, error) from error
        self.size += len(piece)

    def keep(self, *, replace: bool = False) -> str:
        """Give the file its name, or a number after it where that is taken; returns the name.

        Args:
            replace: Whether a file of that name gives way.

        Raises:
            UploadError: It is a picture too large to be opened.
            StorageError: It cannot be kept.
        """
        try:
            self._file.close()
            _check_pixels(self._written, self._path.name)
            if _same(self._written, self._path):
                return self._path.name
            if replace:
                os.replace(self._written, self._path)
                return self._path.name
            return keep_new(self._written, self._path).name
        except OSError as error:
            raise explain("save", self._path, error) from error


def plain_name(name: str) -> str:
    """Return a name that a file may have, without folders.

    Raises:
        FileNameError: It is no such name.
    """
    if len(check_name(name).parts) > 1 or name.startswith("."):
        raise FileNameError(f"{name!r} is no plain name; send the file without folders or dots")
    if name.lower().endswith(PACKED):
        raise FileNameError(f"{name!r} is packed; send the file itself")
    return name


def stored(folder: Path, name: str) -> Path:
    """Return where a file that was sent is.

    Raises:
        FileNameError: The name leads elsewhere.
        UnknownUploadError: There is no such file.
    """
    path = inside(folder, plain_name(name))
    if not path.is_file():
        raise UnknownUploadError(f"no file {name!r} was sent; send it first")
    return path


def tidy(folder: Path) -> None:
    """Remove what uploads left that a crash broke off; call it before there are new ones."""
    for path in folder.glob(".*.tmp"):
        path.unlink(missing_ok=True)


def _same(written: Path, path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and filecmp.cmp(written, path, shallow=False)


def _check_pixels(path: Path, name: str) -> None:
    """Refuse a picture by what its header says, before anything opens it whole."""
    import PIL.Image

    try:
        with warnings.catch_warnings(action="ignore"), PIL.Image.open(path) as picture:
            width, height = picture.size
    except PIL.Image.DecompressionBombError:
        raise _too_large(name) from None
    except (OSError, SyntaxError, ValueError, struct.error):
        return  # no picture: a workflow, a text, a model
    if width * height > MAX_PIXELS:
        raise _too_large(name)


def _too_large(name: str) -> UploadError:
    return UploadError(f"{name} has more than {MAX_PIXELS:,} pixels; send a smaller picture")
