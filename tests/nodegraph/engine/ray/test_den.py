import os
import subprocess
import sys

from nodegraph.engine.ray.den import YOUNG, Den

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
