"""An engine of few values, answering at once or when it is told to; and a document that ran."""

import io
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QObject, Signal
from PySide6.QtGui import QColor, QImage

from gui.running.status import Status
from nodegraph.engine.jobs import Job
from nodegraph.errors import NodegraphError

JOB = Job("j" * 32, 3, "b", "toy", "done", 0.0, started=0.0, finished=1.0)
STATISTICS = {
    "dtype": "float32", "device": "cpu", "min": 0.0, "max": 1.0, "mean": 0.5, "std": 0.25,
    "nan": 0, "inf": 0, "histogram": [1, 2, 4, 2],
}  # fmt: skip


def encoded(color, side=16):
    """Return a plain picture as PNG."""
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(data.data())


def npy(array):
    file = io.BytesIO()
    np.save(file, np.asarray(array, np.float32))
    return file.getvalue()


def picture(pixels):
    """Return a picture's description, and its numbers, given (B, H, W, C)."""
    pixels = np.asarray(pixels, np.float32)
    return {"type": "Image", "kind": "image", "shape": list(pixels.shape), **STATISTICS}, pixels


def latent(samples):
    samples = np.asarray(samples, np.float32)
    channels = [
        {"min": float(one.min()), "max": float(one.max()), "mean": 0.0, "std": 0.0}
        for one in samples.swapaxes(0, 1)
    ]
    about = {"type": "Latent", "kind": "latent", "shape": list(samples.shape), **STATISTICS}
    return about | {"channels": channels}, samples


class FakeEngine(QObject):
    """Answers as the engine does.

    Attributes:
        values: By node and output, a description and numbers; or a function of the turn.
        nodes: What ``turns`` answers.
        asked: Every question: method, node, output, and what was said by name.
        held: Answers that wait for ``release``, while ``hold`` is set.
    """

    previewed = Signal(str, str, bytes)

    def __init__(self):
        super().__init__()
        self.values, self.nodes, self.asked = {}, {}, []
        self.hold, self.held = False, []

    def ask(self, method, *args, then=None, failed=None, **kwargs):
        self.asked.append((method, *args[1:], kwargs))

        def answer():
            try:
                found = getattr(self, f"_{method}")(*args[1:], **kwargs)
            except KeyError:
                failed(NodegraphError("the value is not kept any more"))
            else:
                then(found)

        if self.hold:
            self.held.append(answer)
        else:
            answer()

    def release(self):
        held, self.held = self.held, []
        for answer in held:
            answer()

    def count(self, method):
        return sum(one[0] == method for one in self.asked)

    def _value(self, node, output, turn=(), item=()):
        return self._found(node, output, turn, item)[0] | {"bytes": 1234}

    def _data(self, node, output, turn=(), item=(), window=()):
        numbers = self._found(node, output, turn, item)[1]
        if window:
            left, top, width, height = window
            numbers = numbers[:, top : top + height, left : left + width]
        return npy(numbers)

    def _picture(self, node, output, turn=(), item=(), side=256, decoded=False):
        self._found(node, output, turn, item)
        shade = 10 * (turn[-1] if turn else 0) + 40
        return encoded(QColor(shade, 200 if decoded else 0, 0), side=min(side, 64))

    def _turns(self):
        return {"nodes": self.nodes}

    def _found(self, node, output, turn, item):
        found = self.values[node, output]
        about, numbers = found(turn) if callable(found) else found
        for index in item:
            if "items" in about:
                about, numbers = about["items"][index], None
            else:
                numbers = numbers[index : index + 1]
                about = {**about, "shape": list(numbers.shape)}
        return about, numbers


def ran(status, *nodes, job=JOB):
    """Have a status know that a job made nodes' values."""
    for node in nodes:
        status._made[node] = (job.id, 0)
    status.set_run(job, (), "")


def running(job=JOB):
    return replace(job, state="running", finished=None)


def status_of(document):
    return Status(document)
