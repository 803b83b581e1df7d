"""What all tests share."""

import os
import signal

import pytest

# Each worker of pytest-xdist has a core; more threads than that only wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Without a screen Qt ends the process; with one, tests need none.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A suite that was started in the background is deaf to Ctrl-C, and so is all it starts; the tests
# of Ctrl-C want it heard.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def far(monkeypatch):
    """A GPU that is made of the processor; the list of where the processor would wait for it."""
    from tests.far.gpu import plugged_in

    with plugged_in(monkeypatch) as waits:
        yield waits
