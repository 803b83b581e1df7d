import os
import subprocess
import sys

from nodegraph.engine.ray.den import PREFIX, YOUNG, Den

KILLED = """
import os, signal, sys
from pathlib import Path
from nodegraph.engine.ray.den import Den
den = Den(Path(sys.argv[1]))
(den.folder / "left").touch()
print(den.folder, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def age(folder):
    then = folder.stat().st_mtime - 2 * YOUNG
    os.utime(folder, (then, then))


def test_the_folder_of_a_killed_worker_is_removed_and_that_of_a_living_one_is_not(tmp_path):
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    killed = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    living = Den(tmp_path)
    for folder in tmp_path.iterdir():
        age(folder)
    newest = Den(tmp_path)
    assert os.path.basename(killed) not in os.listdir(tmp_path)
    assert {living.folder, newest.folder} == set(tmp_path.iterdir())
    living.leave()
    newest.leave()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_a_lock_is_removed_and_a_link_is_not_gone_into(tmp_path):
    elsewhere, dens = tmp_path / "elsewhere", tmp_path / "dens"
    for folder in (elsewhere, dens, dens / f"{PREFIX}unlocked"):
        folder.mkdir()
    (elsewhere / "alive").write_text("mine")
    (dens / f"{PREFIX}link").symlink_to(elsewhere)
    for folder in (elsewhere, dens / f"{PREFIX}unlocked"):
        age(folder)

    Den(dens).leave()

    assert [one.name for one in dens.iterdir()] == [f"{PREFIX}link"]
    assert (elsewhere / "alive").read_text() == "mine"
