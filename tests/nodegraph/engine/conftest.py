import uuid

import pytest

from nodegraph.engine.jobs import Accepted
from nodegraph.engine.store import Store


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "engine.db")
    yield store
    store.close()


@pytest.fixture
def accept(store):
    """Accept jobs by their titles, and give them."""

    def accept(*titles, **fields):
        return store.accept([accepted(title, **fields) for title in titles]).result()

    return accept


def accepted(title="job", **fields):
    fields = {"batch": "batch", "submitted": "{}", "resolved": "{}", "values": {}} | fields
    return Accepted(uuid.uuid4().hex, title=title, **fields)
