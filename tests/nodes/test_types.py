import subprocess
import sys

import pytest
import torch

from nodes.types import Image, Latent, Mask, Noise, Prediction


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (Latent, (1, 4, 8)),
        (Image, (1, 8, 8, 4)),
        (Mask, (8, 8)),
        (lambda samples: Noise(samples, 0), (4, 8, 8)),
    ],
)
def test_a_value_of_the_wrong_shape_says_what_is_wanted(make, shape):
    with pytest.raises(TypeError, match=r"must be \(B, .*\) float32; this is \("):
        make(torch.zeros(shape))


def test_a_value_of_the_wrong_kind_says_what_is_wanted():
    with pytest.raises(TypeError, match=r"float32; this is .* float16"):
        Latent(torch.zeros(1, 4, 8, 8, dtype=torch.float16))


def test_a_prediction_gives_the_noise_in_the_networks_units():
    x, denoised = torch.randn(1, 4, 2, 2), torch.randn(1, 4, 2, 2)
    prediction = Prediction(Latent(x), 2.0, Latent(denoised), scale=0.5)
    torch.testing.assert_close(prediction.eps, (x * 0.5 - denoised * 0.5) / 2.0)


def test_importing_the_library_loads_none_of_the_heavy_packages():
    heavy = "{'torch', 'numpy', 'PIL', 'diffusers', 'transformers', 'huggingface_hub', 'PySide6'}"
    code = f"import sys, nodes; print(sorted({heavy} & set(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
