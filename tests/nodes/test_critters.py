"""The embedded model: its size, its layout, and that it does what a prompt says."""

from pathlib import Path

import pytest
import torch

import nodes
from nodegraph import load, run
from nodegraph.execution.context import Options
from training.palette import COLORS

FOLDER = Path(nodes.__file__).parent / "critters"
WORKFLOW = Path(__file__).parents[2] / "workflows" / "text_to_image_closed.json"
APART = {name: COLORS[name] for name in ("red", "yellow", "green", "blue", "white", "black")}


def test_it_takes_at_most_forty_megabytes():
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) <= 40e6


def test_its_weights_are_safetensors_in_half_precision():
    from safetensors import safe_open

    files = sorted(FOLDER.rglob("*.safetensors"))
    assert [path.parent.name for path in files] == ["text_encoder", "unet", "vae"]
    for path in files:
        with safe_open(path, "pt") as tensors:
            kinds = {tensors.get_slice(key).get_dtype() for key in tensors.keys()}  # noqa: SIM118
        assert kinds <= {"F16", "I64"}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_diffusers_own_pipeline_loads_it_and_draws():
    from diffusers import StableDiffusionPipeline

    pipeline = StableDiffusionPipeline.from_pretrained(FOLDER, torch_dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    picture = pipeline("a happy cat", num_inference_steps=2, height=128, width=128).images[0]
    assert picture.size == (128, 128)


@pytest.mark.parametrize("color", APART)
def test_the_background_has_the_color_that_the_prompt_names(color, tmp_path):
    settings = {"prompt.text": f"a happy gray mouse on a {color} background", "noise.seed": 5}
    result = run(load(WORKFLOW), ["decode"], set=settings, options=Options(out=tmp_path))
    corners = result["decode.image"].pixels[0, :24, :24].reshape(-1, 3).median(0).values * 255
    distances = {name: (corners - torch.tensor(rgb)).norm() for name, rgb in APART.items()}
    assert min(distances, key=distances.get) == color
