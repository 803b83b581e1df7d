import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject

from gui.collecting import MANY, Collector


@pytest.fixture
def collector(qapp):
    made = Collector()
    yield made
    made.stop()
    gc.disable()


def cycle():
    """A QObject that only the collector can free."""
    one = QObject()
    one.itself = one
    return weakref.ref(one)


def busy():
    for _ in range(3 * MANY):
        [[]].append([])


def test_another_thread_never_frees_a_qobject(collector):
    left = cycle()
    thread = threading.Thread(target=busy)
    thread.start()
    thread.join()

    assert left() is not None


def test_qt_s_own_thread_frees_it_once_there_is_enough(collector):
    gc.collect()
    left, kept = cycle(), [[] for _ in range(2 * MANY)]
    collector.look()

    assert left() is None
    assert kept


def test_nothing_is_done_for_a_few_objects(collector):
    gc.collect()
    left = cycle()
    collector.look()

    assert left() is not None
