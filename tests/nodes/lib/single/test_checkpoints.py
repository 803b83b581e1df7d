"""Whole checkpoints in the layouts that people share, against folders of the same networks."""

from dataclasses import replace

import torch

from nodes.lib import sampling
from nodes.lib.models import network
from nodes.model import load_model
from nodes.types import Condition, Conditioning, Noise, Sampler, Schedule
from tests.nodes.lib.single.writing import same

WIDTHS = {"sd3": 32, "flux": 32, "sdxl": 32}


def test_a_checkpoint_holds_the_networks_that_its_folder_holds(both):
    loaded = load_model(model=str(both.file))
    same(network(loaded.model.part), both.nets["network"])
    same(network(loaded.vae.part), both.nets["vae"])
    for one in loaded.clip.encoders:
        same(network(one.encoder), both.readers[one.encoder.name])
    assert loaded.clip.kind == both.folder.clip.kind
    names = [one.name for one in loaded.clip.encoders]
    assert names == [one.name for one in both.folder.clip.encoders]


def test_a_checkpoint_says_of_itself_what_its_folder_says(both):
    file, folder = load_model(model=both.file.stem).model, both.folder.model
    assert file.latent_format == folder.latent_format
    assert file.family == folder.family
    vaes = load_model(model=str(both.file)).vae, both.folder.vae
    assert {vae.latents for vae in vaes} == {folder.latent_format}
    assert file.sampling.shift == folder.sampling.shift
    torch.testing.assert_close(file.sampling.sigmas, folder.sampling.sigmas)


def test_a_checkpoint_makes_the_latents_that_its_folder_makes(both):
    generator = torch.Generator().manual_seed(3)
    loaded, width = load_model(model=str(both.file)), WIDTHS.get(both.name, 16)
    pooled = 32 if both.name == "sd3" else 16
    entry = Condition(
        torch.randn((1, 5, width), generator=generator),
        torch.randn((1, pooled), generator=generator),
    )
    channels = loaded.model.latent_format.channels
    noise = Noise(torch.randn((1, channels, 8, 8), generator=generator), 0)
    top = loaded.model.sampling.sigma_max
    schedule = Schedule((top, top / 2, 0.0), "custom")
    first, second = (
        sampling.sample(
            sampling.Walk(model, Sampler("euler"), schedule, noise),
            model,
            Conditioning((entry,)),
            None,
            1.0,
            lambda walk: None,
        ).samples
        for model in (both.folder.model, _as_folder_predicts(loaded.model, both))
    )
    torch.testing.assert_close(first, second, rtol=1e-4, atol=1e-3)  # kernels differ by alignment


def _as_folder_predicts(model, both):
    return replace(model, sampling=both.folder.model.sampling)


def test_a_checkpoint_reads_words_as_its_folder_does(both):
    loaded = load_model(model=str(both.file))
    for ours, theirs in zip(loaded.clip.encoders, both.folder.clip.encoders, strict=True):
        ours, theirs = network(ours.tokenizer), network(theirs.tokenizer)
        assert ours("a fox").input_ids == theirs("a fox").input_ids
