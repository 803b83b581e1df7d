"""A dispatcher with a store and a gallery, and waiting for what they do."""

import asyncio
import uuid
from contextlib import asynccontextmanager

from nodegraph.engine.dispatch import Dispatcher
from nodegraph.engine.feed import Feed
from nodegraph.engine.gallery import Gallery
from nodegraph.engine.jobs import Accepted
from nodegraph.engine.jobstate import ENDED
from nodegraph.engine.process import Machine
from nodegraph.engine.store import Store
from tests.nodegraph.engine.workers import node, written

WAIT = 120
SAVE = {"n": node("toy.number", value=1), "save": node("toy.save", VALUE="n.int")}


class Engine:
    """A store, a gallery and a dispatcher, and waiting for what they do."""

    def __init__(self, settings, crew=Machine):
        self.settings = settings
        self.store = Store(settings.database)
        self.gallery = Gallery(settings, self.store)
        self.feed, self.read, self.begun = Feed(), 0, set()
        self.dispatcher = Dispatcher(self.store, self.gallery, self.feed, settings, crew(settings))

    async def accept(self, nodes, **fields):
        text = written(nodes)
        job = Accepted(uuid.uuid4().hex, "b", "t", text, text, {}, **fields)
        (job,) = await asyncio.wrap_future(self.store.accept([job]))
        self.dispatcher.wake(job)
        return job.id

    async def until(self, condition):
        reader = self.feed.reader(0)
        async with asyncio.timeout(WAIT):
            while not condition():
                await reader.next()

    async def ended(self, id):
        await self.until(lambda: self.store.job(id).state in ENDED)
        return self.store.job(id)

    async def running(self, id):
        await self.until(lambda: self.store.job(id).state == "running" and self.started(id))

    def started(self, id):
        while found := self.feed.since(self.read):
            self.read = found[-1].n
            self.begun |= {one.job for one in found if '"RunStarted"' in one.text}
        return id in self.begun

    def states(self):
        return [worker.state for worker in self.dispatcher.workers()]

    @property
    def process(self):
        return self.dispatcher._lanes[0].worker.link


@asynccontextmanager
async def opened(settings, crew=Machine):
    engine = Engine(settings, crew)
    await engine.dispatcher.start()
    try:
        yield engine
    finally:
        await engine.dispatcher.stop()
        engine.store.close()


def within(settings, test, crew=Machine):
    async def run():
        async with opened(settings, crew) as engine:
            return await test(engine)

    return asyncio.run(run())
