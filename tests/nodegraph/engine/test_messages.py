from pathlib import Path
from types import MappingProxyType

import pytest

from nodegraph.engine.jobs import Failure
from nodegraph.engine.messages import (
    Answer,
    Beat,
    Cancel,
    Events,
    Finished,
    Free,
    ListModels,
    Look,
    Ready,
    Start,
    Turns,
    decode,
    encode,
)

MESSAGES = [
    Start("j", "{}", ("save",), "auto", "auto", "/out", "/base", ("/a", "/b")),
    Start("j", "{}", None, "cpu", "float32", "/out", "/base"),
    Cancel("j"),
    Free(values=False),
    Look(1, "j", "{}", "cpu", "auto", "/base", "outer/inner", "image", (0, 3), 256),
    Turns(2, "j"),
    ListModels(3),
    Ready("cuda:0", ("cuda:0", "cuda:1"), {"cuda:0": {"name": "GPU", "bytes": 1}}),
    Beat({"process": 12}),
    Events("j", ({"event": "Progress", "preview": 0}, {"event": "RunFinished"}), (b"\xff\xd8",)),
    Finished("j", "failed", Failure("no", "n", "t"), (("save", "a/b.png"),), {"x": "why"}),
    Finished("j", "done", timings={"save": {"seconds": 0.5, "turns": 1, "cached": False}}),
    Answer(1, {"shape": [1, 2]}, b"\0\1"),
    Answer(2, {"error": "it is not kept any more"}),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda m: type(m).__name__)
def test_a_message_comes_back_from_bytes_as_it_was(message):
    assert decode(encode(message)) == message


def test_what_a_pack_says_that_is_not_json_becomes_text():
    data = MappingProxyType({"path": Path("a"), "more": MappingProxyType({"one": 1})})
    assert decode(encode(Answer(1, data))).data == {"path": "a", "more": {"one": 1}}
