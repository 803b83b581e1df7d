"""The catalogue as JSON data."""

import json

import jsonschema
import pytest
from pydantic import ValidationError

from nodegraph.catalogue import from_json, to_json
from nodegraph.registry import Catalogue, load_packs
from nodegraph.schema import json_schema


def test_every_installed_type_comes_back_from_json_as_it_was():
    known = Catalogue(load_packs())
    data = json.loads(json.dumps(to_json(known.values())))
    assert from_json(data) == dict(known)


def test_what_is_no_catalogue_is_refused():
    with pytest.raises(ValidationError):
        from_json({"nodes": {"a.b": {"id": 3}}})


def test_the_published_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(json_schema())
