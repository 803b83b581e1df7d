import copy
import json
from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nodegraph.comfy.bringing.bring import bring
from nodegraph.comfy.exporting.api import ExportError, to_api
from nodegraph.comfy.exporting.ui import to_ui
from nodegraph.comfy.files.opening import find
from nodegraph.comfy.site import Site
from nodegraph.comfy.ui.flatten import flatten
from nodegraph.errors import WorkflowError
from nodegraph.workflow import catalogue, dumps, loads
from tests.nodegraph.comfy.prompts import text_to_picture
from tests.nodegraph.comfy.ui.test_flatten import group_node, nested

ODD = [None, True, -1, 0, 4, 2**70, 1.5, float("nan"), "", "x", "Reroute", "KSampler", [], {}]
ODD += [["4", 0], {"0": 1, "1": 2}, "-10", -20, "a" * 300, "workflow/EmptyLatentImage", [[[]]]]
SITE = Site(catalogue())
PROMPT = text_to_picture("a red fox", "euler", "normal")
FOUND = find(json.dumps(PROMPT).encode())
WHOLE = [
    PROMPT,
    to_ui(bring(FOUND.workflow, SITE, FOUND.kind)[0]),
    nested(),
    group_node("workflow>Big"),
]


def places(value, found):
    """Everything in a file that can be put out of order."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(entries):
        found.append((value, key))
        if isinstance(inner, (dict, list)):
            places(inner, found)
    return found


def put_out_of_order(data, draw):
    spots = places(data, [])
    for _ in range(draw(st.integers(1, 6))):
        holder, key = draw(st.sampled_from(spots))
        if key not in (holder if isinstance(holder, dict) else range(len(holder))):
            continue
        act = draw(st.sampled_from(["odd", "gone", "twice"]))
        if act == "odd":
            holder[key] = copy.deepcopy(draw(st.sampled_from(ODD)))
        elif act == "gone":
            del holder[key]
        elif isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_file_that_was_put_out_of_order_opens_or_gets_a_sentence(data):
    body = copy.deepcopy(data.draw(st.sampled_from(WHOLE)))
    put_out_of_order(body, data.draw)
    try:
        found = find(json.dumps(body).encode())
        if found is None:
            return
        flatten(found.workflow)
        graph, report = bring(found.workflow, SITE, found.kind)
    except WorkflowError:
        return
    assert len(report.rows) >= len({row.id for row in report.rows})
    text = dumps(graph)
    graph = loads(text)
    assert dumps(graph) == text
    with suppress(ExportError):
        to_api(graph)
        to_ui(graph)
