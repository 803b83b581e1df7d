import json
import re

import jsonschema
import pytest

from nodegraph.engine.web.app import ROUTES
from nodegraph.engine.web.openapi import document
from tests.nodegraph.engine.serving import NUMBERS, within
from tests.nodegraph.engine.test_web_outputs import finished

DOCUMENT = document(ROUTES)


def operations():
    return {
        (method.upper(), path): operation
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
    }


def check(schema, data):
    """Check data against a schema of the document."""
    registry = {"$defs": DOCUMENT["components"]["schemas"]}
    text = json.dumps(registry | {"schema": schema}).replace("#/components/schemas/", "#/$defs/")
    found = json.loads(text)
    jsonschema.validate(data, found.pop("schema") | found)


def test_the_document_names_exactly_what_is_served(tmp_path):
    async def ask(engine, client):
        return {
            (route.method, route.resource.canonical)
            for route in client.app.router.routes()
            if route.method != "HEAD"
        }

    assert within(tmp_path, ask) == set(operations())


def test_the_document_served_is_this_one(tmp_path):
    async def ask(engine, client):
        return await (await client.get("/api/openapi.json")).json()

    assert within(tmp_path, ask) == DOCUMENT


def test_every_operation_has_a_name_of_its_own_a_summary_and_its_fields():
    names = [operation["operationId"] for operation in operations().values()]
    assert len(set(names)) == len(names)
    for (_, path), operation in operations().items():
        assert re.fullmatch(r"[A-Z].*[.,]|[A-Z].*\w", operation["summary"])
        fields = [one["name"] for one in operation["parameters"] if one["in"] == "path"]
        assert fields == re.findall(r"{(\w+)}", path)


def test_every_reference_leads_somewhere():
    found = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(DOCUMENT)))
    assert found <= set(DOCUMENT["components"]["schemas"])
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


async def answers(engine, client):
    """Ask everything that needs no worker; return each answer with where it is declared."""
    job = await finished(engine)
    output = job.outputs[0].id
    submission = {"workflow": NUMBERS}
    first = await (await client.post("/api/jobs", json=submission)).json()
    queued = first["jobs"][0]["id"]
    asked = [
        ("GET", "/api/nodes", "/api/nodes", None),
        ("GET", "/api/system", "/api/system", None),
        ("GET", "/api/openapi.json", "/api/openapi.json", None),
        ("POST", "/api/validate", "/api/validate", submission),
        ("POST", "/api/validate", "/api/validate", {"workflow": "{}"}),
        ("POST", "/api/jobs", "/api/jobs", submission | {"sweep": {"one.value": "1..2"}}),
        ("POST", "/api/jobs", "/api/jobs", {"workflow": 1}),
        ("GET", "/api/jobs", "/api/jobs?limit=2&state=queued,done", None),
        ("GET", "/api/jobs/{id}", f"/api/jobs/{job.id}", None),
        ("GET", "/api/jobs/{id}", "/api/jobs/nobody", None),
        ("GET", "/api/jobs/{id}/workflow", f"/api/jobs/{queued}/workflow", None),
        ("PATCH", "/api/jobs/{id}", f"/api/jobs/{queued}", {"priority": 1}),
        ("POST", "/api/jobs/{id}/again", f"/api/jobs/{queued}/again", None),
        ("POST", "/api/jobs/{id}/cancel", f"/api/jobs/{queued}/cancel", None),
        ("DELETE", "/api/jobs/{id}", f"/api/jobs/{queued}", None),
        ("POST", "/api/jobs/cancel", "/api/jobs/cancel", None),
        ("GET", "/api/outputs", "/api/outputs", None),
        ("POST", "/api/outputs/rebuild", "/api/outputs/rebuild", None),
        ("GET", "/api/outputs/{id}", f"/api/outputs/{output}", None),
        ("GET", "/api/outputs/{id}/workflow", f"/api/outputs/{output}/workflow", None),
        ("GET", "/api/outputs/{id}/file", "/api/outputs/999/file", None),
        ("DELETE", "/api/outputs/{id}", f"/api/outputs/{output}", None),
    ]
    for method, route, path, body in asked:
        response = await client.request(method, path, json=body)
        yield (method, route), response.status, await response.read()


def test_answers_are_of_the_form_that_the_document_says(tmp_path):
    async def ask(engine, client):
        async for place, status, data in answers(engine, client):
            declared = operations()[place]["responses"]
            if status == 204:
                assert declared["204"]
                assert data == b""
                continue
            answer = declared.get(str(status), declared["default"])
            assert status >= 400 or str(status) in declared, place
            check(answer["content"]["application/json"].get("schema", {}), json.loads(data))

    within(tmp_path, ask)


@pytest.mark.parametrize(
    ("body", "good"),
    [
        ({"workflow": NUMBERS}, True),
        ({"workflow": "text", "sweep": {"a.b": "1..2", "c.d": [1, "x"]}}, True),
        ({"workflow": NUMBERS, "targets": ["both"], "request": "mine"}, True),
        ({}, False),
        ({"workflow": NUMBERS, "prority": 1}, False),
        ({"workflow": NUMBERS, "dtype": "int8"}, False),
        ({"workflow": NUMBERS, "targets": "both"}, False),
    ],
)
def test_the_document_and_the_engine_agree_on_submissions(tmp_path, body, good):
    async def ask(engine, client):
        return (await client.post("/api/validate", json=body)).status

    schema = operations()["POST", "/api/validate"]["requestBody"]["content"]["application/json"]
    assert within(tmp_path, ask) == (200 if good else 400)
    if good:
        check(schema["schema"], body)
    else:
        with pytest.raises(jsonschema.ValidationError):
            check(schema["schema"], body)
