from tests.gui.viewers.conftest import (  # noqa: F401 - the fixtures of viewers are these too
    broken,
    document,
    engine,
    looking,
    looks,
    status,
)
