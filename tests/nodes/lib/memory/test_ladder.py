from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from nodegraph import record
from nodegraph.execution import events
from nodegraph.execution.context import Options
from nodegraph.execution.run import Executor
from nodegraph.overrides import override
from nodegraph.workflow import load
from nodes.lib import models, text, tiling
from nodes.lib.autoencoder import decode_whole, encode_whole
from nodes.lib.memory import ladder, placement
from nodes.lib.predict import predict
from nodes.model import load_model
from nodes.types import Image, Latent
from nodes.vae import decode, decode_tiled, encode

WORKFLOW = Path(__file__).parents[4] / "workflows" / "text_to_image_closed.json"


def drawn(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


@contextmanager
def limited(module, most):
    """Let a network run out of memory where it is shown more numbers than so many."""

    def check(_, args):
        if args[0].numel() > most:
            raise torch.OutOfMemoryError("Tried to allocate too much")

    hook = module.register_forward_pre_hook(check)
    yield
    hook.remove()


def test_what_works_is_called_once(loaded, said):
    calls = []
    assert ladder.climb(lambda: calls.append(1) or 5, [loaded.vae.part], [], "") == 5
    assert (len(calls), said()) == (1, [])


def test_the_second_gpu_is_the_current_one_while_its_network_is_called(loaded, monkeypatch):
    now = ["cuda:0"]

    @contextmanager
    def made_current(device):
        now.append(device)
        yield
        now.pop()

    monkeypatch.setattr(torch.cuda, "device", made_current)
    part = replace(loaded.vae.part, device="cuda:1")
    assert ladder.climb(lambda: now[-1], [part], [], "") == "cuda:1"
    assert now == ["cuda:0"]


def test_first_cached_values_go_then_other_networks(loaded, networks, run, said):
    models.network(loaded.model.part)
    kept, calls = [100], []

    def call():
        calls.append(1)
        if kept or loaded.model.part in networks:
            raise torch.OutOfMemoryError("no")
        return 5

    run.drop = lambda device: kept.pop() if device == "cpu" else pytest.fail(device)
    assert ladder.climb(call, [loaded.vae.part], [], "") == 5
    assert len(calls) == 3
    assert said() == [
        "memory ran short on cpu: values kept there were dropped",
        "memory ran short on cpu: other networks were let go",
    ]


def test_other_errors_are_left_alone(loaded):
    with pytest.raises(RuntimeError, match="shapes"):
        ladder.climb(lambda: torch.zeros(2) @ torch.zeros(3, 3), [loaded.vae.part], [], "")


def test_pictures_are_decoded_one_by_one_where_several_do_not_fit(loaded, networks, said):
    latent = Latent(drawn(2, 4, 6, 6))
    each = [decode_whole(loaded.vae, Latent(one)).pixels for one in latent.samples.split(1)]
    with limited(models.network(loaded.vae.part).decoder, 4 * 6 * 6):
        found = decode(loaded.vae, latent)
    assert torch.equal(found.pixels, torch.cat(each))
    assert said() == ["memory ran short on cpu: pictures went through the vae one by one"]


def test_pictures_are_decoded_in_tiles_where_one_does_not_fit(loaded, networks, said):
    latent = Latent(drawn(1, 4, 24, 20))
    expected = decode_tiled(loaded.vae, latent, tile=128, overlap=16).pixels
    with limited(models.network(loaded.vae.part).decoder, 4 * 16 * 16):
        found = decode(loaded.vae, latent).pixels
    assert torch.equal(found, expected)
    assert said()[-1].endswith("in tiles of 128 pixels, which blend")


def test_pictures_are_encoded_likewise(loaded, networks, said):
    image = Image(torch.rand(2, 160, 40, 3, generator=torch.Generator().manual_seed(0)))
    each = [encode_whole(loaded.vae, Image(one)).samples for one in image.pixels.split(1)]
    encoder = models.network(loaded.vae.part).encoder
    with limited(encoder, 3 * 160 * 40):
        found = encode(loaded.vae, image)
    assert torch.equal(found.samples, torch.cat(each))
    tiles = tiling.Tiles.of_pixels(128, 16, loaded.vae)
    expected = tiling.encode(loaded.vae, image, tiles, lambda *_: None)
    with limited(encoder, 3 * 128 * 40):
        found = encode(loaded.vae, image)
    assert torch.equal(found.samples, expected.samples)
    assert len(said()) == 2


def test_a_network_is_offloaded_where_it_leaves_too_little_room(loaded, networks, allow, said):
    said_ = text.encode(loaded.clip, "a")
    x, part = Latent(drawn(1, 4, 8, 8)), loaded.model.part
    expected = predict(loaded.model, x, 3.0, said_).positive.denoised.samples

    def check(module, _):
        if not placement.is_offloaded(module):
            raise torch.OutOfMemoryError("no")

    hook = models.network(part).register_forward_pre_hook(check)
    allow(10**9)
    found = predict(loaded.model, x, 3.0, said_).positive.denoised.samples
    hook.remove()
    assert torch.equal(found, expected)
    assert said()[-1].endswith("the unet was moved to the RAM and is brought layer by layer")


def test_where_nothing_helps_it_says_what_was_tried_and_what_would(loaded, networks):
    models.network(loaded.model.part)
    with (
        limited(models.network(loaded.vae.part).decoder, 10),
        pytest.raises(ladder.ShortError) as error,
    ):
        decode(loaded.vae, Latent(drawn(1, 4, 20, 20)))
    assert str(error.value) == (
        "the vae does not get by with the memory of cpu, although other networks were let go, "
        "pictures went through the vae in tiles of 128 pixels, which blend; make a smaller "
        "picture, or choose another device"
    )
    assert isinstance(error.value.__cause__, torch.OutOfMemoryError)


def test_a_user_is_told_and_the_picture_too(tmp_path, networks):
    settings = {"noise.width": 192, "schedule.steps": 1}
    graph, told, vae = override(load(WORKFLOW), settings), [], load_model().vae
    channels = vae.latents.channels
    with limited(models.network(vae.part).decoder, channels * (128 // vae.downscale) ** 2):
        result = Executor().run(graph, options=Options(out=tmp_path), listener=told.append)
    noted = [event for event in told if isinstance(event, events.Noted)]
    assert "tiles of" in noted[-1].message
    found = record.read_record(result.files[0].read_bytes())
    assert found["notes"][-1] == {"node": noted[-1].node, "message": noted[-1].message}


@pytest.mark.gpu
def test_a_gpu_that_is_full_still_decodes():
    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA device")
    from nodegraph.execution.context import Context, enter, leave

    token = enter(Context(Options(device="cuda")))
    vae = load_model().vae
    latent = Latent(drawn(1, 4, 256, 256))
    models.network(vae.part)
    free, _ = torch.cuda.mem_get_info()
    filling = torch.empty(max(free - 2**29, 0), dtype=torch.uint8, device="cuda")
    try:
        pixels = decode(vae, latent).pixels
    finally:
        del filling
        leave(token)
    assert pixels.shape[1] == 256 * vae.downscale
    assert pixels.isfinite().all()
