"""A workflow as a script: plain Python that makes the same thing without Nodegraph.

Which lines a node becomes is known to the pack that declares it, since the core knows no torch.
A pack offers an ``Exporter`` by the entry point group ``nodegraph.export``.
"""

from nodegraph.export.exporter import Emitter, Exporter, ExportError
from nodegraph.export.script import write_script
from nodegraph.export.writer import Part, written

__all__ = ["Emitter", "ExportError", "Exporter", "Part", "write_script", "written"]
