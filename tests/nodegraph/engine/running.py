"""An engine as a process of its own, with the toys as an installed pack."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager

from tests.nodegraph.engine.workers import PACK

MAIN = "from nodegraph.cli import main; main()"
WAIT = 60


class Engine:
    """``nodegraph serve`` on a folder; may be ended and started again."""

    def __init__(self, data):
        self.data = data
        self.start()

    def start(self):
        command = [sys.executable, "-c", MAIN, "serve", "--data", str(self.data)]
        environment = os.environ | {"PYTHONPATH": str(PACK), "OMP_NUM_THREADS": "1"}
        self.data.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [*command, "--device", "toy:0"],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=self.data,  # where no other pack is found before the toys
        )
        ready = json.loads(self.process.stdout.readline())
        self.url, self.token = ready["url"], ready["token"]

    def end(self, number=signal.SIGTERM):
        if self.process.returncode is None:
            self.process.send_signal(number)
            self.process.wait(WAIT)
            self.process.stdout.close()


@contextmanager
def running(data):
    engine = Engine(data)
    try:
        yield engine
    finally:
        engine.end(signal.SIGKILL)


def workflow(**nodes):
    return {"nodegraph": 1, "nodes": nodes}


def node(type_id, params=None, **inputs):
    return {"type": f"toy.{type_id}", "params": params or {}, "inputs": inputs}


SAVE = workflow(a=node("number", {"value": 1}), save=node("save", value="a.int"))
"""A number in a file."""


def waiting(until):
    """Return a workflow that runs until there is a file."""
    return workflow(wait=node("wait", {"until": str(until)}))
