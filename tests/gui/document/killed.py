"""An editor that makes edits, says how many, and is killed without a word; run with a folder."""

import os
import signal
import sys
from pathlib import Path

from gui.document.document import Document
from gui.document.journal import Journal
from nodegraph.edits import RemoveNode, SetParam
from nodegraph.graph import Graph, Node
from tests.nodegraph.toys import catalogue

graph = Graph(catalogue)
for name in ("one", "two"):
    graph.put(Node(name, "toy.number"))
document = Document(graph)
journal = Journal(document, Path(sys.argv[1]))
for value in range(1, 101):
    document.apply(SetParam("one", "value", value))
document.apply(RemoveNode("two"))
document.undo()
document.undo()
os.kill(os.getpid(), signal.SIGKILL)
