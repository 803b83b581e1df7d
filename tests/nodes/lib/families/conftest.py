import pytest

from nodes.model import load_model
from tests.tiny import families


@pytest.fixture(scope="session")
def family_folder(tmp_path_factory):
    """Writes a tiny model of a family, once."""
    written = {}

    def folder(name):
        if name not in written:
            place = tmp_path_factory.mktemp("families") / name
            written[name] = families.write_family(place, name)
        return written[name]

    return folder


@pytest.fixture
def family(family_folder):
    """Loads a tiny model of a family."""
    return lambda name: load_model(model=str(family_folder(name)))
