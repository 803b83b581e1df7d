"""A server without HTTP for ``test_kill``: told what to accept by lines, and tells what happens.

It says ``ready``, ``worker PID``, ``accepted REQUEST ID``, ``running ID``, and ``left COUNT`` of
the jobs that have not ended; it hears ``accept REQUEST WORKFLOW`` and ``stop``.
"""

import asyncio
import json
import os
import signal
import sys
import uuid
from concurrent.futures import Future
from pathlib import Path

from nodegraph.engine import gallery
from nodegraph.engine.dispatch import Dispatcher
from nodegraph.engine.feed import Feed
from nodegraph.engine.gallery import Gallery
from nodegraph.engine.jobs import Accepted
from nodegraph.engine.process import Machine
from nodegraph.engine.settings import Settings
from nodegraph.engine.store import Store

OWNERS = {"Store": Store, "Gallery": Gallery, "gallery": gallery}


def say(*words):
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


async def listen(store, dispatcher):
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    tasks = set()
    while (line := (await reader.readline()).decode()) not in ("", "stop\n"):
        _, request, text = line.split(maxsplit=2)
        tasks.add(asyncio.create_task(accept(store, dispatcher, request, text)))


async def accept(store, dispatcher, request, text):
    job = Accepted(uuid.uuid4().hex, "", request, text, text, {}, request=request)
    (job,) = await asyncio.wrap_future(store.accept([job]))
    say("accepted", request, job.id)
    left(store)
    dispatcher.wake()


async def tell(feed, store, dispatcher):
    reader, known = feed.reader(0), 0
    while True:
        for entry in (await reader.next()).entries:
            data = json.loads(entry.text)
            if data["type"] == "job" and data["job"]["state"] == "running":
                say("running", data["job"]["id"])
            elif data["type"] == "job":
                left(store)
            elif data["type"] == "workers" and data["workers"][0]["state"] == "idle":
                pid = dispatcher._lanes[0].worker.link.pid
                if pid not in (known, None):
                    say("worker", pid)
                known = pid


def left(store):
    counts = store.counts()
    say("left", counts.get("queued", 0) + counts.get("running", 0))


async def main(folder):
    settings = Settings(folder, devices=("toy:0",))
    store, feed = Store(settings.database), Feed()
    dispatcher = Dispatcher(store, Gallery(settings, store), feed, settings, Machine(settings))
    telling = asyncio.create_task(tell(feed, store, dispatcher))
    await dispatcher.start()
    say("ready")
    left(store)
    await listen(store, dispatcher)
    await dispatcher.stop()
    telling.cancel()
    store.close()


def run():
    """Serve. Called from ``python -c``, so that workers need not import a main module too."""
    if sys.argv[2:]:
        die(*sys.argv[2:])
    asyncio.run(main(Path(sys.argv[1])))


def die(when, where):
    """Have this process killed before or after a function, what that writes being on the disk."""
    owner, _, name = where.partition(".")
    function = getattr(OWNERS[owner], name)

    def deadly(*args):
        if when == "after":
            result = function(*args)
            if isinstance(result, Future):
                result.result()
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(OWNERS[owner], name, deadly)
