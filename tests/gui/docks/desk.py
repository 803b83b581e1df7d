"""An engine of paper: the questions that docks ask, answered at once from lists."""

from dataclasses import replace

from PySide6.QtCore import QBuffer, QObject, Signal
from PySide6.QtGui import QImage

from nodegraph.engine.jobs import Job, JobPage, Output, OutputPage
from nodegraph.errors import NodegraphError


class Desk(QObject):
    """Answers like ``gui.bridge.engine.Engine``; ``asked`` has what it was asked."""

    job_changed = Signal(object)
    told = Signal(str, object)
    jobs_changed = Signal()
    outputs_changed = Signal()

    def __init__(self):
        super().__init__()
        self.all, self.saved, self.asked, self.held = {}, [], [], None

    def ask(self, method, *args, then=None, failed=None, **kwargs):
        self.asked.append((method, args, kwargs))
        if self.held is not None:
            self.held.append(lambda: self._answer(method, args, kwargs, then, failed))
        else:
            self._answer(method, args, kwargs, then, failed)

    def hold(self):
        """Answer nothing until ``let_go``."""
        self.held = []

    def let_go(self):
        held, self.held = self.held, None
        for answer in held:
            answer()

    def _answer(self, method, args, kwargs, then, failed):
        try:
            answer = getattr(self, f"_{method}")(*args, **kwargs)
        except NodegraphError as error:
            if failed is not None:
                failed(error)
        else:
            if then is not None:
                then(answer)

    # Jobs

    def add(self, *states, batch="", title="frogs.json", **fields):
        """Add jobs in these states, and give them."""
        made = []
        for state in states:
            number = len(self.all) + 1
            facts = {"submitted": 0.0, "position": float(number)} | fields
            job = Job(f"{number:032x}", number, batch or f"b{number}", title, state, **facts)
            self.all[job.id] = job
            made.append(job)
        return made

    def count(self, method):
        return sum(name == method for name, *_ in self.asked)

    def _jobs(self, *, state, limit, order="newest"):
        found = tuple(job for job in self.all.values() if job.state in state)
        return JobPage(found[:limit], len(found))

    def _workflow(self, id):
        return {"nodegraph": 1, "nodes": {}}

    def _cancel(self, id):
        self.all[id] = replace(self.all[id], state="cancelled", finished=4e9)
        return self.all[id]

    def _cancel_all(self):
        return []

    def _again(self, id):
        if self.all[id].title == "gone":
            raise NodegraphError("there is no such workflow; submit it again")
        return []

    def _delete(self, id):
        del self.all[id]

    def _move(self, id, *, before="", last=False):
        others = [job.position for job in self.all.values()]
        position = max(others) + 1 if last else self.all[before].position - 0.5
        self.all[id] = replace(self.all[id], position=position)
        return self.all[id]

    # Outputs

    def save(self, count):
        """Add outputs, and give them."""
        first = self.saved[-1].id + 1 if self.saved else 1
        made = [
            Output(id, f"job{id}", "save", f"frogs_{id:05}.png", 1000, 64, 48, float(id))
            for id in range(first, first + count)
        ]
        self.saved += made
        return made

    def _outputs(self, *, text="", limit=50, offset=0):
        found = [output for output in reversed(self.saved) if text in output.name]
        return OutputPage(tuple(found[offset : offset + limit]), len(found))

    def _thumbnail(self, output, *, side):
        if output.name.startswith("lost"):
            raise NodegraphError("its file is gone")
        picture = QImage(output.width, output.height, QImage.Format.Format_RGB32)
        picture.fill(output.id * 97 % 2**24)
        data = QBuffer()
        picture.save(data, "PNG")
        return data.data().data()

    def _fetch(self, output, folder):
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / output.name
        path.write_bytes(b"the picture")
        return path

    def _recipe(self, output):
        return {"nodegraph": 1, "nodes": {}}

    def _remove(self, output):
        self.saved.remove(output)
