"""A worker in a process of its own, and the server's end of the pipe to it."""

import json
import multiprocessing
import re
from pathlib import Path

from nodegraph.engine.heart import Heart
from nodegraph.engine.messages import Beat, Events, Finished, Ready, Start, decode, encode
from nodegraph.engine.outbox import Outbox
from nodegraph.engine.settings import Settings
from nodegraph.engine.worker import main

PACK = Path(__file__).parent / "pack"
WAIT = 60


def get_stuck(connection):
    """Beat, and then let no other thread run any more."""
    Heart(Outbox(connection), patience=2).open()
    re.match(r"(a+)+$", "a" * 60 + "b")


class Handle:
    """What the server has of a worker; ``pipe`` is its end, ``heard`` all it was told."""

    def __init__(self, folder, **settings):
        context = multiprocessing.get_context("spawn")
        self.folder, self.heard, self.jobs = folder, [], 0
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=main, args=(theirs, Settings(folder, **settings)))
        self.process.start()
        theirs.close()
        self.ready = self.hear(Ready)

    def send(self, message):
        self.pipe.send_bytes(encode(message))

    def hear(self, *kinds, such=lambda message: True):
        """Wait for a message of these kinds."""
        while self.pipe.poll(WAIT):
            message = decode(self.pipe.recv_bytes())
            self.heard.append(message)
            if isinstance(message, kinds) and such(message):
                return message
        raise TimeoutError(f"no {kinds} in {self.heard[-5:]}")

    def hear_event(self, name, **facts):
        """Wait for an event."""

        def has_it(message):
            return any(e["event"] == name and facts.items() <= e.items() for e in message.events)

        return self.hear(Events, such=has_it)

    def start(self, nodes, targets=None, device="auto", **about):
        """Start a job of some nodes, or of the text of a workflow; return the message."""
        self.jobs += 1
        job = f"job{self.jobs}"
        text = nodes if isinstance(nodes, str) else written(nodes)
        out = self.folder / "work" / job
        message = Start(job, text, targets, device, "auto", str(out), str(self.folder), **about)
        self.send(message)
        return message

    def run(self, nodes, targets=None, **about):
        """Run a job to its end."""
        self.start(nodes, targets, **about)
        return self.hear(Finished)

    def events(self, job):
        """Return the events of a job so far, by ``NAME node``."""
        told = [m for m in self.heard if isinstance(m, Events) and m.job == job]
        return [event for message in told for event in message.events]

    def beat(self, such):
        """Wait for a sign of life with such a memory."""
        return self.hear(Beat, such=lambda message: such(message.memory))

    def end(self):
        self.pipe.close()
        self.process.join(WAIT)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        return self.process.exitcode


def written(nodes, subgraphs=None):
    definitions = {name: {"nodes": inner} for name, inner in (subgraphs or {}).items()}
    return json.dumps({"nodegraph": 1, "nodes": nodes, "subgraphs": definitions})


def node(kind, zone="", **params):
    """Return a node; params named in capitals are inputs."""
    inputs = {name.lower(): value for name, value in params.items() if name.isupper()}
    values = {name: value for name, value in params.items() if not name.isupper()}
    return {"type": kind, "params": values, "inputs": inputs} | ({"zone": zone} if zone else {})


def counting(times, value=0):
    """Return nodes that count in a zone, and one that takes the sum."""
    return {
        "zero": node("toy.number", value=value),
        "begin": node("flow.repeat.begin", "z", VALUE="zero.int", times=times),
        "next": node("toy.next", VALUE="begin.value"),
        "end": node("flow.repeat.end", "z", VALUE="next.int"),
        "save": node("toy.save", VALUE="end.value"),
    }
