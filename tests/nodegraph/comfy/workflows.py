"""Workflows of ComfyUI's: real ones where there are some, and small ones made here."""

import json
import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("NODEGRAPH_COMFYUI_WORKFLOWS") or "nowhere")
"""A folder of real ones: ``ui`` as the editor saved them, ``api`` as it sent some of them.

They are other people's, so none come along.
"""
TWINS = sorted(path.stem for path in (DATA / "api").glob("*.json"))
EVERY = sorted((DATA / "ui").glob("*.json"))
real = pytest.mark.skipif(
    not EVERY, reason="NODEGRAPH_COMFYUI_WORKFLOWS names no folder of real workflows"
)
BUTTONS = ("choose file to upload", "upload", "Random seed after every gen")
"""What older editors sent with a prompt though no class has it."""


def read_json(kind, name):
    return json.loads((DATA / kind / f"{name}.json").read_text(encoding="utf-8"))


def plain(prompt):
    """A prompt as it counts: classes and inputs, without buttons, old names and None."""
    return {
        node_id: (
            node["class_type"],
            {
                name: old_name(value)
                for name, value in node["inputs"].items()
                if name not in BUTTONS and value is not None
            },
        )
        for node_id, node in prompt.items()
    }


def old_name(value):
    return value.removeprefix("sample_") if isinstance(value, str) else value


def signatures(prompt):
    """Each node with all that feeds it, whatever the ids are."""
    made = {}

    def sign(node_id):
        if node_id not in made:
            class_type, inputs = plain(prompt)[node_id]
            made[node_id] = repr(
                (
                    class_type,
                    sorted(
                        (name, (sign(value[0]), value[1]))
                        if isinstance(value, list)
                        else (name, number(value))
                        for name, value in inputs.items()
                    ),
                )
            )
        return made[node_id]

    return {sign(node_id) for node_id in prompt}


def number(value):
    whole = isinstance(value, int) and not isinstance(value, bool)
    return float(value) if whole else value


def workflow(nodes, links=(), **more):
    """A small file of the editor's, version 0.4."""
    return {"version": 0.4, "nodes": nodes, "links": list(links), "groups": [], **more}


def node(node_id, kind, inputs=(), outputs=(), values=None, **more):
    """A node of it; inputs as ``name:TYPE=link`` or ``name:TYPE``, ``*`` before one of a widget."""
    slots = []
    for text in inputs:
        name, _, link = text.partition("=")
        name, _, type_name = name.partition(":")
        slot = {"name": name.lstrip("*"), "type": type_name, "link": int(link) if link else None}
        slots.append(slot | ({"widget": {"name": name[1:]}} if name[:1] == "*" else {}))
    return {
        "id": node_id,
        "type": kind,
        "pos": [100 * node_id if isinstance(node_id, int) else 0, 50],
        "size": [200, 100],
        "mode": 0,
        "inputs": slots,
        "outputs": [{"name": one, "type": one, "links": []} for one in outputs],
        "widgets_values": values,
        **more,
    }
