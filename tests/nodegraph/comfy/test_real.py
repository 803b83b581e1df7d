"""Workflows of real people: all that is known is translated, and runs on tiny models."""

import pytest

from nodegraph import Options, run
from nodegraph.comfy.classes import table
from nodegraph.comfy.findings import PromptError
from nodegraph.comfy.prompt import read
from nodegraph.comfy.site import Site
from nodegraph.comfy.translate import translate
from nodegraph.overrides import override
from nodegraph.workflow import catalogue
from tests.nodegraph.comfy import real

EVERY = pytest.mark.parametrize("path", real.prompts(), ids=lambda path: path.name[:50])


def unsupported(prompt):
    """Return the classes of a prompt that cannot be carried over."""
    names = {node["class_type"] for node in prompt.values()}
    return {name for name in names if name not in table() or table()[name].unsupported}


@EVERY
def test_a_workflow_whose_classes_are_known_becomes_a_graph(path):
    prompt = real.load(path)
    site = Site(catalogue(), lenient=True)
    if unsupported(prompt):
        with pytest.raises(PromptError):
            translate(read(prompt), site)
        return
    made = translate(read(prompt), site)
    assert made.errors == {}
    assert {made.origin[target] for target in made.targets} == set(made.outputs)
    feeding = {link.source for link in made.graph.links()}
    assert feeding | set(made.targets) == {node.id for node in made.graph}


def test_three_in_four_are_known_whole():
    known = [path for path in real.prompts() if not unsupported(real.load(path))]
    assert len(known) >= 0.75 * len(real.prompts())


RUN = {
    "2_pass_txt2img__hiresfix": "sd1",
    "night_evening_day_morning": "sd1",
    "mixing_controlnets": "sd1",
    "depth_t2i_adapter": "sd1",
    "img2img_workflow": "sd1",
    "inpain_model_cat": "sd1",
    "inpain_model_outpainting": "sd1",
    "merging_3_checkpoints": "sd1",
    "model_merging_lora": "sd1",
    "noisy_latents_3_subjects": "sd1",
    "embedding_example": "sd1",
    "2_pass_pose_worship": "sd1",
    "sd3_anime": "sd3",
    "flux_dev_example": "flux",
    "girl_in_field": "flux",
    "flux_kontext_example": "flux",
}
"""Of which family the models are that stand for those a workflow names."""


@pytest.fixture(scope="session")
def stand_ins(tmp_path_factory):
    """Tiny models and what goes with them, by family or kind of file."""
    import torch
    from PIL import Image
    from safetensors.torch import save_file

    from nodes.lib.models import network
    from nodes.model import load_model
    from tests import tiny
    from tests.tiny import adapters, controls, families

    place = tmp_path_factory.mktemp("stand_ins")
    found = {name: families.write_family(place / name, name) for name in set(RUN.values())}
    unet = network(load_model(model=str(found["sd1"])).model.part)
    found["controlnet"] = controls.write(place / "control", controls.controlnet(unet))
    layers = adapters.pairs(unet, ("to_q", "to_k"))
    found["loras"] = adapters.kohya(place / "lora.safetensors", lora_unet=layers)
    found["embeddings"], found["picture"] = place / "word.safetensors", place / "picture.png"
    save_file({"emb_params": torch.randn(2, tiny.WIDTH)}, found["embeddings"])
    Image.new("RGBA", (256, 192), (200, 80, 40, 128)).save(found["picture"])
    return found


class StandIns(Site):
    """A machine where every model has a tiny one in its place."""

    def __init__(self, found, family):
        super().__init__(catalogue(), lenient=True)
        object.__setattr__(self, "found", {name: str(path) for name, path in found.items()})
        object.__setattr__(self, "family", family)

    def find_checkpoint(self, name):
        return self.found[self.family]

    def find_weights(self, kind, name):
        return self.found.get(kind, self.found[self.family])

    def picture(self, name):
        return self.found["picture"]


@pytest.mark.parametrize("part", RUN)
def test_a_workflow_runs_end_to_end_on_tiny_models(part, stand_ins, tmp_path):
    (path,) = [path for path in real.prompts() if part in path.name][:1]
    made = translate(read(real.small(real.load(path))), StandIns(stand_ins, RUN[part]))
    one_folder = {f"{node.id}.clip_2": "" for node in made.graph if node.type == "model.load_clip"}
    graph = override(made.graph, one_folder)
    result = run(graph, made.targets, options=Options(out=tmp_path))
    kinds = {graph[target].type for target in made.targets}
    assert bool(list(result.files)) == bool(kinds & {"image.save", "video.save"})
