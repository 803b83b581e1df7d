"""How a toy box is stored on disk."""

from tests.nodegraph.toys import Box


def dump(box: Box) -> bytes:
    return str(box.number).encode()


def load(data: bytes) -> Box:
    return Box(int(data))
