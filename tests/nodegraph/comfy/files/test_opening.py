import io
import json
import struct
import zlib
from contextlib import suppress

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from nodegraph.comfy.files.opening import find
from nodegraph.errors import WorkflowError
from tests.nodegraph.comfy.workflows import node, workflow

WORKFLOW = workflow([node(1, "VAEDecode")])
PROMPT = {"1": {"class_type": "VAEDecode", "inputs": {"a": 1}, "is_changed": float("nan")}}
PARAMETERS = "a red fox\nNegative prompt: blue\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 3"


def png(**texts):
    info = PngInfo()
    for name, text in texts.items():
        info.add_text(name, text)
    return saved("PNG", pnginfo=info)


def saved(form, **options):
    buffer = io.BytesIO()
    Image.new("RGB", (2, 2)).save(buffer, form, **options)
    return buffer.getvalue()


def chunk(name, body):
    checked = name + body
    return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))


def after(data, name, body):
    """A PNG with one more chunk before its last."""
    return data[:-12] + chunk(name, body) + data[-12:]


def container(form, codec, kind, **tags):
    buffer = io.BytesIO()
    options = {"movflags": "use_metadata_tags"} if form == "mp4" else {}
    with av.open(buffer, "w", format=form, options=options) as out:
        out.metadata.update(tags)
        stream = out.add_stream(codec, rate=8 if kind == "video" else 48000)
        if kind == "video":
            stream.width = stream.height = 16
            stream.pix_fmt = "yuv420p"
            frame = av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), "rgb24")
        else:
            silence = np.zeros((1, 4096), np.int16)
            frame = av.AudioFrame.from_ndarray(silence, "s16", "mono")
            frame.sample_rate = 48000
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)
    return buffer.getvalue()


SOUND = container("flac", "flac", "audio", workflow=json.dumps(WORKFLOW))


def kind_of(data):
    found = find(data)
    return found and (found.kind, [one.type for one in found.workflow.graph.nodes.values()])


def test_a_workflow_counts_before_a_prompt_and_a_prompt_before_parameters():
    texts = {"parameters": PARAMETERS, "prompt": json.dumps(PROMPT)}
    assert kind_of(png(**texts)) == ("prompt", ["VAEDecode"])
    assert kind_of(png(**texts, workflow=json.dumps(WORKFLOW))) == ("workflow", ["VAEDecode"])
    assert kind_of(png(parameters=PARAMETERS))[0] == "parameters"


def test_json_files_are_workflows_or_prompts():
    assert kind_of(json.dumps(WORKFLOW).encode())[0] == "workflow"
    assert kind_of(json.dumps(PROMPT).encode())[0] == "prompt"
    assert kind_of(b'{"nodegraph": 1, "nodes": {}}') is None
    assert kind_of(b'{"some": "thing"}') is None


def test_a_picture_without_a_workflow_has_none():
    assert kind_of(png()) is None
    with pytest.raises(WorkflowError, match="it is not JSON"):
        find(png(prompt="a red fox"))


@pytest.mark.parametrize("name", [b"tEXt", b"zTXt", b"iTXt", b"comf"])
def test_png_has_it_in_chunks_of_text_and_animations_in_one_of_their_own(name):
    text = json.dumps(WORKFLOW).encode()
    body = {
        b"tEXt": text,
        b"comf": text,
        b"zTXt": b"\0" + zlib.compress(text),
        b"iTXt": b"\1\0\0\0" + zlib.compress(text),
    }[name]
    assert kind_of(after(png(), name, b"workflow\0" + body))[0] == "workflow"


def test_webp_has_it_in_exif():
    exif = Image.Exif()
    exif[0x0110] = "prompt:" + json.dumps(PROMPT)
    exif[0x010F] = "workflow:" + json.dumps(WORKFLOW)
    assert kind_of(saved("WEBP", exif=exif))[0] == "workflow"


def test_jpeg_has_the_text_of_a1111_in_the_user_comment():
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + PARAMETERS.encode("utf-16-be")
    assert kind_of(saved("JPEG", exif=exif))[0] == "parameters"


@pytest.mark.parametrize(
    ("form", "codec", "kind"),
    [
        ("flac", "flac", "audio"),
        ("mp4", "mpeg4", "video"),
        ("webm", "libvpx-vp9", "video"),
    ],
)
def test_films_and_sounds_have_it_in_tags(form, codec, kind):
    data = container(form, codec, kind, workflow=json.dumps(WORKFLOW), prompt=json.dumps(PROMPT))
    assert kind_of(data) == ("workflow", ["VAEDecode"])


def test_json_inside_json_is_unwrapped():
    assert kind_of(png(workflow=json.dumps(json.dumps(WORKFLOW))))[0] == "workflow"


def test_latents_have_it_in_their_header():
    header = json.dumps({"__metadata__": {"workflow": json.dumps(WORKFLOW)}}).encode()
    assert kind_of(len(header).to_bytes(8, "little") + header)[0] == "workflow"


def test_svg_has_it_in_its_metadata():
    body = json.dumps({"workflow": WORKFLOW})
    text = f"<svg><metadata><![CDATA[{body}]]></metadata></svg>"
    assert kind_of(text.encode())[0] == "workflow"


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_picture_that_is_cut_off_gets_a_sentence(share):
    data = png(workflow=json.dumps(WORKFLOW))
    with pytest.raises(WorkflowError, match="the picture is cut off"):
        find(data[: int(len(data) * share)])


def test_a_text_of_100_megabytes_gets_a_sentence_before_it_is_read():
    data = after(png(), b"tEXt", b"workflow\0" + b"x" * (100 * 2**20))
    with pytest.raises(WorkflowError, match="a text in the file has 100 MB"):
        find(data)


def test_a_text_that_unpacks_into_too_much_gets_a_sentence():
    packed = zlib.compress(b"x" * (40 * 2**20))
    with pytest.raises(WorkflowError, match="a text in the file has 32 MB"):
        find(after(png(), b"zTXt", b"workflow\0\0" + packed))


def test_deep_json_gets_a_sentence():
    data = b'{"nodes": [], "links": ' + b"[" * 500 + b"]" * 500 + b"}"
    with pytest.raises(WorkflowError, match="nested more than 64 levels"):
        find(data)


def test_nan_in_a_workflow_becomes_nothing():
    data = workflow([node(1, "VAEDecode", values=[float("nan"), 1])])
    assert find(json.dumps(data).encode()).workflow.graph.nodes["1"].widgets == [None, 1]


def test_a_prompt_that_is_no_graph_gets_a_sentence():
    broken = {"1": {"class_type": "A"}, "2": {"inputs": {}}}
    with pytest.raises(WorkflowError, match="the node 2: a node has no class_type"):
        find(json.dumps(broken).encode())


def test_a_prompts_links_from_nowhere_are_left_out_and_said():
    prompt = {"1": {"class_type": "VAEDecode", "inputs": {"samples": ["7", 0]}}}
    found = find(json.dumps(prompt).encode())
    assert "comes from nowhere" in found.workflow.notes[0]


def test_a_prompts_nodes_stand_in_columns_after_those_that_feed_them():
    prompt = {
        "1": {"class_type": "VAEDecode", "inputs": {"samples": ["2", 0]}},
        "2": {"class_type": "EmptyLatentImage", "inputs": {}},
    }
    nodes = find(json.dumps(prompt).encode()).workflow.graph.nodes
    assert nodes["2"].pos[0] < nodes["1"].pos[0]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_bytes_out_of_order_open_or_get_a_sentence(data):
    text = json.dumps(WORKFLOW)
    exif = Image.Exif()
    exif[0x010F] = "workflow:" + text
    whole = [png(workflow=text), saved("WEBP", exif=exif), SOUND]
    body = bytearray(data.draw(st.sampled_from(whole)))
    for _ in range(data.draw(st.integers(1, 6))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    body = body[: data.draw(st.integers(len(body) // 2, len(body)))]
    with suppress(WorkflowError):
        find(bytes(body))


def test_a_prompt_whose_node_has_no_class_names_the_node():
    with pytest.raises(WorkflowError, match=r"the node 1: a node has no class_type, .* its class$"):
        find(json.dumps({"1": {"inputs": {}}, "2": {"class_type": "KSampler"}}).encode())
