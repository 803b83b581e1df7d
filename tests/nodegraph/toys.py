"""Node types without torch, in a registry of their own, which count their calls."""

from collections import Counter
from collections.abc import Callable, Generator
from functools import wraps
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar

import nodegraph.core_nodes
from nodegraph import ALWAYS, FilePath, Lazy, Multiline, Range, Registry, Seed, current, socket
from nodegraph.edits import SetView
from nodegraph.graph import Graph
from nodegraph.registry import Catalogue
from nodegraph.registry import registry as installed
from nodegraph.storage import write_new
from nodegraph.workflow import read

T = TypeVar("T")
R = TypeVar("R")

registry = Registry()
registry.update({name: installed[name] for name in ("graph.input", "graph.output")})
catalogue = Catalogue(registry)
calls: Counter[str] = Counter()
"""How often each toy ran, by the last part of its type id; the conftest empties it."""

assert nodegraph.core_nodes.INPUT in registry


def toy(type_id: str, **traits: Any) -> Callable[[Any], Any]:
    """Register a function that counts its calls."""

    def register(function: Any) -> Any:
        @wraps(function)
        def counted(*args: Any, **params: Any) -> Any:
            calls[type_id.rpartition(".")[2]] += 1
            return function(*args, **params)

        return registry.node(type_id, **traits)(counted)

    return register


@socket(color="#111111", codec="tests.nodegraph.box_codec")
class Box:
    """An object one can hold weakly, and store."""

    def __init__(self, number: int) -> None:
        self.number = number


class Parts(NamedTuple):
    whole: int
    rest: float | None


class Round(NamedTuple, Generic[T]):
    index: int
    value: T


class Item(NamedTuple, Generic[T]):
    index: int
    item: T


class Both(NamedTuple):
    a: int
    b: int


@toy("toy.number")
def number(*, value: int = 0) -> int:
    """Give a whole number."""
    return value


@toy("toy.real")
def real(*, value: Annotated[float, Range(-1000.0, 1000.0, step=0.5)] = 0.0) -> float:
    return value


@toy("toy.text")
def text(*, value: Multiline = "", color: Literal["red", "green"] = "red") -> str:
    return value


@toy("toy.add")
def add(a: int, b: int, *, plus: int = 0) -> int:
    """Add two numbers.

    Args:
        a: The one.
        plus: What is added besides,
            on two lines.
    """
    return a + b + plus


@toy("toy.scale")
def scale(x: float, *, factor: float = 2.0) -> float:
    return x * factor


@toy("toy.length")
def length(text: str) -> int:
    return len(text)


@toy("toy.identity")
def identity(value: T) -> T:
    return value


@toy("toy.pair")
def pair(first: T, second: T) -> list[T]:
    return [first, second]


@toy("toy.gather")
def gather(*items: T) -> list[T]:
    return list(items)


@toy("toy.total")
def total(numbers: list[int]) -> int:
    return sum(numbers)


@toy("toy.floats")
def floats(numbers: list[float]) -> list[float]:
    return numbers


@toy("toy.count")
def count(*, stop: int = 3) -> list[int]:
    return list(range(stop))


@toy("toy.either")
def either(x: int | str) -> str:
    return f"{type(x).__name__} {x}"


@toy("toy.maybe")
def maybe(value: int | None = None) -> int:
    return -1 if value is None else value


@toy("toy.split")
def split(x: float) -> Parts:
    return Parts(int(x), x - int(x) or None)


@toy("toy.anything")
def anything(value: Any) -> Any:
    return value


@toy("toy.switch")
def switch(if_true: Lazy[T], if_false: Lazy[T], *, condition: bool = True) -> T:
    return if_true.get() if condition else if_false.get()


@toy("toy.below")
def below(x: int, *, limit: int = 1) -> bool:
    return x < limit


@toy("toy.repeat")
def repeat(value: T, *, times: Annotated[int, Range(0, 10000)] = 2) -> Generator[Round[T], T, T]:
    for index in range(times):
        value = yield Round(index, value)
    return value


@toy("toy.for_each", independent=True)
def for_each(items: list[T]) -> Generator[Item[T], R, list[R]]:
    results: list[R] = []
    for index, item in enumerate(items):
        results.append((yield Item(index, item)))
    return results


@toy("toy.two")
def two(a: int, b: int, *, times: int = 3) -> Generator[Both, Both, Both]:
    """Carry two values from turn to turn."""
    both = Both(a, b)
    for _ in range(times):
        both = yield both
    return both


@toy("toy.wrong")
def wrong(a: int) -> Generator[Both, Both, Both]:
    """Yield what it does not declare."""
    yield "nonsense"  # type: ignore[misc]
    return Both(a, a)


@toy("toy.write", effect=True)
def write(value: Any, *, name: str = "value") -> Path:
    """Write a value into a new file."""
    return write_new(current().options.out, name, ".txt", str(value).encode())


shown: list[Any] = []


@toy("toy.show", effect=True)
def show(value: Any) -> None:
    shown.append(value)


@toy("toy.fail")
def fail(value: Any, *, message: str = "it is broken") -> int:
    if message:
        raise RuntimeError(message)
    return 1


@toy("toy.clock", fingerprint=lambda: ALWAYS)
def clock() -> int:
    return calls["clock"]


edition = ["first"]


@toy("toy.edition", fingerprint=lambda *, prefix="": prefix + edition[0])
def edition_of(*, prefix: str = "") -> str:
    return prefix + edition[0]


@toy("toy.read")
def read_text(*, path: FilePath = "") -> str:
    return current().options.resolve(path).read_text()


@toy("toy.seeded")
def seeded(*, seed: Seed = 0) -> int:
    return seed


@toy("toy.box")
def box(*, value: int = 0) -> Box:
    return Box(value)


@toy("toy.unbox")
def unbox(box: Box) -> int:
    return box.number


@toy("toy.slow")
def slow(value: int, *, steps: int = 4) -> int:
    """Tell of every step, as a node that takes long does."""
    for step in range(steps):
        calls["slow steps"] += 1
        current().progress(step + 1, steps)
    return value


@toy("toy.old", version=3, migrations={1: lambda p: {"size": p["width"] * 2}, 2: dict})
def old(*, size: int = 1) -> int:
    return size


def n(
    type_id: str,
    params: dict[str, Any] | None = None,
    *,
    zone: str = "",
    mode: str = "run",
    **inputs: Any,
) -> dict[str, Any]:
    """Return a node as the file has it; ``inputs`` are links."""
    name = type_id if "." in type_id or "/" in type_id else f"toy.{type_id}"
    version = registry[name].spec.version if name in registry else 1
    data: dict[str, Any] = {"type": name, "version": version, "params": params or {}}
    return data | {"zone": zone, "mode": mode, "inputs": inputs}


def graph(nodes: dict[str, Any], subgraphs: dict[str, Any] | None = None) -> Graph:
    """Return the graph of some nodes, and of definitions given as their nodes."""
    definitions = {name: {"nodes": inner} for name, inner in (subgraphs or {}).items()}
    return read({"nodegraph": 1, "nodes": nodes, "subgraphs": definitions}, registry)


INNER = {
    "in": n("graph.input", {"name": "x", "type": "int"}),
    "sum": n("add", a="in.value", b="in.value"),
    "out": n("graph.output", {"name": "y"}, value="sum.int"),
}


def everything(**more: Any) -> Graph:
    """Return a graph with a little of everything; ``more`` adds nodes, one of them ``end``."""
    nodes = {
        "one": n("number", {"value": 1}),
        "two": n("number", {"value": 2}),
        "text": n("text", {"value": "hi"}),
        "sum": n("add", a="one.int", b="two.int"),
        "all": n("gather", items=["one.int", "sum.int"]),
        "odd": n("other.thing", {"x": [1, {"y": None}]}, a="one.int"),
        "free": n("add"),
        "begin": n("toy.repeat.begin", zone="z", value="sum.int"),
        "use": n("subgraph/inner", x="one.int"),
    }
    made = graph(nodes | more, {"inner": INNER})
    made.apply(SetView("nodes", "one", {"pos": [1, 2]}))
    made.apply(SetView("nodes", "ghost", {"pos": [3, 4]}))
    return made


def chain(length: int, type_id: str = "identity") -> dict[str, Any]:
    """Return a number and a chain of nodes after it; the last is ``last``."""
    names = ["start", *(f"n{i}" for i in range(length - 1)), "last"]
    nodes = {names[0]: n("number", {"value": 7})}
    output = "int"
    for before, name in pairwise(names):
        nodes[name] = n(type_id, value=f"{before}.{output}")
        output = "value"
    return nodes
