"""An engine as a process of its own, with the toys as an installed pack."""

import json
import signal
from contextlib import contextmanager

from tests.nodegraph.engine.workers import PACK
from tests.nodegraph.programs import launch

WAIT = 60


class Engine:
    """``nodegraph serve`` on a folder; may be ended and started again."""

    def __init__(self, data):
        self.data = data
        self.start()

    def start(self):
        self.data.mkdir(exist_ok=True)
        self.process = launch(
            *("serve", "--data", self.data, "--device", "toy:0"),
            environment={"PYTHONPATH": str(PACK)},
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
