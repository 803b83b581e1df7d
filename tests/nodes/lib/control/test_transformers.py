"""What leads transformers of either family: in batches, on the disk, and where it is refused."""

from dataclasses import replace

import pytest
import torch

from nodes import control, sampling
from nodes.lib import codec
from nodes.lib.control.seeing import ControlError
from nodes.lib.families.grouping import ConditionError
from nodes.lib.predict import predict
from nodes.model import load_model
from nodes.types import (
    Condition,
    Conditioning,
    Control,
    Image,
    Latent,
    Noise,
    Sampler,
    Schedule,
)
from tests.nodes.driving import body, drive
from tests.nodes.lib.control.transformers import (
    LONG,
    SHORT,
    SIGMAS,
    TOLERANCE,
    load,
    noise,
    picture,
    sides,
    text,
    told,
)
from tests.tiny import controls

pytestmark = pytest.mark.usefixtures("fresh")


@pytest.fixture(params=["sd3", "flux1"])
def led(request, tmp_path):
    """A model of each family, with two pictures that lead the positive text alone."""
    loaded = request.getfixturevalue(request.param)
    lead = controls.sd3() if request.param == "sd3" else controls.flux()
    pooled = LONG if request.param == "sd3" else SHORT
    plain = sides(pooled)
    net = load(tmp_path, lead)
    return loaded, plain, control.apply(plain[0], net, picture(count=2), vae=loaded.vae).positive


def test_the_visible_loop_and_the_closed_sampler_agree_bit_by_bit(led):
    loaded, (_, negative), positive = led
    schedule = Schedule((*SIGMAS, 0.0), "custom")
    closed = sampling.sample(
        loaded.model, positive, Sampler("euler"), schedule, Noise(noise(), 0), negative, cfg=3.0
    )
    zone = sampling.denoise(loaded.model, Sampler("euler"), schedule, Noise(noise(), 0))
    seen = drive(zone, body(loaded.model, positive, negative, 3.0))
    assert torch.equal(seen.samples, closed.samples)


def test_each_picture_of_a_batch_leads_its_own_latent(led):
    loaded, (plain, negative), positive = led
    x = Latent(noise())
    both = predict(loaded.model, x, 0.75, positive, negative)
    for index in range(2):
        alone = positive.entries[0].controls[0]
        one = control.apply(
            plain, control.ControlNet(alone.part), Image(alone.hint[index][None]), vae=loaded.vae
        ).positive
        found = predict(loaded.model, Latent(noise()[index][None]), 0.75, one)
        torch.testing.assert_close(
            found.positive.denoised.samples[0], both.positive.denoised.samples[index], **TOLERANCE
        )
    before = predict(loaded.model, x, 0.75, plain, negative)
    torch.testing.assert_close(
        both.negative.denoised.samples, before.negative.denoised.samples, **TOLERANCE
    )


def test_what_leads_goes_to_the_disk_and_comes_back(led):
    loaded, _, positive = led
    again = codec.load(codec.dump(positive))
    found = [
        predict(loaded.model, Latent(noise()), 0.75, one).positive.denoised.samples
        for one in (positive, again)
    ]
    assert torch.equal(*found)


def test_a_picture_beside_x_is_led_by_none(flux1, tmp_path, mean):
    plain = told().entries[0]
    beside = torch.randn((1, 16, 4, 6), generator=torch.Generator().manual_seed(3))
    looking = Conditioning((Condition(plain.embedding, plain.pooled, beside=beside),))
    net = load(tmp_path, controls.flux())
    led = control.apply(looking, net, picture(), vae=flux1.vae).positive
    found = predict(flux1.model, Latent(noise()), 0.75, led).positive.denoised.samples
    before = predict(flux1.model, Latent(noise()), 0.75, looking).positive.denoised.samples
    assert found.isfinite().all()
    assert not torch.allclose(found, before, atol=1e-3)


def test_the_models_own_vae_is_wanted(sd3, tmp_path, tiny_folder):
    net, other = load(tmp_path, controls.sd3()), load_model(model=str(tiny_folder)).vae
    for vae, reason in (
        (None, "link the model's vae"),
        (other, "and the linked vae makes 4; link"),
    ):
        led = control.apply(sides()[0], net, picture(), vae=vae).positive
        with pytest.raises(ControlError, match=reason):
            predict(sd3.model, Latent(noise()), 0.75, led)


def test_a_pair_of_two_families_is_named_with_the_remedy(sd3, flux1, tmp_path):
    nets = load(tmp_path, controls.sd3(), "three"), load(tmp_path, controls.flux(), "one")
    for loaded, net, own, wanted in (
        (flux1, nets[0], "Stable Diffusion 3", r"Flux\.1"),
        (sd3, nets[1], r"Flux\.1", "Stable Diffusion 3"),
    ):
        pooled = SHORT if loaded is flux1 else LONG
        led = control.apply(text(5, pooled), net, picture(), vae=loaded.vae).positive
        with pytest.raises(ControlError, match=f"it leads {own}, and the model is {wanted}; use a"):
            predict(loaded.model, Latent(noise()), 0.75, led)
    wide = load(tmp_path, controls.sd3(num_attention_heads=3, caption_projection_dim=24), "wide")
    led = control.apply(sides()[0], wide, picture(), vae=sd3.vae).positive
    with pytest.raises(ControlError, match="num_attention_heads is 3, and the model's is 2"):
        predict(sd3.model, Latent(noise()), 0.75, led)


def test_a_kind_is_said_to_unions_and_to_no_others(flux1, tmp_path):
    union, plain = (
        load(tmp_path, controls.flux(**one), name)
        for name, one in (("union", {"num_mode": 7}), ("plain", {}))
    )
    for net, kind, reason in (
        (union, "", "several kinds of pictures and was told none; say one of canny, tile"),
        (union, "normal", "does not know 'normal'"),
        (plain, "canny", "is for one kind of picture, and was told 'canny'; take control.kind"),
    ):
        one = control.set_kind(net, kind=kind) if kind else net
        led = control.apply(told(), one, picture(), vae=flux1.vae).positive
        with pytest.raises(ControlError, match=reason):
            predict(flux1.model, Latent(noise()), 0.75, led)


def test_transformers_have_no_pictures_as_prompts(flux1):
    entry = told().entries[0]
    part = replace(flux1.model.part, name="ip_adapter")
    shown = replace(entry, controls=(Control(part, torch.zeros(2, 4)),))
    with pytest.raises(ConditionError, match="IP-Adapters lead UNets alone"):
        predict(flux1.model, Latent(noise()), 0.75, Conditioning((shown,)))
