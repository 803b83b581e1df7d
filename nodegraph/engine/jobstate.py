"""The states of a job; apart, since the command line names them before anything is loaded."""

from __future__ import annotations

from typing import Literal

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
ENDED: tuple[JobState, ...] = ("done", "failed", "cancelled")
