"""Jobs on the machines of a cluster: several nodes of Ray's on this one, without a GPU.

Ray takes some ten seconds to start; all tests of this file share one cluster.
"""

import asyncio
import gc
import os

import pytest

from nodegraph.engine.ray.cluster import Cluster, Room, room
from nodegraph.engine.ray.library import QUIET
from nodegraph.engine.settings import Settings
from tests.nodegraph.engine.dispatching import SAVE, opened
from tests.nodegraph.engine.workers import PACK, node

ray = pytest.importorskip("ray", reason="Ray is not installed; it is the extra 'ray'")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


class Nodes:
    """A head that computes nothing, and nodes that have room for one worker each."""

    def __init__(self):
        from ray.cluster_utils import Cluster as Local

        head = {"num_cpus": 0, "include_dashboard": False, "object_store_memory": 80 << 20}
        self.local = Local(initialize_head=True, head_node_args=head)
        ray.init(address=self.local.address, log_to_driver=False, logging_level="error")

    def add(self):
        return self.local.add_node(num_cpus=1, object_store_memory=80 << 20)

    def end(self):
        ray.shutdown()
        self.local.shutdown()


@pytest.fixture(scope="module")
def nodes():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(PACK))
        for name, value in QUIET.items():
            patch.setenv(name, value)
        nodes = Nodes()
        try:
            nodes.victim, _ = nodes.add(), nodes.add()
            yield nodes
        finally:
            nodes.end()
            gc.collect()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("engine")


@pytest.fixture(scope="module")
def run(nodes, folder):
    """Give what runs a test with the engine, which is the same for all of them."""
    settings = Settings(folder, devices=("toy:0",), ray="auto")
    with asyncio.Runner() as runner:
        opening = opened(settings, Cluster)
        engine = runner.run(opening.__aenter__())
        try:
            yield lambda test: runner.run(ready(engine, test))
        finally:
            runner.run(opening.__aexit__(None, None, None))


async def ready(engine, test):
    await engine.until(lambda: engine.states() == ["idle", "idle"])
    return await test(engine)


def saving(number):
    return {"n": node("toy.number", value=number), "save": node("toy.save", VALUE="n.int")}


def held(until, number):
    """Return nodes that save a number once there is a file."""
    nodes = saving(number) | {"wait": node("toy.wait", until=str(until))}
    return dict(reversed(nodes.items()))  # it waits first


def texts(engine, jobs):
    return [engine.gallery.path(o.id).read_text() for job in jobs for o in job.outputs]


def names(engine):
    return {worker.name for worker in engine.dispatcher.workers()}


async def two_begun(engine, ids):
    """Wait until each worker runs a job and has another one."""
    await engine.until(lambda: engine.store.counts().get("running") == 4)
    await engine.until(lambda: sum(map(engine.started, ids)) == 2)


def test_two_workers_share_the_jobs_and_files_come_back(run, folder):
    async def test(engine):
        ids = [await engine.accept(saving(n)) for n in range(8)]
        jobs = [await engine.ended(id) for id in ids]
        await engine.ended(await engine.accept({"d": node("toy.device")}))
        return jobs, texts(engine, jobs), engine.feed.shown, names(engine)

    jobs, saved, previews, workers = run(test)

    assert [job.state for job in jobs] == ["done"] * 8
    assert saved == [str(n) for n in range(8)]
    assert {job.worker for job in jobs} == workers
    assert previews == 1
    assert list((folder / "work").iterdir()) == []


def test_files_that_a_workflow_reads_go_along(run, folder):
    (folder / "uploads").mkdir()
    (folder / "uploads" / "word.txt").write_text("hello")
    read = {"r": node("toy.read", path="word.txt"), "d": node("toy.device", ASKED="r.str")}

    async def test(engine):
        return await engine.ended(await engine.accept(read))

    assert run(test).state == "done"


def test_jobs_are_cancelled_that_run_and_that_wait_at_a_worker(run, tmp_path):
    async def test(engine):
        ids = [await engine.accept(held(tmp_path / "never", n)) for n in range(5)]
        await two_begun(engine, ids)
        await engine.dispatcher.cancel(None)
        jobs = [await engine.ended(id) for id in ids]
        return jobs, await engine.ended(await engine.accept(SAVE))

    jobs, after = run(test)

    assert [(job.state, job.outputs) for job in jobs] == [("cancelled", ())] * 5
    assert after.state == "done"


def test_a_lost_device_ends_its_process_and_what_waited_there_runs(run):
    async def test(engine):
        before = names(engine)
        work = ({"l": node("toy.lost")}, *map(saving, range(10, 14)))
        ids = [await engine.accept(nodes) for nodes in work]
        jobs = [await engine.ended(id) for id in ids]
        await engine.until(lambda: names(engine) != before)
        return jobs, texts(engine, jobs)

    jobs, saved = run(test)

    assert [job.state for job in jobs] == ["failed", *["done"] * 4]
    assert "illegal memory access" in jobs[0].error.message
    assert sorted(saved) == ["10", "11", "12", "13"]


def test_a_machine_that_dies_in_mid_job_loses_nothing_and_doubles_nothing(run, nodes, tmp_path):
    go = tmp_path / "go"

    async def test(engine):
        before = engine.store.outputs().total
        ids = [await engine.accept(held(go, 20 + n)) for n in range(4)]
        await two_begun(engine, ids)
        await asyncio.to_thread(nodes.local.remove_node, nodes.victim, allow_graceful=False)
        await engine.until(lambda: engine.store.counts().get("queued", 0) == 2)
        go.touch()
        jobs = [await engine.ended(id) for id in ids]
        return jobs, texts(engine, jobs), engine.store.outputs().total - before

    jobs, saved, outputs = run(test)

    assert [job.state for job in jobs] == ["done"] * 4
    assert saved == ["20", "21", "22", "23"]
    assert outputs == 4
    assert sorted(job.attempts for job in jobs) == [1, 1, 2, 2]
    assert any("lost with its machine" in job.note for job in jobs)


def test_every_gpu_is_a_worker_or_every_cpu_where_there_is_none():
    assert room({"GPU": 8.0, "CPU": 64.0}, None) == Room("GPU", 8)
    assert room({"GPU": 8.0, "CPU": 64.0}, ("cpu",)) == Room("CPU", 64)
    assert room({"CPU": 2.0}, None) == Room("CPU", 2)


def test_nothing_phones_home(nodes):
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"
