from dataclasses import replace

import pytest
import torch

from benchmarks import gpu, gpu_parts, true_models


@pytest.fixture(params=gpu.families(tiny_ones=True), ids=lambda family: family.name)
def scene(request):
    torch.manual_seed(0)
    return gpu.scene(true_models.make(request.param, "cpu"), 64, batch=2, steps=2)


def test_both_sides_make_the_same_pictures(scene):
    ours, theirs = gpu.ours(scene), gpu.theirs(scene, gpu.pipeline(scene.made))
    assert ours.shape == (2, 64, 64, 3)
    # bfloat16, rounded at other places
    assert (ours - theirs).abs().mean() < theirs.std() / 20


def test_every_speed_makes_the_same_pictures(scene):
    expected = gpu.ours(scene)
    for speed in ("fast", "fastest"):
        made = true_models.make(scene.made.family, "cpu", speed)
        made.unet.load_state_dict(scene.made.unet.state_dict())
        made.autoencoder.load_state_dict(scene.made.autoencoder.state_dict())
        found = gpu.ours(replace(scene, made=made))
        # bfloat16, added up in another order
        assert (found - expected).abs().mean() < expected.std() / 20


def test_without_a_gpu_it_says_so(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    gpu.main([])
    assert "no CUDA device" in capsys.readouterr().out


@pytest.mark.slow
def test_the_table_has_a_row_for_every_model_batch_and_mode(capsys):
    gpu.main(["--device", "cpu", "--tiny", "--steps", "1", "--minutes", "0"])
    lines = capsys.readouterr().out.splitlines()
    assert sum("| eager |" in line for line in lines) == 4
    assert sum("| compiled | left out: no time |" in line for line in lines) == 2
    for part in ("step", "decode", "picture"):
        assert sum(f" | {part} | " in line for line in lines) == 2
    assert sum("best batch" in line for line in lines) == 2
    (head,) = [line for line in lines if line.startswith("| model |") and "| mode |" in line]
    assert all(f"| {name} img/s |" in head for name in ("safe", "fast", "fastest", "diffusers"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("family", "size", "expected"), [(gpu.SD15, 512, 1.607e12), (gpu.SDXL, 1024, 13.52e12)]
)
def test_the_networks_are_of_true_size(family, size, expected):
    forward, _ = gpu.flops(family.name, size, tiny_ones=False)
    assert forward == pytest.approx(expected, rel=1e-3)


def test_a_step_is_what_a_picture_takes_without_decoding_and_is_held_against_its_goal():
    seconds = {"decode": 0.2, "ours": 0.76, "theirs": 2.2}
    rows = gpu_parts.parts(
        "SDXL",
        1024,
        (lambda: "ours", lambda: "theirs"),
        (lambda: "decode", lambda: "decode"),
        (0.014, 0.1),
        20,
        lambda call: seconds[call()],
    )
    step, decode, picture = ([*row[2:]] for row in rows)
    assert step == ["step", "28.00", "100.00", "0.28", "14.00", "50%", "26 (NO)"]
    assert decode == ["decode", "200.00", "200.00", "1.00", "100.00", "50%", "25 (NO)"]
    assert picture == ["picture", "760.00", "2200.00", "0.35", "380.00", "50%", "560 (NO)"]


def test_the_best_batch_is_sought_as_far_as_the_memory_reaches():
    def make(batch):
        def call():
            if batch > 8:
                raise torch.OutOfMemoryError
            return batch

        return call

    found = gpu_parts.best_batch("SDXL", make, lambda call: {4: 2.0, 8: 3.0}[call()])
    assert found == "SDXL, best batch 8: 2.67 pictures a second; the goal is 2.4: yes"
