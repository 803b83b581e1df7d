"""Every class of the table, in a prompt of its own."""

import pytest

from nodegraph.comfy.classes import backwards, table
from nodegraph.comfy.fields import CONVERSIONS
from nodegraph.comfy.findings import PromptError
from nodegraph.comfy.prompt import read
from nodegraph.comfy.site import Site
from nodegraph.comfy.theirs import Feed, Theirs
from nodegraph.comfy.translate import translate
from nodegraph.workflow import catalogue

SITE = Site(catalogue(), lenient=True)
KNOWN = [name for name, one in table().items() if not one.unsupported]
UNKNOWN = [name for name, one in table().items() if one.unsupported]
SOURCES = {
    "MODEL": ("CheckpointLoaderSimple", 0),
    "CLIP": ("CheckpointLoaderSimple", 1),
    "VAE": ("CheckpointLoaderSimple", 2),
    "CONDITIONING": ("CLIPTextEncode", 0),
    "LATENT": ("VAEEncode", 0),
    "IMAGE": ("LoadImage", 0),
    "MASK": ("LoadImage", 1),
    "NOISE": ("RandomNoise", 0),
    "GUIDER": ("BasicGuider", 0),
    "SAMPLER": ("KSamplerSelect", 0),
    "SIGMAS": ("BasicScheduler", 0),
    "CONTROL_NET": ("ControlNetLoader", 0),
    "UPSCALE_MODEL": ("UpscaleModelLoader", 0),
    "CLIP_VISION": ("CLIPVisionLoader", 0),
    "CLIP_VISION_OUTPUT": ("CLIPVisionEncode", 0),
    "STYLE_MODEL": ("StyleModelLoader", 0),
    "GLIGEN": ("GLIGENLoader", 0),
    "HOOKS": ("CreateHookLora", 0),
    "HOOK_KEYFRAMES": ("CreateHookKeyframe", 0),
    "TIMESTEPS_RANGE": ("ConditioningTimestepsRange", 0),
}
"""What gives a value of a type."""
READERS = {
    "MODEL": ("KSampler", "model"),
    "CLIP": ("CLIPTextEncode", "clip"),
    "VAE": ("VAEDecode", "vae"),
    "CONDITIONING": ("KSampler", "positive"),
    "LATENT": ("VAEDecode", "samples"),
    "IMAGE": ("PreviewImage", "images"),
    "MASK": ("MaskPreview", "mask"),
    "NOISE": ("SamplerCustomAdvanced", "noise"),
    "GUIDER": ("SamplerCustomAdvanced", "guider"),
    "SAMPLER": ("SamplerCustomAdvanced", "sampler"),
    "SIGMAS": ("SamplerCustomAdvanced", "sigmas"),
    "CONTROL_NET": ("ControlNetApplyAdvanced", "control_net"),
    "UPSCALE_MODEL": ("ImageUpscaleWithModel", "upscale_model"),
    "CLIP_VISION": ("CLIPVisionEncode", "clip_vision"),
    "CLIP_VISION_OUTPUT": ("unCLIPConditioning", "clip_vision_output"),
    "STYLE_MODEL": ("StyleModelApply", "style_model"),
    "GLIGEN": ("GLIGENTextBoxApply", "gligen_textbox_model"),
    "HOOKS": ("SetClipHooks", "hooks"),
    "HOOK_KEYFRAMES": ("SetHookKeyframes", "hook_kf"),
    "TIMESTEPS_RANGE": ("ConditioningSetProperties", "timesteps"),
    "INT": ("EmptyLatentImage", "width"),
    "FLOAT": ("FluxGuidance", "guidance"),
    "STRING": ("CLIPTextEncode", "text"),
    "BOOLEAN": ("InpaintModelConditioning", "noise_mask"),
}
"""What reads one, on the way to an output."""
ADDED = {
    "ModelMergeSubtract": ("ModelMergeAdd", "model2"),
    "CLIPMergeSubtract": ("CLIPMergeAdd", "clip2"),
}
"""What alone can read a class."""
MADE = {reader: (socket, name) for name, (reader, socket) in ADDED.items()}
OTHER = {
    "LatentRotate": {"rotation": "90 degrees"},
    "CLIPTextEncodeFlux": {"clip_l": "a fox"},
    "CLIPTextEncodeSD3": {"clip_l": "a fox"},
    "CLIPTextEncodeSDXL": {"text_l": "a fox"},
    "SetUnionControlNetType": {"type": "depth"},
}
"""Values with which a class does something."""
INSTEAD = {
    "SamplerCustom": "SamplerCustomAdvanced",
    "DiffControlNetLoader": "ControlNetLoader",
}
"""Classes that come back as others, which do the same."""


class Prompt(dict):
    """Nodes, with all that they need."""

    def add(self, name, **inputs):
        node_id = str(len(self) + 1)
        self[node_id] = {"class_type": name, "inputs": {}}
        for one in table()[name].inputs:
            value = inputs.get(one.name, self._usual(name, one))
            if value is not None:
                self[node_id]["inputs"][one.name] = value
        return node_id

    def _usual(self, name, one):
        if MADE.get(name, ("",))[0] == one.name:
            return [self.add(MADE[name][1]), 0]
        if one.name.startswith("prev_"):
            return None  # more of the same, that comes along
        if one.type in SOURCES:
            source, slot = SOURCES[one.type]
            return [self.add(source), slot]
        if one.choices is not None:
            listed = list(one.choices.listed(SITE)) or ["some.safetensors"]
            return one.usual or listed[0]
        return one.usual if one.usual is not None or one.type not in CONVERSIONS else "words"

    def lead(self, node_id):
        """Let something read the node's first output, down to an output node."""
        name = self[node_id]["class_type"]
        while not table()[name].saves:
            name, socket = ADDED.get(name) or READERS[table()[name].outputs[0]]
            node_id = self.add(name, **{socket: [node_id, 0]})


def prompt_of(name):
    made = Prompt()
    node_id = made.add(name, **OTHER.get(name, {}))
    made.lead(node_id)
    return made, node_id


@pytest.mark.parametrize("name", KNOWN)
def test_every_class_becomes_nodes_of_ours(name):
    prompt, _ = prompt_of(name)
    made = translate(read(prompt), SITE)
    assert made.errors == {}
    assert made.targets


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_class_that_cannot_be_carried_over_says_why(name):
    prompt = Prompt()
    prompt["1"] = {"class_type": name, "inputs": {}}
    for one in table()[name].inputs:
        if one.type in CONVERSIONS or one.choices is not None:
            prompt["1"]["inputs"][one.name] = one.usual if one.usual is not None else "some"
        elif one.type in SOURCES:
            source, slot = SOURCES[one.type]
            prompt["1"]["inputs"][one.name] = [prompt.add(source), slot]
        else:
            return  # it reads what another such class gives
    readers = READERS.get(table()[name].outputs[0])
    if readers is None:
        return
    prompt.lead(prompt.add(readers[0], **{readers[1]: ["1", 0]}))
    with pytest.raises(PromptError) as error:
        translate(read(prompt), SITE)
    (finding,) = error.value.nodes["1"].errors
    assert finding.message == table()[name].unsupported


WITH_A_SAMPLER = ("RandomNoise", "DisableNoise", "EmptyLatentImage")
"""What becomes a node only where it is sampled, and comes back with that."""
BACK = [name for name in KNOWN if table()[name].back and name not in WITH_A_SAMPLER]


@pytest.mark.parametrize("name", BACK)
def test_what_has_a_way_back_comes_back_with_the_same_values(name):
    prompt, node_id = prompt_of(name)
    graph = translate(read(prompt), SITE).graph
    mine = [node.id for node in graph if node.extra["comfyui"]["id"] == node_id]
    found = [one for one in (backwards(graph, node) for node in mine) if one]
    (back,) = [one for one in found if one.class_type == INSTEAD.get(name, name)]
    if name in INSTEAD:
        return
    assert set(back.inputs) <= {one.name for one in table()[name].inputs}
    for one in table()[name].inputs:
        value = prompt[node_id]["inputs"].get(one.name)
        if isinstance(value, list) and not one.optional:
            assert isinstance(back.inputs[one.name], (Feed, Theirs)), one.name
        elif not isinstance(value, list) and one.name in back.inputs:
            assert back.inputs[one.name] == value, one.name
