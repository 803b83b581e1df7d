"""Values by signature, within budgets, and on disk."""

import gc
import weakref
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from nodegraph.execution.cache import Budget, Cache, measure
from nodegraph.execution.disk import Disk
from nodegraph.execution.plan import plan
from nodegraph.execution.run import Executor
from tests.nodegraph import toys
from tests.nodegraph.toys import calls, graph, n


class Device:
    def __init__(self, type):
        self.type = type


class Tensor:
    """Tells its size and place as a tensor does."""

    def __init__(self, nbytes, device="cpu"):
        self.nbytes, self.device = nbytes, Device(device)


@dataclass
class Latent:
    samples: Tensor


@dataclass
class Model:
    weights: Tensor
    shared_memory: bool = True


@pytest.fixture
def step():
    return plan(graph({"one": n("number")}), toys.registry).targets[0]


def names(cache, step):
    return [key for key in (b"a", b"b", b"c", b"d") if cache.get(key, step) is not None]


def test_the_least_recently_used_value_goes_first(step):
    cache = Cache(Budget(ram=300))
    for key in (b"a", b"b", b"c"):
        cache.put(key, (Tensor(100),), step, 0.0)
    cache.get(b"a", step)
    cache.put(b"d", (Tensor(100),), step, 0.0)
    assert names(cache, step) == [b"a", b"c", b"d"]
    assert (cache.ram, len(cache)) == (300, 3)


def test_ram_and_gpu_have_budgets_of_their_own(step):
    cache = Cache(Budget(ram=100, gpu=100))
    cache.put(b"a", (Tensor(100),), step, 0.0)
    cache.put(b"b", (Tensor(100, "cuda"),), step, 0.0)
    cache.put(b"c", (Tensor(100, "cuda"),), step, 0.0)
    assert names(cache, step) == [b"a", b"c"]
    assert (cache.ram, cache.gpu) == (100, 100)


def test_a_value_larger_than_the_budget_is_not_kept_and_drops_nothing(step):
    cache = Cache(Budget(ram=100))
    cache.put(b"a", (Tensor(60),), step, 0.0)
    cache.put(b"b", (Tensor(101),), step, 0.0)
    assert names(cache, step) == [b"a"]


def test_the_values_of_one_device_can_be_dropped(step):
    cache = Cache()
    cache.put(b"a", (Tensor(60),), step, 0.0)
    cache.put(b"b", (Tensor(40, "cuda"),), step, 0.0)
    assert cache.drop("cuda:0") == 40
    assert names(cache, step) == [b"a"]
    assert cache.drop("cpu") == 60
    assert (cache.ram, cache.gpu, len(cache)) == (0, 0, 0)


def test_a_value_put_twice_counts_once(step):
    cache = Cache()
    for _ in range(2):
        cache.put(b"a", (Tensor(60),), step, 0.0)
    assert cache.ram == 60
    cache.clear()
    assert (cache.ram, len(cache)) == (0, 0)


@pytest.mark.parametrize(
    ("value", "ram", "gpu"),
    [
        (Tensor(10), 10, 0),
        (Tensor(10, "cuda"), 0, 10),
        ([Tensor(10), Tensor(5, "cuda")], 74, 5),
        ({"a": Tensor(10)}, 10, 0),
        (Latent(Tensor(10)), 74, 0),
        (Model(Tensor(10)), 64, 0),
        ("abc", 67, 0),
        (object(), 64, 0),
    ],
)
def test_a_value_tells_its_size_and_place(value, ram, gpu):
    assert measure(value) == (ram, gpu)


@pytest.mark.parametrize("ram", [0, 64, 200, 10**9])
def test_a_budget_changes_no_result(ram):
    toy = graph(toys.chain(20))
    executor = Executor(toys.registry, Cache(Budget(ram=ram)))
    assert [executor.run(toy)["last"] for _ in range(3)] == [7, 7, 7]


def test_values_are_freed_after_their_last_use():
    seen = []
    nodes = {"box": n("box", {"value": 1}), "un": n("unbox", box="box.box")}
    nodes["last"] = n("identity", value="un.int")

    def observe(one):
        if one.node == "box":
            seen.append(weakref.ref(one.values["box"]))
        if one.node == "last":
            gc.collect()
            seen.append(seen[0]())

    Executor(toys.registry, Cache(Budget(ram=0))).run(graph(nodes), observe=observe)
    assert seen[1] is None


# The disk


@pytest.fixture
def disk(tmp_path):
    return Disk(tmp_path / "values", seconds=0.0)


def restarted(disk):
    return Executor(toys.registry, Cache(disk=disk))


NODES = {
    "one": n("number", {"value": 4}),
    "text": n("text", {"value": "ä\ud7ff"}),
    "real": n("real", {"value": 0.1}),
    "box": n("box", {"value": 5}),
    "un": n("unbox", box="box.box"),
    "list": n("count"),
}


def test_values_outlive_the_executor(disk):
    restarted(disk).run(graph(NODES), list(NODES))
    calls.clear()
    again = restarted(disk).run(graph(NODES), ["one", "text", "real", "un"])
    assert [again[name] for name in ("one", "text", "real", "un")] == [4, "ä\ud7ff", 0.1, 5]
    assert not calls
    assert restarted(disk).run(graph(NODES), ["box"])["box"].number == 5
    assert not calls


def test_what_no_codec_knows_is_made_again(disk):
    restarted(disk).run(graph(NODES))
    calls.clear()
    assert restarted(disk).run(graph(NODES))["list"] == [0, 1, 2]
    assert calls == {"count": 1}


def test_an_output_that_a_node_left_empty_is_kept_too(disk):
    spec = toys.registry["toy.box"].spec
    disk.put(b"empty", (None,), spec, seconds=1.0)
    assert disk.get(b"empty") == (None,)


def test_effects_are_not_kept_on_disk(disk, tmp_path):
    from nodegraph.execution.context import Options

    nodes = {"one": n("number"), "save": n("write", value="one.int")}
    for _ in range(2):
        restarted(disk).run(graph(nodes), options=Options(out=tmp_path / "out"))
    assert calls["write"] == 2


def test_turns_of_a_zone_are_not_taken_for_one_value(disk):
    nodes = {
        "one": n("number", {"value": 1}),
        "begin": n("toy.repeat.begin", zone="z", value="one.int"),
        "sum": n("add", a="begin.value", b="begin.value"),
        "end": n("toy.repeat.end", zone="z", value="sum.int"),
    }
    for _ in range(2):
        assert restarted(disk).run(graph(nodes), ["sum", "end"])["sum"] == 4


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data + b"0",
        lambda data: data[:5],
        lambda data: b"NGV1\xff\xff\xff\xff",
        lambda data: data[:-1] + b"7",
        lambda data: bytes(len(data)),
    ],
)
def test_damaged_entries_are_made_again(disk, damage):
    toy = graph({"one": n("number", {"value": 12345})})
    restarted(disk).run(toy)
    (file,) = disk.folder.glob("*/*.value")
    file.write_bytes(damage(file.read_bytes()))
    assert restarted(disk).run(toy)["one"] == 12345
    assert restarted(disk).run(toy)["one"] == 12345
    assert calls["number"] == 2


def test_a_disk_that_cannot_be_written_only_keeps_nothing(tmp_path):
    (tmp_path / "file").write_text("in the way")
    disk = Disk(tmp_path / "file" / "values", seconds=0.0)
    assert restarted(disk).run(graph({"one": n("number", {"value": 3})}))["one"] == 3


def test_the_disk_stays_within_its_budget(tmp_path):
    disk = Disk(tmp_path, budget=2000, seconds=0.0)
    for value in range(60):
        restarted(disk).run(graph({"one": n("number", {"value": value})}))
    assert 0 < disk.used() <= 2000
    disk.clear()
    assert disk.used() == 0


def test_what_is_quick_to_make_or_large_is_not_stored(tmp_path):
    for disk in (Disk(tmp_path, seconds=10.0), Disk(tmp_path, seconds=0.0, largest=10)):
        restarted(disk).run(graph({"t": n("text", {"value": "x" * 100})}))
        assert disk.used() == 0


def test_a_file_that_was_moved_is_known_where_it_is_now(tmp_path):
    cache, save = Cache(), SimpleNamespace(spec=SimpleNamespace(effect=True))
    here, there = tmp_path / "here", tmp_path / "there"
    there.touch()
    cache.put(b"save", ([here], 1), save, 0.1)
    cache.put(b"number", (2,), save, 0.1)
    cache.move({here: there})
    assert cache.get(b"save", save) == ([there], 1)
    assert cache.get(b"number", save) == (2,)
