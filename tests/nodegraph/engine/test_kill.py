"""Server, worker or both are killed a hundred times, and once at each moment that matters;
afterwards no job and no file is lost."""

import os
import random
import signal
import time
from contextlib import suppress

import pytest

from nodegraph.engine.settings import Settings
from tests.nodegraph.engine.killing import WAIT, Server, check, workflow

ROUNDS, PARTS = 100, 4
VICTIMS = {"worker": 8, "server": 1, "both": 1}
JOBS = (0, 1, 1, 2, 3)
"""Jobs that begin before the kill; none: it falls while a worker starts, or anywhere."""
MOMENT = 0.03
"""Seconds after the last of them has begun."""


class Client:
    """Submits jobs until each was answered, and kills what works on them."""

    def __init__(self, folder, seed):
        self.random = random.Random(seed)
        self.folder = folder
        self.wanted = 0
        self.accepted = {}
        self.server = Server(folder)

    def disturb(self):
        """Submit a few jobs, and kill something at some moment after one has begun."""
        self.wanted += self.random.randint(1, 6)
        self.server.catch_up()
        self.submit()
        jobs = self.random.choice(JOBS)
        for _ in range(jobs):
            if not self.server.hear("running", end=("left", "0")):
                break
        time.sleep(self.random.uniform(0, MOMENT if jobs else 10 * MOMENT))
        (victim,) = self.random.choices([*VICTIMS], [*VICTIMS.values()])
        if victim != "server" and self.server.worker:
            with suppress(ProcessLookupError):
                os.kill(self.server.worker, signal.SIGKILL)
        if victim != "worker":
            self.server.process.kill()
            self.renew()

    def submit(self):
        """Ask for all that was not answered: what is asked for twice is one job."""
        for number in range(self.wanted):
            if str(number) not in self.server.accepted | self.accepted:
                self.server.ask("accept", str(number), workflow(number))

    def renew(self):
        self.server.end()
        self.accepted |= self.server.accepted
        self.server = Server(self.folder)

    def finish(self):
        """Let all jobs end undisturbed."""
        self.submit()
        while len(self.server.accepted | self.accepted) < self.wanted:
            self.server.hear("accepted")
        self.renew_in_order()
        self.server.hear("left", "0")
        self.renew_in_order()
        self.server.ask("stop")
        self.renew_in_order(last=True)

    def renew_in_order(self, last=False):
        self.server.ask("stop")
        self.server.end()
        self.accepted |= self.server.accepted
        if not last:
            self.server = Server(self.folder)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_lost_and_nothing_is_twice_whatever_is_killed(tmp_path, part):
    seed = random.randrange(10**6) * PARTS + part
    client = Client(tmp_path, seed)
    try:
        for _ in range(ROUNDS // PARTS):
            client.disturb()
        client.finish()
        check(Settings(tmp_path), client.accepted)
    except BaseException as error:
        error.add_note(f"the seed was {seed}")
        raise
    finally:
        client.server.process.kill()


@pytest.mark.parametrize(
    "moment",
    [
        "before Store.accept",
        "after Store.accept",
        "after Store.take",
        "after Gallery.begin",
        "before Gallery.measure",
        "before Store.end",
        "after Store.end",
        "after gallery.move",
        "before Gallery.discard",
        "after Gallery.publish",
    ],
)
def test_a_server_that_is_killed_at_this_very_moment_loses_nothing(tmp_path, moment):
    killed = Server(tmp_path, moment.split())
    killed.ask("accept", "0", workflow(0))
    killed.process.wait(WAIT)
    killed.end()

    again = Server(tmp_path)
    again.ask("accept", "0", workflow(0))
    again.hear("accepted", "0")
    again.hear("left", "0")
    again.ask("stop")
    again.end()

    assert killed.process.returncode == -signal.SIGKILL
    (job,) = check(Settings(tmp_path), killed.accepted | again.accepted)
    assert job.state == "done"
