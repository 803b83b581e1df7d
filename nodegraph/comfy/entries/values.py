"""Classes that give plain values."""

from __future__ import annotations

from nodegraph.comfy.classes import twin_class
from nodegraph.comfy.fields import integer, number, text, yes
from nodegraph.comfy.twin import Twin

FAR = 2**63 - 1

for _name, _type, _output, _kind, _field in (
    ("PrimitiveInt", "value.integer", "int", "INT", integer("value", 0, -FAR, FAR)),
    ("PrimitiveFloat", "value.number", "float", "FLOAT", number("value", 0.0, -FAR, FAR)),
    ("PrimitiveString", "value.text", "str", "STRING", text("value", default="")),
    (
        "PrimitiveStringMultiline",
        "value.text",
        "str",
        "STRING",
        text("value", default="", multiline=True),
    ),
    ("PrimitiveBoolean", "value.boolean", "bool", "BOOLEAN", yes("value", False)),
):
    twin_class(
        _name,
        Twin(_type, {"value": "value"}, (_output,)),
        "Give a value, for all that shall have the same.",
        title=_name,
        category="utils/primitive",
        inputs=[_field],
        outputs=[_kind],
    )
