import pytest

from nodegraph.comfy.site import Site
from nodegraph.workflow import catalogue
from tests.nodegraph.comfy.prompts import text_to_picture


@pytest.fixture
def site():
    pictures = {"cat.png": "cat.png", "sub/dog.png [output]": "/outputs/sub/dog.png"}
    return Site(catalogue(), ["owner/anime", "dreams"], ["cat.png"], pictures.get)


@pytest.fixture
def prompt():
    made = text_to_picture("a happy red fox", "dpmpp_2m", "karras")
    made["6"]["_meta"] = {"title": "Positive"}
    return made
