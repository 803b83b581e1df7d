"""The command line as a process of its own."""

import os
import subprocess
import sys

MAIN = "from nodegraph.cli import main; main()"


def launch(*args, python=(), environment=(), **options):
    """Start ``nodegraph`` with one thread; ``python`` goes to the interpreter."""
    return subprocess.Popen(
        [sys.executable, *python, "-c", MAIN, *map(str, args)],
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"} | dict(environment),
        **{"stdout": subprocess.PIPE} | options,
    )
