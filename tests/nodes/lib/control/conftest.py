"""Transformers of each family, deep enough to be led."""

import pytest
from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution

from nodes.model import load_model
from tests.tiny import families


@pytest.fixture(scope="module")
def sd3(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "sd3"
    deep = {"transformer": lambda: families.sd3(num_layers=4)}
    return load_model(model=str(families.write_family(folder, "sd3", **deep)))


@pytest.fixture(scope="module")
def flux1(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "flux"
    deep = {"transformer": lambda: families.flux(num_layers=3, num_single_layers=4)}
    return load_model(model=str(families.write_family(folder, "flux", **deep)))


@pytest.fixture
def mean(monkeypatch):
    """Let diffusers take the middle of what its encoder says, as we do, in place of a draw."""
    monkeypatch.setattr(
        DiagonalGaussianDistribution, "sample", lambda self, generator=None: self.mode()
    )
