import pytest

from nodes.lib import models
from nodes.lib.models import network
from nodes.model import load_model
from tests import tiny
from tests.nodes.guided import Scene


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory):
    """A Stable Diffusion that predicts the noise."""
    return tiny.write_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def tiny_v_folder(tmp_path_factory):
    """One that predicts v, up to sigma 157, with latents of unit variance."""
    return tiny.write_model(tmp_path_factory.mktemp("models") / "tiny_v", tiny.V, scale=1.0)


@pytest.fixture(scope="session")
def loaded(tiny_folder):
    return load_model(model=str(tiny_folder))


@pytest.fixture(scope="session", params=["eps", "v_prediction"])
def either(request, tiny_folder, tiny_v_folder):
    return load_model(model=str(tiny_folder if request.param == "eps" else tiny_v_folder))


@pytest.fixture(scope="session")
def film_folder(tiny_folder, tmp_path_factory):
    """An AnimateDiff: from text to a film."""
    from tests.tiny import pipelines

    return pipelines.write_film(tmp_path_factory.mktemp("models") / "film", tiny_folder)


@pytest.fixture(scope="session")
def sound_folder(tmp_path_factory):
    """A Stable Audio: from text to sound."""
    from tests.tiny import pipelines

    return pipelines.write_sound(tmp_path_factory.mktemp("models") / "sound")


@pytest.fixture(scope="module")
def fresh():
    """Give others networks that nothing was ever laid over."""
    models.forget()
    yield
    models.forget()


@pytest.fixture(scope="module")
def critters():
    return Scene(load_model())


@pytest.fixture
def calls(critters):
    sizes = []
    unet = network(critters.model.part)
    hook = unet.register_forward_pre_hook(lambda _, args: sizes.append(len(args[0])))
    yield sizes
    hook.remove()
