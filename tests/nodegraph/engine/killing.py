"""A server that may be killed at any time, and what must be true of its data afterwards."""

import os
import subprocess
import sys
import threading
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from queue import Empty, SimpleQueue

from nodegraph.engine.jobstate import ENDED
from nodegraph.engine.store import Store
from tests.nodegraph.engine.workers import PACK, node, written

SERVER = "from tests.nodegraph.engine.killed_server import run; run()"
ROOT = Path(__file__).parents[3]
WAIT = 60


class Server:
    """The server's process, and what it has said."""

    def __init__(self, folder, moment=()):
        path = os.pathsep.join(map(str, (PACK, ROOT)))
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER, folder, *moment],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": path},
        )
        self.worker = 0
        self.accepted = {}
        self._lines = SimpleQueue()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()
        self.hear("ready")

    def _listen(self):
        for line in self.process.stdout:
            self._lines.put(line.split())

    def ask(self, *words):
        with suppress(BrokenPipeError):
            self.process.stdin.write(" ".join(words) + "\n")
            self.process.stdin.flush()

    def hear(self, *wanted, end=()):
        """Take in what it says until it says this, or the end, and tell whether it was this."""
        while True:
            words = self._lines.get(timeout=WAIT)
            self._note(words)
            if words[: len(wanted)] == list(wanted):
                return True
            if words == list(end):
                return False

    def catch_up(self):
        """Take in what it has said already."""
        with suppress(Empty):
            while True:
                self._note(self._lines.get_nowait())

    def _note(self, words):
        if words[0] == "worker":
            self.worker = int(words[1])
        elif words[0] == "accepted":
            self.accepted[words[1]] = words[2]

    def end(self):
        """Wait for its end, and take in the last it has said."""
        self.process.stdin.close()
        self.process.wait(WAIT)
        self._thread.join(WAIT)
        self.process.stdout.close()
        self.catch_up()


def workflow(number):
    """Return one whose job leaves two files that say its number."""
    save = node("toy.save", VALUE="n.int")
    return written({"n": node("toy.number", value=number), "a": save, "b": save})


def check(settings, accepted):
    """See that every accepted job ended, with its files and no others; give the jobs."""
    with closing(Store(settings.database)) as store:
        page = store.jobs(limit=10**6)
        jobs = {job.title: job for job in page.jobs}
        outputs = {o.name: o for o in store.outputs(limit=10**6).outputs}
    assert len(jobs) == page.total
    assert {request: job.id for request, job in jobs.items()} == accepted
    assert {job.state for job in page.jobs} <= set(ENDED)
    for job in page.jobs:
        said = Counter((settings.outputs / output.name).read_text() for output in job.outputs)
        assert said == ({job.title: 2} if job.state == "done" else {}), job
        assert job.state == "done" or "it was begun 3 times" in job.error.message, job
    on_disk = [path for path in settings.outputs.rglob("*") if path.is_file()]
    assert {path.relative_to(settings.outputs).as_posix() for path in on_disk} == set(outputs)
    assert list(settings.work.iterdir()) == []
    return page.jobs
