import matplotlib.pyplot
import pytest
import torch

from nodegraph.errors import NodegraphError
from nodes.heat import channels, heat, statistics
from nodes.types import Image, Latent, Mask

RAMP = Mask(torch.linspace(0, 1, 12).view(1, 3, 4))


def test_heat_has_the_colors_of_matplotlib():
    found = heat([RAMP], color_map="inferno").pixels
    expected = matplotlib.pyplot.get_cmap("inferno")(RAMP.values.numpy())[..., :3]
    torch.testing.assert_close(found.double(), torch.from_numpy(expected), atol=1e-6, rtol=0)


def test_masks_of_a_list_are_on_one_scale():
    weak = Mask(RAMP.values / 2)
    together = heat([RAMP, weak]).pixels
    assert together.shape == (2, 3, 4, 3)
    torch.testing.assert_close(together[1], heat([weak], high=1.0).pixels[0])
    assert not torch.equal(together[1], heat([weak]).pixels[0])


def test_opacity_goes_from_the_grey_picture_to_the_heat():
    picture = Image(torch.rand(1, 6, 8, 3, generator=torch.Generator().manual_seed(1)))
    under = heat([RAMP], [picture], opacity=0.0).pixels
    luminance = (picture.pixels * torch.tensor([0.2126, 0.7152, 0.0722])).sum(-1)
    torch.testing.assert_close(under, luminance[..., None].expand(-1, -1, -1, 3))
    only = heat([Mask(torch.ones(1, 6, 8))], [picture], opacity=1.0).pixels
    torch.testing.assert_close(only, heat([Mask(torch.ones(1, 6, 8))]).pixels)


def test_what_does_not_go_together_is_said():
    with pytest.raises(NodegraphError, match="several sizes, 4 x 3, 5 x 5"):
        heat([RAMP, Mask(torch.ones(1, 5, 5))])
    with pytest.raises(NodegraphError, match="2 pictures go under 1 masks"):
        heat([RAMP], [Image(torch.ones(2, 3, 4, 3))])
    with pytest.raises(NodegraphError, match="no mask to show"):
        heat([])


def test_statistics_are_those_of_the_numbers():
    found = statistics(RAMP, level=0.5)
    assert (found.mean, found.smallest, found.largest) == pytest.approx((0.5, 0.0, 1.0))
    assert found.deviation == pytest.approx(RAMP.values.numpy().std())
    assert found.covered == 0.5


def test_channels_are_red_above_zero_and_blue_below():
    latent = Latent(torch.tensor([2.0, -2.0, 0.0]).view(1, 3, 1, 1).expand(1, 3, 2, 2))
    red, blue, white = (one.mean((0, 1)) for one in channels(latent, scale=4).pixels)
    assert channels(latent, scale=4).pixels.shape == (3, 8, 8, 3)
    assert red[0] > red[2] + 0.2
    assert blue[2] > blue[0] + 0.2
    assert white.min() > 0.9
