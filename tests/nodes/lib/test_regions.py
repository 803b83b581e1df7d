from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from nodes.handles import Model
from nodes.lib import conditioning as lib
from nodes.lib import models, regions
from nodes.lib.folders import Part
from nodes.lib.latents import LatentFormat, SizeError
from nodes.lib.model_sampling import ModelSampling
from nodes.lib.predict import NothingCountsError, predict
from nodes.lib.regions import areas
from nodes.types import Condition, Conditioning, Control, Latent

SIGMA = 3.0
SHAPE = (2, 4, 12, 40)


class Speaking(nn.Module):
    """A network without spatial mixing: every cell becomes the mean of its text."""

    def __init__(self):
        super().__init__()
        self.config = SimpleNamespace(in_channels=4, addition_embed_type=None)
        self.seen = []

    def forward(self, sample, timestep, encoder_hidden_states, return_dict=True, **_):
        self.seen.append(tuple(sample.shape))
        return (sample * 0 + encoder_hidden_states.mean((1, 2))[:, None, None, None],)


class Sizing(Speaking):
    """One that says how much of the picture it was shown."""

    def forward(self, sample, timestep, encoder_hidden_states, return_dict=True, **_):
        (out,) = super().forward(sample, timestep, encoder_hidden_states)
        return (out + sample.shape[-1],)


def model_of(network):
    part = Part(f"regions {id(network)}", "unet", "cpu", "float32", Path())
    models.hold(part, network)
    sampling = ModelSampling.from_scheduler_config(
        {"beta_schedule": "scaled_linear", "prediction_type": "sample"}
    )
    return Model(part, sampling, LatentFormat(channels=4, downscale=8, scale=1.0))


@pytest.fixture
def network():
    return Speaking()


@pytest.fixture
def model(network):
    return model_of(network)


def saying(value):
    return Conditioning((Condition(torch.full((1, 3, 2), float(value))),))


def within(conditioning, x, y, width, height, unit="pixels"):
    area = {"unit": unit, "x": x, "y": y, "width": width, "height": height}
    return lib.told(conditioning, area=area)


def predicted(model, positive, negative=None, shape=SHAPE, sigma=SIGMA):
    x = Latent(torch.randn(shape, generator=torch.Generator().manual_seed(0)))
    found = predict(model, x, sigma, positive, negative)
    return [None if one is None else one.denoised.samples for one in found]


def feather(cells, begins_inside, ends_inside):
    """Write an area's weight along one side cell by cell, as ComfyUI is documented to."""
    weights, count = [1.0] * cells, min(8, cells // 4)
    for step in range(count):
        if begins_inside:
            weights[step] *= (step + 1) / count
        if ends_inside:
            weights[cells - 1 - step] *= (step + 1) / count
    return torch.tensor(weights)


def test_two_areas_that_cover_halves_are_each_as_its_text_alone(model):
    left = within(saying(1), 0, 0, 160, 96)
    right = within(saying(5), 160, 0, 160, 96)
    found, _ = predicted(model, lib.combined([left, right]))
    assert torch.equal(found[..., :20], torch.full((2, 4, 12, 20), 1.0))
    assert torch.equal(found[..., 20:], torch.full((2, 4, 12, 20), 5.0))


def test_areas_in_shares_are_those_in_pixels(model):
    background = saying(2)
    pixels = lib.combined([background, within(saying(7), 80, 24, 160, 48)])
    shares = lib.combined([background, within(saying(7), 0.25, 0.25, 0.5, 0.5, "share")])
    assert torch.equal(predicted(model, pixels)[0], predicted(model, shares)[0])


def test_an_area_fades_towards_the_edges_inside_of_the_picture(model):
    found, _ = predicted(model, lib.combined([saying(2), within(saying(7), 80, 0, 240, 64)]))
    rows, columns = feather(8, False, True), feather(30, True, False)
    weight = torch.zeros(12, 40)
    weight[:8, 10:] = rows[:, None] * columns
    expected = (2 + 7 * weight) / (1 + weight)
    torch.testing.assert_close(found, expected.expand(2, 4, -1, -1), atol=1e-6, rtol=1e-6)


def test_strengths_are_weights(model):
    entries = [lib.stronger(saying(1), 0.5), lib.stronger(saying(4), 1.5)]
    found, _ = predicted(model, lib.combined(entries))
    torch.testing.assert_close(found, torch.full(SHAPE, (0.5 * 1 + 1.5 * 4) / 2))


def test_a_text_of_strength_0_is_never_evaluated(model, network):
    found, _ = predicted(model, lib.combined([saying(1), lib.stronger(saying(4), 0)]))
    assert torch.equal(found, torch.full(SHAPE, 1.0))
    assert network.seen == [(2, 4, 12, 40)]


@pytest.mark.parametrize("count", [1, 2])
def test_a_mask_of_the_pictures_size_is_brought_to_the_latents(model, count):
    mask = torch.zeros(count, 96, 320)
    mask[:, :, :160] = 0.5
    mask[-1, :48] = 0
    found, _ = predicted(model, lib.combined([saying(2), lib.masked(saying(8), mask)]))
    cells = mask[:, 4::8, 4::8]  # constant over each cell, so that any way of scaling agrees
    expected = ((2 + 8 * cells) / (1 + cells))[:, None].expand(2, 4, -1, -1)
    torch.testing.assert_close(found, expected, atol=1e-6, rtol=1e-6)


def test_a_mask_inside_of_an_area_takes_the_place_of_its_faded_edges(model):
    mask = torch.full((1, 96, 320), 0.25)
    placed = within(lib.masked(saying(8), mask), 160, 0, 160, 96)
    found, _ = predicted(model, lib.combined([saying(2), placed]))
    assert torch.equal(found[..., :20], torch.full((2, 4, 12, 20), 2.0))
    torch.testing.assert_close(found[..., 20:], torch.full((2, 4, 12, 20), (2 + 8 / 4) / 1.25))


def test_masks_for_other_pictures_are_refused(model):
    with pytest.raises(SizeError, match="3 masks for 2 pictures; give one"):
        predicted(model, lib.masked(saying(1), torch.ones(3, 8, 8)))


def test_a_text_counts_in_its_time_only(model):
    middle = model.sampling.sigma_at(0.5)
    both = lib.combined([lib.timed(saying(1), 0, 0.5), lib.timed(saying(3), 0.5, 1)])
    early, _ = predicted(model, both, sigma=middle * 1.01)
    late, _ = predicted(model, both, sigma=middle * 0.99)
    at, _ = predicted(model, both, sigma=middle)
    assert torch.equal(early, torch.full(SHAPE, 1.0))
    assert torch.equal(late, torch.full(SHAPE, 3.0))
    torch.testing.assert_close(at, torch.full(SHAPE, 2.0))


def test_a_positive_of_which_nothing_counts_is_said_with_the_remedy(model):
    with pytest.raises(NothingCountsError, match="counts at sigma 14; let a text's time range"):
        predicted(model, lib.timed(saying(1), 0.5, 1), saying(0), sigma=14.0)
    with pytest.raises(NothingCountsError):
        predicted(model, Conditioning(()))


def test_a_negative_of_which_nothing_counts_is_left_out(model):
    positive, negative = predicted(model, saying(1), lib.timed(saying(4), 0.5, 1), sigma=14.0)
    assert torch.equal(positive, torch.full(SHAPE, 1.0))
    assert negative is None


def test_where_nothing_counts_the_estimate_is_0(model):
    found, _ = predicted(model, within(saying(5), 160, 0, 160, 96))
    assert not found[..., :20].any()
    assert torch.equal(found[..., 20:], torch.full((2, 4, 12, 20), 5.0))


def test_an_area_is_answered_by_the_negative_in_the_same_batch():
    network = Sizing()
    positive = lib.combined([saying(1), within(saying(2), 160, 0, 160, 96)])
    found, negative = predicted(model_of(network), positive, saying(0))
    assert network.seen == [(4, 4, 12, 40), (4, 4, 12, 20)]
    weight = torch.zeros(40)
    weight[20:] = feather(20, True, False)
    expected = (40 + 20 * weight) / (1 + weight)
    torch.testing.assert_close(negative, expected.expand(SHAPE), atol=1e-5, rtol=1e-6)
    expected = (41 + 22 * weight) / (1 + weight)
    torch.testing.assert_close(found, expected.expand(SHAPE), atol=1e-5, rtol=1e-6)


def test_the_smallest_area_around_answers():
    network = Sizing()
    negative = lib.combined([saying(0), within(saying(100), 80, 0, 240, 96)])
    positive = within(saying(0), 160, 0, 80, 96)
    _, found = predicted(model_of(network), positive, negative)
    corner = found[0, 0, 0]
    assert corner[0] == 40
    inside, outside = feather(10, True, True), feather(30, True, False)[10:20]
    expected = (40 + (100 + 30) * outside + (100 + 10) * inside) / (1 + outside + inside)
    torch.testing.assert_close(corner[20:30], expected, atol=1e-4, rtol=1e-5)


def test_plain_texts_share_one_call(model, network):
    predicted(model, lib.combined([saying(1), saying(2)]), saying(0))
    assert network.seen == [(6, 4, 12, 40)]


def test_an_area_over_all_of_the_picture_changes_nothing(model):
    everywhere = within(saying(3), 0, 0, 5000, 5000)
    assert torch.equal(predicted(model, everywhere)[0], predicted(model, saying(3))[0])


def test_an_area_outside_of_the_picture_is_refused(model):
    with pytest.raises(SizeError, match="begins at x 320, outside of the picture, which is 320"):
        predicted(model, within(saying(1), 320, 0, 64, 64))


def test_areas_grow_to_whole_patches_of_transformers(model):
    flux = Model(model.part, model.sampling, model.latent_format, family="flux")
    area = {"unit": "pixels", "x": 8, "y": 8, "width": 8, "height": 24}
    assert areas.box_of(area, model, (1, 4, 12, 40)) == (1, 1, 3, 1)
    assert areas.box_of(area, flux, (1, 4, 12, 40)) == (0, 0, 4, 2)


def test_what_leads_a_text_is_cropped_with_its_area(model):
    hint, beside = torch.rand(1, 24, 80, 3), torch.rand(1, 5, 12, 40)
    entry = Condition(
        torch.ones(1, 3, 2),
        options={"area": {"unit": "share", "x": 0.5, "y": 0.0, "width": 0.5, "height": 0.5}},
        controls=(Control(model.part, hint),),
        beside=beside,
    )
    (share,) = regions._shares(model, SHAPE, (Conditioning((entry,)),))
    assert share.box == (0, 20, 6, 20)
    assert torch.equal(share.entry.controls[0].hint, hint[:, :12, 40:])
    assert torch.equal(share.entry.beside, beside[:, :, :6, 20:])
    assert share.entry.options["size"] == [96, 320, 0, 0, 96, 320]


def test_what_was_made_for_a_walk_can_be_forgotten(model):
    predicted(model, within(saying(1), 0, 0, 64, 64))
    assert regions._shares.cache_info().currsize
    regions.forget()
    assert not regions._shares.cache_info().currsize
