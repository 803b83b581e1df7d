"""The OpenAPI document, made of the very declarations that requests are answered by."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import MISSING, fields, is_dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import web

from nodegraph import __version__
from nodegraph.engine.web import forms
from nodegraph.engine.web.errors import ErrorAnswer
from nodegraph.engine.web.routes import JSON, Route

REF = "#/components/schemas/{model}"
MODES = {"body": "validation", "return": "serialization"}
LARGEST = 2**63 - 1


def document(routes: Sequence[Route]) -> dict[str, Any]:
    """Return the document of some routes."""
    schemas = _Schemas(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Nodegraph engine", "version": __version__},
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas.shared,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


class _Schemas:
    """The schemas of all that goes in and out, with what they share apart."""

    def __init__(self, routes: Sequence[Route]) -> None:
        from pydantic import TypeAdapter

        wanted: dict[tuple[Any, str], Any] = {(ErrorAnswer, "serialization"): None}
        for route in routes:
            for name, mode in MODES.items():
                kind = route.types.get(name)
                if _is_json(kind):
                    wanted[kind, mode] = None
        inputs: list[Any] = [
            (kind, mode, forms.form(kind) if mode == "validation" else forms.adapter(kind))
            for kind, mode in wanted
        ]
        found, rest = TypeAdapter.json_schemas(inputs, ref_template=REF)
        self._found: dict[Any, Any] = dict(found)
        self.shared: dict[str, Any] = rest.get("$defs", {})

    def of(self, kind: Any, mode: str) -> Any:
        return self._found[kind, mode]


def _is_json(kind: Any) -> bool:
    response = isinstance(kind, type) and issubclass(kind, web.StreamResponse)
    return kind is not None and not response


def _operation(route: Route, schemas: _Schemas) -> dict[str, Any]:
    summary, _, rest = (inspect.getdoc(route.handler) or "").partition("\n")
    operation: dict[str, Any] = {
        "operationId": route.handler.__name__,
        "summary": summary,
        "parameters": _parameters(route),
        "responses": _responses(route, schemas),
    }
    if rest.strip():
        operation["description"] = rest.strip()
    body = _body(route, schemas)
    return operation | ({"requestBody": body} if body else {})


def _parameters(route: Route) -> list[dict[str, Any]]:
    found = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 0, "maximum": LARGEST}
            if route.types[name] is int
            else {"type": "string"},
        }
        for name in route.fields
    ]
    query = route.types.get("query")
    if query is not None and is_dataclass(query):
        schema = forms.form(query).json_schema()
        found += [
            {
                "name": field.name,
                "in": "query",
                "required": field.default is MISSING and field.default_factory is MISSING,
                "schema": schema["properties"][field.name],
            }
            for field in fields(query)
        ]
    return found


def _body(route: Route, schemas: _Schemas) -> dict[str, Any]:
    if route.takes:
        return {"required": True, "content": {route.takes: {}}}
    kind = route.types.get("body")
    if kind is None:
        return {}
    return {"required": True, "content": {JSON: {"schema": schemas.of(kind, "validation")}}}


def _responses(route: Route, schemas: _Schemas) -> dict[str, Any]:
    wrong = {"schema": schemas.of(ErrorAnswer, "serialization")}
    return {
        **_good(route, schemas),
        "default": {"description": "It failed; why.", "content": {JSON: wrong}},
    }


def _good(route: Route, schemas: _Schemas) -> dict[str, Any]:
    gives = route.types["return"]
    if gives is None:
        return {"204": {"description": "Done."}}
    content = {"schema": schemas.of(gives, "serialization")} if _is_json(gives) else {}
    about: dict[str, Any] = {"description": HTTPStatus(route.status).phrase}
    if route.status != HTTPStatus.SWITCHING_PROTOCOLS:
        about["content"] = {route.media: content}
    return {str(route.status): about}
