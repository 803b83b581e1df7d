import os
import pty
import re
import signal

from nodegraph.cli.bar import Bar
from nodegraph.cli.job import Job
from nodegraph.cli.output import Output
from nodegraph.execution import events
from nodegraph.workflow import load

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def test_a_terminal_shows_the_title_of_the_node_that_works(start, endless):
    terminal, inner = pty.openpty()
    os.set_inheritable(inner, True)
    process = start("run", endless, stderr=inner)
    os.close(inner)
    shown = ""
    while "Treadmill" not in CONTROL.sub("", shown):
        shown += os.read(terminal, 4096).decode(errors="replace")
    process.send_signal(signal.SIGINT)
    while "endless.json: stopped" not in CONTROL.sub("", shown):
        shown += os.read(terminal, 4096).decode(errors="replace")
    assert process.wait(timeout=20) == 130
    assert shown.count("\x1b[?25h") == shown.count("\x1b[?25l") > 0
    os.close(terminal)


def bar_for(path):
    bar = Bar(Output())
    bar.job = Job(path.name, 1, 1, load(path))
    return bar


def shown(bar):
    bar.sync()
    (task,) = bar.drawing.tasks
    return task.description, task.fields["count"]


def test_a_zone_shows_its_steps_while_its_body_works(endless):
    bar = bar_for(endless)
    bar(events.NodeStarted("", "outer"))
    bar(events.Progress("", "outer", 3, 8))
    bar(events.NodeStarted("", "one", (3,)))
    assert shown(bar) == ("Repeat", "3/8")


def test_a_node_without_steps_shows_its_title_and_its_turn(endless):
    bar = bar_for(endless)
    bar(events.NodeStarted("", "one"))
    bar(events.NodeFinished("", "one", 0.1))
    bar(events.NodeStarted("", "inner", (0, 4)))
    assert shown(bar) == ("Treadmill, turn 1.5", "")


def test_a_download_shows_its_size(endless):
    bar = bar_for(endless)
    bar(events.NodeStarted("", "one"))
    bar(events.Progress("", "one", 5 * 2**20, 2**30, note="download"))
    assert shown(bar) == ("Integer (download)", "5 of 1,024 MiB")
