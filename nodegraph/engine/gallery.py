"""The files that jobs saved. A name is given when a job ends; the file gets there afterwards.

Each attempt at a job saves into ``work/JOB-ATTEMPT``. The transaction that ends the job names its
files; then they are moved into ``outputs``. A file that is still at its source has not been moved,
so that moving can be broken off anywhere and done again. Folders of attempts that ended in no such
transaction are removed with all that is in them. All of it waits for the disk: call it from
threads that may.
"""

from __future__ import annotations

import logging
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from nodegraph.engine import gallery_index
from nodegraph.engine.filenames import inside
from nodegraph.engine.jobs import Saved
from nodegraph.engine.moving import move, taken
from nodegraph.engine.naming import attempt
from nodegraph.engine.thumbnails import LARGEST, SMALLEST, pixels, shrink
from nodegraph.storage import StorageError, explain, sync, sync_folder, write_atomic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodegraph.engine.jobs import Job
    from nodegraph.engine.settings import Settings
    from nodegraph.engine.store import Store


log = logging.getLogger(__name__)


class Gallery:
    """The folder of outputs and the folder of work; their index is the store's."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._store = store
        self._outputs, self._work = settings.outputs, settings.work
        self._thumbnails = settings.thumbnails
        self._changing = threading.Lock()

    def recover(self) -> None:
        """Finish what a crash broke off; call it before any job begins.

        Raises:
            StorageError: The folders cannot be written.
        """
        try:
            for folder in (self._outputs, self._work):
                folder.mkdir(parents=True, exist_ok=True)
            if self._store.new:
                shutil.rmtree(self._thumbnails, ignore_errors=True)
                self.rebuild()
            left = {folder.name.rpartition("-")[0] for folder in self._work.iterdir()}
        except OSError as error:
            raise explain("use", self._work.parent, error) from error
        for job in left:
            try:
                self.publish(job)
            except StorageError as error:
                log.warning("%s; it is tried again at the next start", error)

    def begin(self, job: Job) -> Path:
        """Make the empty folder that an attempt at a job saves into.

        Raises:
            StorageError: It cannot be made.
        """
        folder = self._work / attempt(job)
        try:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        except OSError as error:
            raise explain("make", folder, error) from error
        return folder

    def measure(self, job: Job, files: Sequence[tuple[str, str]]) -> list[Saved]:
        """Return what an attempt saved, once each and safe on the disk.

        Args:
            files: The node, and the path under the folder of the attempt.

        Raises:
            FileNameError: A path leads out of the folder.
            StorageError: A file cannot be read.
        """
        folder = self._work / attempt(job)
        nodes = {path: node for node, path in files}
        saved = [path for path in nodes if inside(folder, path).is_file()]
        saved = [path for path in saved if _kept(folder / path)]
        try:
            for path in saved:
                sync(folder / path)
            for parent in {(folder / path).parent for path in saved}:
                sync_folder(parent)
            return [_measured(nodes[path], path, folder / path) for path in saved]
        except OSError as error:
            raise explain("read", folder, error) from error

    def names(self, kept: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Return the nodes and the names of files that are in the gallery, given where they are."""
        outputs = self._outputs.resolve()
        found = [(node, Path(path)) for node, path in kept]
        return tuple(
            (node, path.relative_to(outputs).as_posix())
            for node, path in found
            if path.is_relative_to(outputs)
        )

    def publish(self, job: str) -> dict[str, str]:
        """Move what the index names to where it says, and remove the rest of the job's work.

        Returns where the files are now, by where they were.

        Raises:
            StorageError: A file cannot be moved; what could not be moved is kept for later.
        """
        moved: dict[str, str] = {}
        with self._changing:
            for output, source in self._store.sources(job).items():
                origin = self._work / source
                if origin.is_file():
                    moved[str(origin)] = str(self._move(output, origin))
        self.discard(job)
        return moved

    def _move(self, output: int, origin: Path) -> Path:
        target = self._outputs / self._store.output(output).name
        try:
            while taken(origin, target):  # a file of somebody else's, put there by hand
                target = self._outputs / self._store.rename(output).result().name
            move(origin, target)
        except OSError as error:
            raise explain("move a picture to", target, error) from error
        return target

    def discard(self, job: str) -> None:
        """Remove what all attempts at a job left."""
        for folder in self._work.glob(f"{job}-*"):
            shutil.rmtree(folder, ignore_errors=True)

    def path(self, output: int) -> Path:
        """Return where an output's file is.

        Raises:
            UnknownOutputError: There is no such output.
            LostOutputError: Its file is gone.
        """
        path = inside(self._outputs, self._store.output(output).name)
        source = self._store.source(output)
        for place in (path, self._work / source, path):  # it may be moved between two looks
            if place.is_file():
                return place
        raise gallery_index.LostOutputError(
            f"{path} is gone; rebuild the index of outputs to forget it"
        )

    def delete(self, output: int) -> None:
        """Remove an output, its file first: a crash between leaves a name that can be removed.

        Raises:
            UnknownOutputError: There is no such output.
            StorageError: The file cannot be removed.
        """
        with self._changing:
            path = self._outputs / self._store.output(output).name
            source = self._store.source(output)
            try:
                path.unlink(missing_ok=True)
                if source:
                    (self._work / source).unlink(missing_ok=True)
            except OSError as error:
                raise explain("remove", path, error) from error
            self._store.forget(output).result()
        for small in self._thumbnails.glob(f"{output}-*"):
            small.unlink(missing_ok=True)

    def thumbnail(self, output: int, side: int) -> bytes:
        """Return a small WebP of an output, made once.

        Args:
            side: Pixels of its longer side, 16 to 1024.

        Raises:
            UnknownOutputError: There is no such output.
            LostOutputError: Its file is gone.
            PictureError: It is no picture, or one too large.
        """
        side = min(max(side, SMALLEST), LARGEST)
        kept = self._thumbnails / f"{output}-{side}.webp"
        if kept.is_file():
            return kept.read_bytes()
        data = shrink(self.path(output), side)
        self._thumbnails.mkdir(exist_ok=True)
        write_atomic(kept, data)
        return data

    def rebuild(self) -> None:
        """Make the index agree with the files that are there.

        Raises:
            StorageError: The folder cannot be read.
        """
        try:
            found = [_measured("", name, path) for name, path in self._found()]
        except OSError as error:
            raise explain("read", self._outputs, error) from error
        self._store.write(lambda db: gallery_index.rebuild(db, found, self._lies)).result()

    def _found(self) -> list[tuple[str, Path]]:
        """Return the names and places of all files, oldest first."""
        files = [path for path in self._outputs.rglob("*") if _kept(path)]
        files.sort(key=lambda path: path.stat().st_mtime)
        names = [(path.relative_to(self._outputs).as_posix(), path) for path in files]
        return [(name, path) for name, path in names if not f"/{name}".count("/.")]

    def _lies(self, name: str, source: str) -> bool:
        """Tell whether a file is at its place, or still where its job saved it."""
        return (self._outputs / name).is_file() or bool(source and (self._work / source).is_file())


def _measured(node: str, name: str, path: Path) -> Saved:
    stat = path.stat()
    return Saved(node, name, stat.st_size, *pixels(path), stat.st_mtime)


def _kept(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
