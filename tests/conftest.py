"""What all tests share."""

import os

# Each worker of pytest-xdist has a core; more threads than that only wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")
