import os
import signal

import pytest

from gui.ending import Ending


@pytest.fixture
def ending(qapp):
    made = Ending()
    yield made
    made.close()


@pytest.mark.skipif(os.name == "nt", reason="kill means something else there")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_heard_on_the_thread_of_the_window(qtbot, ending, number):
    with qtbot.waitSignal(ending.asked, timeout=5000):
        os.kill(os.getpid(), number)

    assert signal.getsignal(number) is signal.SIG_DFL


def test_signals_mean_what_they_did_before_once_nobody_hears_them(qapp):
    before = signal.getsignal(signal.SIGTERM)
    Ending().close()

    assert signal.getsignal(signal.SIGTERM) is before
