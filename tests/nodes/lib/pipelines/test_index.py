"""Which classes a folder may name."""

import pytest

from nodes.lib.folders import ModelError
from nodes.lib.pipelines.index import Index, check_components, pipeline_class


@pytest.mark.parametrize(
    ("library", "name"),
    [
        ("diffusers", "UNet2DConditionModel"),
        ("diffusers", "StableDiffusionPipeline"),
        ("stable_diffusion", "StableDiffusionSafetyChecker"),
        ("audioldm2", "AudioLDM2ProjectionModel"),
        ("transformers", "T5TokenizerFast"),
        ("transformers", "CLIPImageProcessor"),
        ("transformers", "CLIPFeatureExtractor"),  # what older models call an image processor
    ],
)
def test_the_libraries_own_classes_are_parts(library, name):
    check_components(Index("StableDiffusionPipeline", {"part": (library, name)}))


@pytest.mark.parametrize(
    ("library", "name"),
    [
        ("subprocess", "Popen"),
        ("diffusers.utils", "logging"),
        ("pipeline_utils", "Path"),
        ("transformers", "os"),
        ("transformers", "is_torch_available"),
        ("diffusers", "__doc__"),
        ("nodes", "pipeline"),
    ],
)
def test_nothing_else_is(library, name):
    with pytest.raises(ModelError, match="its part is a"):
        check_components(Index("StableDiffusionPipeline", {"part": (library, name)}))


@pytest.mark.parametrize(
    "name", ["DiffusionPipeline", "UNet2DConditionModel", "os", "", "Pipeline"]
)
def test_only_pipelines_are_pipelines(name):
    with pytest.raises(ModelError, match="has no pipeline"):
        pipeline_class(name)
