import numpy as np
import pytest
import torch
from scipy.spatial import geometric_slerp

from nodes import conditioning as nodes
from nodes.lib import codec
from nodes.lib.conditioning import ConditioningError
from nodes.types import Condition, Conditioning, Mask


def text(seed, length=5, width=4, pooled=True, **options):
    generator = torch.Generator().manual_seed(seed)
    return Conditioning(
        (
            Condition(
                torch.randn(1, length, width, generator=generator),
                torch.randn(1, 3, generator=generator) if pooled else None,
                options=options,
                tokens=tuple(f"{seed}.{index}" for index in range(length)),
            ),
        )
    )


def only(conditioning):
    (entry,) = conditioning.entries
    return entry


def test_combining_joins_the_lists():
    one, two = text(1), text(2)
    both = nodes.combine(one, two, one)
    assert both.entries == (*one.entries, *two.entries, *one.entries)
    with pytest.raises(ConditioningError, match="nothing to combine; link"):
        nodes.combine()


def test_concatenating_puts_the_first_of_the_others_behind_each():
    both, then = nodes.combine(text(1), text(2, 3)), nodes.combine(text(3, 2), text(4))
    found = nodes.concat(both, then).entries
    for entry, before in zip(found, both.entries, strict=True):
        expected = torch.cat([before.embedding, then.entries[0].embedding], 1)
        assert torch.equal(entry.embedding, expected)
        assert torch.equal(entry.pooled, before.pooled)
        assert entry.tokens == before.tokens + then.entries[0].tokens


def test_texts_of_two_models_are_not_put_together():
    with pytest.raises(ConditioningError, match="one text has 4 numbers a token and the other 6"):
        nodes.concat(text(1), text(2, width=6))
    with pytest.raises(ConditioningError, match="the clip of one model"):
        nodes.average(text(1), text(2, width=6))


@pytest.mark.parametrize("length", [3, 5, 8])
def test_averaging_fills_up_or_cuts_the_other(length):
    one, other = only(text(1)), only(text(2, length))
    found = only(nodes.average(text(1), text(2, length), strength=0.75))
    fitted = torch.zeros(1, 5, 4)
    fitted[:, : min(length, 5)] = other.embedding[:, :5]
    torch.testing.assert_close(found.embedding, 0.75 * one.embedding + 0.25 * fitted)
    torch.testing.assert_close(found.pooled, 0.75 * one.pooled + 0.25 * other.pooled)


def test_averaging_takes_what_is_pooled_from_who_has_it():
    one, other = text(1, pooled=False), text(2)
    assert torch.equal(only(nodes.average(one, other)).pooled, only(other).pooled)
    assert only(nodes.average(one, one)).pooled is None


def test_interpolating_linearly_is_the_line():
    one, two = text(1), text(2)
    for amount in (0.0, 0.3, 1.0):
        found = only(nodes.interpolate(one, two, amount=amount))
        expected = torch.lerp(only(one).embedding, only(two).embedding, amount)
        torch.testing.assert_close(found.embedding, expected)


@pytest.mark.parametrize("amount", [0.0, 0.25, 0.5, 1.0])
def test_interpolating_spherically_follows_the_great_circle(amount):
    one, two = text(1), text(2)
    found = only(nodes.interpolate(one, two, amount=amount, method="spherical"))
    rows = zip(only(one).embedding[0], only(two).embedding[0], found.embedding[0], strict=True)
    for first, second, between in rows:
        lengths = float(first.norm()), float(second.norm())
        units = [(row / row.norm()).double().numpy() for row in (first, second)]
        units = [unit / np.linalg.norm(unit) for unit in units]
        expected = geometric_slerp(*units, amount) * np.interp(amount, [0, 1], lengths)
        np.testing.assert_allclose(between.numpy(), expected, atol=1e-5)


def test_interpolating_spherically_between_like_texts_changes_nothing():
    one = text(1)
    found = only(nodes.interpolate(one, one, amount=0.4, method="spherical"))
    torch.testing.assert_close(found.embedding, only(one).embedding)


def test_interpolating_fills_the_shorter_text_with_zeros():
    found = only(nodes.interpolate(text(1, 3), text(2, 5), amount=0.5))
    expected = only(text(2, 5)).embedding[:, 3:] / 2
    torch.testing.assert_close(found.embedding[:, 3:], expected)


def test_texts_are_interpolated_one_by_one():
    two, three = nodes.combine(text(1), text(2)), nodes.combine(text(1), text(2), text(3))
    found = nodes.interpolate(text(5), two, amount=1.0)
    assert torch.equal(found.entries[1].embedding, two.entries[1].embedding)
    with pytest.raises(ConditioningError, match="of 2 texts and the other of 3"):
        nodes.interpolate(two, three)


def test_an_area_is_told_in_pixels_or_in_shares():
    pixels = only(nodes.area(text(1), x=8, y=16, width=64, height=32, strength=0.5)).options
    assert pixels["area"] == {"unit": "pixels", "x": 8, "y": 16, "width": 64, "height": 32}
    assert pixels["strength"] == 0.5
    shares = only(nodes.area_percentage(text(1), x=0.5)).options["area"]
    assert shares == {"unit": "share", "x": 0.5, "y": 0.0, "width": 0.5, "height": 1.0}


def test_strengths_multiply():
    found = nodes.strength(nodes.strength(text(1), strength=0.5), strength=3)
    masked = nodes.mask(found, Mask(torch.ones(1, 2, 2)), strength=2)
    assert only(found).options["strength"] == 1.5
    assert only(masked).options["strength"] == 3.0
    assert only(masked).mask.shape == (1, 2, 2)


def test_a_time_range_that_is_empty_is_refused():
    assert only(nodes.timestep_range(text(1), start=0.25, end=0.5)).options == {
        "start": 0.25,
        "end": 0.5,
    }
    with pytest.raises(ConditioningError, match=r"from 0.5 to 0.5 is empty"):
        nodes.timestep_range(text(1), start=0.5, end=0.5)


def test_zeros_say_nothing_and_keep_their_place():
    found = only(nodes.zero_out(text(1, start=0.5)))
    assert not found.embedding.any()
    assert not found.pooled.any()
    assert found.options == {"start": 0.5}


def test_what_a_network_is_told_stands_in_the_options():
    told = nodes.size(text(1), width=800, height=600, crop_x=1, crop_y=2, target_width=512)
    assert only(told).options["size"] == [600, 800, 2, 1, 1024, 512]
    assert only(nodes.guidance(told, guidance=2.5)).options["guidance"] == 2.5
    assert only(nodes.aesthetic(told, score=2.5)).options["aesthetic"] == 2.5


def test_inputs_are_left_as_they_are():
    one = text(1)
    before = only(one).embedding.clone()
    nodes.area(nodes.zero_out(nodes.strength(one, strength=2)))
    assert torch.equal(only(one).embedding, before)
    assert only(one).options == {}


def test_a_placed_text_comes_back_from_the_disk_as_it_was():
    placed = nodes.timestep_range(nodes.area_percentage(text(1), width=1.0), end=0.5)
    found = only(codec.load(codec.dump(placed)))
    assert found.options == only(placed).options
    assert torch.equal(found.embedding, only(placed).embedding)
