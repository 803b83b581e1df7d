import asyncio
import json
import struct

from nodegraph.engine.feed import Batch, Feed, Gap
from nodegraph.engine.jobs import Job


def numbers(batch):
    assert isinstance(batch, Batch)
    return [entry.n for entry in batch.entries]


def job(state, **more):
    return Job(id="a" * 32, number=1, batch="b", title="", state=state, submitted=1.0, **more)


def test_a_reader_gets_what_comes_after_it():
    async def watch():
        feed = Feed()
        feed.publish({"type": "old"})
        reader = feed.reader()
        feed.publish({"type": "one"})
        feed.publish({"type": "two"})
        return await reader.next()

    batch = asyncio.run(watch())
    assert [json.loads(entry.text) for entry in batch.entries] == [
        {"n": 2, "type": "one"},
        {"n": 3, "type": "two"},
    ]


def test_a_reader_waits_for_the_next_entry():
    async def watch():
        feed = Feed()
        waiting = asyncio.create_task(feed.reader().next())
        await asyncio.sleep(0)
        assert not waiting.done()
        feed.publish({"type": "one"})
        return await waiting

    assert numbers(asyncio.run(watch())) == [1]


def test_a_reader_that_comes_back_goes_on_where_it_was():
    async def watch():
        feed = Feed()
        for _ in range(5):
            feed.publish({"type": "one"})
        return await feed.reader(3, feed.epoch).next()

    assert numbers(asyncio.run(watch())) == [4, 5]


def test_who_missed_too_much_is_told_of_a_gap_and_goes_on():
    async def watch():
        feed = Feed(count=3)
        reader = feed.reader(0)
        for _ in range(4):
            feed.publish({"type": "one"})
        gap = await reader.next()
        feed.publish({"type": "one"})
        return gap, await reader.next()

    gap, batch = asyncio.run(watch())
    assert gap == Gap(4)
    assert numbers(batch) == [5]


def test_the_ring_is_bounded_in_bytes_too():
    async def watch():
        feed = Feed(size=1000)
        for _ in range(5):
            feed.publish({"type": "x" * 400})
        return await feed.reader(0).next(), await feed.reader(3).next()

    gap, batch = asyncio.run(watch())
    assert gap == Gap(5)
    assert numbers(batch) == [4, 5]


def test_numbers_of_another_life_or_of_the_future_make_a_gap():
    async def watch():
        feed = Feed()
        feed.publish({"type": "one"})
        return await feed.reader(1, "other").next(), await feed.reader(7, feed.epoch).next()

    assert asyncio.run(watch()) == (Gap(1), Gap(1))


def test_a_reader_of_one_job_gets_nothing_of_others():
    async def watch():
        feed = Feed()
        reader = feed.reader(job="a")
        for name in ("b", "a", "b"):
            feed.publish({"type": "event", "job": name})
        feed.publish({"type": "workers"})
        feed.preview("b", "n", b"1")
        feed.preview("a", "n", b"2")
        return await reader.next()

    batch = asyncio.run(watch())
    assert numbers(batch) == [2, 4]
    assert [one.picture for one in batch.previews] == [b"2"]


def test_only_the_newest_preview_of_a_job_is_seen():
    async def watch():
        feed = Feed()
        reader = feed.reader()
        for picture in (b"1", b"2", b"3"):
            feed.preview("a", "node", picture)
        first = await reader.next()
        feed.publish({"type": "one"})
        return first, await reader.next()

    first, second = asyncio.run(watch())
    assert [one.picture for one in first.previews] == [b"3"]
    assert second.previews == ()


def test_a_preview_becomes_a_frame_with_its_place():
    async def frame():
        feed = Feed()
        reader = feed.reader()
        feed.preview("a", "node", b"picture")
        return (await reader.next()).previews[0].frame

    data = asyncio.run(frame())
    (length,) = struct.unpack_from(">I", data)
    assert json.loads(data[4 : 4 + length]) == {"n": 1, "job": "a", "node": "node"}
    assert data[4 + length :] == b"picture"


def test_the_preview_of_a_job_that_ended_is_forgotten():
    async def watch():
        feed = Feed()
        feed.preview("a" * 32, "node", b"picture")
        feed.publish({"type": "job", "job": job("done")})
        return await feed.reader(0).next()

    batch = asyncio.run(watch())
    assert batch.previews == ()
    assert json.loads(batch.entries[0].text)["job"]["state"] == "done"


def test_a_slow_reader_keeps_nobody_waiting():
    async def watch():
        feed = Feed(count=1000)
        slow, quick = feed.reader(0), feed.reader(0)
        seen = 0
        for _ in range(3000):
            feed.publish({"type": "one"})
            seen += len(numbers(await quick.next()))
        return seen, await slow.next()

    seen, gap = asyncio.run(watch())
    assert seen == 3000
    assert gap == Gap(3000)
