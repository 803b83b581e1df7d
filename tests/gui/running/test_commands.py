from types import SimpleNamespace

from gui.running.commands import commands


class Runner:
    """Notes what it is asked to do."""

    def __init__(self):
        self.done = []

    def run(self, status, **how):
        self.done.append(("run", how))

    def stop(self, status):
        self.done.append(("stop", status))

    def again(self, status):
        self.done.append(("again", status))


def made(status, selected=()):
    """Return the commands by id, and what the runner was asked."""
    runner = Runner()
    engine = SimpleNamespace(restart=lambda: None, state=SimpleNamespace(answers=False))
    found = commands(runner, engine, lambda: status, lambda: selected, lambda then: then(5))
    return {command.id: command for command in found}, runner.done


def test_without_a_document_nothing_can_be_run():
    found, done = made(None)
    for name in ("run.all", "run.to", "run.new_seeds", "run.times", "run.again", "run.stop"):
        assert not found[name].enabled()
        found[name].run()
    assert not done
    assert found["engine.restart"].enabled()


def test_what_can_be_done_follows_the_run():
    status = SimpleNamespace(waiting=(), job=None)
    found, _ = made(status, ["a"])
    assert found["run.to"].enabled()
    assert not found["run.stop"].enabled()
    status.waiting, status.job = ("x",), "x"
    assert found["run.stop"].enabled()
    assert found["run.again"].enabled()


def test_commands_run_what_they_say():
    found, done = made(SimpleNamespace(waiting=(), job=None), ["a", "b"])
    for name in ("run.all", "run.to", "run.times"):
        found[name].run()
    assert done == [
        ("run", {"times": 1, "seeds": "keep"}),
        ("run", {"targets": ("a", "b")}),
        ("run", {"times": 5, "seeds": "new"}),
    ]
