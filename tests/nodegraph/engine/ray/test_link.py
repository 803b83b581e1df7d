"""What the driver says to an actor; a stand-in takes the calls, since Ray takes ten seconds."""

import asyncio
from types import SimpleNamespace

from nodegraph.engine.messages import Cancel, Start, kind_of
from nodegraph.engine.ray.link import ActorLink
from nodegraph.engine.settings import Settings


class StandIn:
    """A cluster of one actor, whose files are in its memory once ``read`` is set."""

    def __init__(self):
        self.read, self.told, self.killed = asyncio.Event(), [], False

    def actor(self, settings):
        never = SimpleNamespace(remote=lambda pace: asyncio.Event().wait())
        hear = SimpleNamespace(options=lambda concurrency_group: never)
        return SimpleNamespace(tell=SimpleNamespace(remote=self.tell), hear=hear)

    async def tell(self, data, given, *contents):
        self.told.append((kind_of(data), [one.name for one in given], contents))

    async def contents(self, folder, given):
        if given:
            await self.read.wait()
        return [(folder / one.name).read_bytes() for one in given]

    def pace(self):
        return 0.0

    def kill(self, actor):
        self.killed = True


def started(folder, test):
    """Run a test with a link to a stand-in, and the uploads it sends."""

    async def run():
        settings = Settings(folder)
        settings.uploads.mkdir()
        (settings.uploads / "a.txt").write_bytes(b"content")
        cluster, died = StandIn(), asyncio.get_running_loop().create_future()
        link = ActorLink(cluster, settings)
        await link.open(print, died.set_result)
        job = Start("j", '{"path": "a.txt"}', None, "cpu", "auto", "out", str(settings.uploads))
        link.send(job)
        await test(cluster, link, settings)
        link.kill()
        return await died

    return asyncio.run(asyncio.wait_for(run(), 10))


def test_a_job_whose_file_is_still_read_holds_up_what_is_said_after_it_and_nobody_else(tmp_path):
    async def test(cluster, link, settings):
        link.send(Cancel("j"))
        await asyncio.sleep(0)
        assert cluster.told == []
        cluster.read.set()
        while len(cluster.told) < 2:
            await asyncio.sleep(0)
        assert cluster.told == [("Start", ["a.txt"], (b"content",)), ("Cancel", [], ())]

    started(tmp_path, test)


def test_a_file_that_is_gone_before_it_is_sent_ends_the_actor_and_says_so(tmp_path):
    async def test(cluster, link, settings):
        await asyncio.sleep(0)
        (settings.uploads / "a.txt").unlink()
        cluster.read.set()
        while not cluster.killed:
            await asyncio.sleep(0)

    death = started(tmp_path, test)
    assert "a.txt" in death.reason
