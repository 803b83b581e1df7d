"""The examples that name models of others run on tiny ones of their classes: only names change."""

import importlib.util
from functools import cache, partial
from pathlib import Path

import pytest

from nodegraph.execution.context import Options
from nodegraph.execution.run import Executor
from nodegraph.overrides import override
from nodegraph.workflow import dumps, load
from tests.far.examples import assert_same_on_a_gpu
from tests.tiny import adapters, controls, families, hung

FOLDER = Path(__file__).parent.parent / "workflows" / "models"
FILES = {path.stem: path for path in sorted(FOLDER.glob("*.json"))}
RUN = [name for name in FILES if name != "upscale_by_a_model"]
SCHEDULE = {"schedule.steps": 2}
SMALL = SCHEDULE | {"noise.width": 64, "noise.height": 64}
LARGE = {"large.width": 64}
PICTURE = LARGE | {"mask.width": 64}
LAYERS = ("attn2.to_q",)


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """Write a tiny model of a family, once for each name it is asked for by."""

    @cache
    def write(family, name=""):
        folder = tmp_path_factory.mktemp("models") / (name or family)
        networks = {
            "inpainting": {"unet": partial(families.sd, in_channels=9)},
            "schnell": {"transformer": partial(families.flux, guidance_embeds=False)},
            "fill": {"transformer": partial(families.flux, in_channels=384, out_channels=64)},
        }.get(name, {})
        return str(families.write_family(folder, family, **networks))

    return write


@pytest.fixture(scope="session")
def lora(tmp_path_factory):
    folder = tmp_path_factory.mktemp("loras")

    def write(name, seed):
        layers = adapters.pairs(families.sd(), LAYERS, seed)
        return str(adapters.kohya(folder / f"{name}.safetensors", lora_unet=layers))

    return write


@pytest.fixture(scope="session")
def values(model, lora, tmp_path_factory):
    """Give what each example is told: models, small sizes, and files that hang on them."""
    place = tmp_path_factory.mktemp("hung")

    def led(name, network):
        return str(controls.write(place / name, network))

    seen = {
        "adapter.adapter": str(hung.ip_adapter(place / "seen.safetensors", families.sd())),
        "adapter.encoder": str(hung.vision(place / "encoder")),
    }
    word = str(hung.embedding(place / "my_style.safetensors"))

    return {
        "add_difference": lambda: (
            SMALL
            | {"model.model": model("sd1")}
            | {"other.model": model("sd1", "a"), "root.model": model("sd1", "b")}
        ),
        "controls_in_a_row": lambda: (
            SMALL
            | LARGE
            | {
                "model.model": model("sd1"),
                "net.control": led("net", controls.controlnet(families.sd())),
                "adapter.control": led("adapter", controls.adapter((8, 8, 16))),
            }
        ),
        "flux_dev": lambda: SMALL | {"model.model": model("flux")},
        "flux_fill": lambda: SCHEDULE | PICTURE | {"model.model": model("flux", "fill")},
        "flux_kontext": lambda: SCHEDULE | {"model.model": model("flux")},
        "flux_schnell": lambda: SMALL | {"model.model": model("flux", "schnell")},
        "inpainting_model": lambda: (
            SCHEDULE | PICTURE | {"model.model": model("sd1", "inpainting")}
        ),
        "ip_adapter": lambda: SMALL | {"model.model": model("sd1")} | seen,
        "loras_stacked": lambda: (
            SMALL
            | {"model.model": model("sd1")}
            | {f"{one}.lora": lora(one, seed) for seed, one in enumerate(("one", "two", "three"))}
        ),
        "merge_models": lambda: (
            SMALL
            | {"model.model": model("sd1"), "other.model": model("sd1", "a")}
            | {"ratios.text": "1, 0.5"}
        ),
        "parts_alone": lambda: (
            SMALL
            | {"unet.unet": model("flux"), "vae.vae": model("flux")}
            | {"clip.clip": model("flux"), "clip.clip_2": ""}
        ),
        "sd2": lambda: SMALL | {"model.model": model("sd2")},
        "sd35": lambda: SMALL | {"model.model": model("sd3")},
        "sdxl_refiner": lambda: (
            SMALL
            | {"model.model": model("sdxl"), "refiner.model": model("sdxl_refiner")}
            | {"schedule.steps": 3, "base.end_step": 2, "rest.start_step": 2}
        ),
        "textual_inversion": lambda: SMALL | {"model.model": model("sd1"), "learnt.path": word},
    }


def test_every_example_is_told_what_makes_it_small(values):
    assert values.keys() | {"upscale_by_a_model"} == FILES.keys()


@pytest.mark.parametrize("path", FILES.values(), ids=FILES.keys())
def test_an_example_saves_back_as_it_was(path):
    assert dumps(load(path)) == path.read_text()


@pytest.fixture
def run(values, tmp_path):
    """Run an example on tiny models."""

    def run(name, device="cpu", dtype="float32"):
        graph = override(load(FILES[name]), values[name]())
        options = Options(out=tmp_path, base=FOLDER, device=device, dtype=dtype)
        return Executor().run(graph, options=options)

    return run


@pytest.mark.parametrize("name", RUN)
def test_an_example_runs_on_a_tiny_model(run, name):
    result = run(name)
    assert any(path.suffix == ".png" for path in result.files)
    assert not result.skipped


@pytest.mark.usefixtures("far")
@pytest.mark.parametrize("name", RUN)
def test_on_a_gpu_an_example_makes_the_same_picture(run, monkeypatch, name):
    assert_same_on_a_gpu(partial(run, name), monkeypatch)


@pytest.mark.skipif(
    importlib.util.find_spec("spandrel") is None, reason="spandrel is not installed"
)
def test_the_example_of_upscaling_runs_on_a_tiny_network(tmp_path):
    pytest.importorskip("spandrel")
    graph = override(load(FILES["upscale_by_a_model"]), {"net.upscaler": str(_esrgan(tmp_path))})
    assert Executor().run(graph, options=Options(out=tmp_path, base=FOLDER)).files


def _esrgan(folder):
    from safetensors.torch import save_file
    from spandrel.architectures.ESRGAN import ESRGAN

    network = ESRGAN(num_filters=4, num_blocks=1, scale=4)
    save_file(network.state_dict(), folder / "tiny.safetensors")
    return folder / "tiny.safetensors"
