"""The intake's description (OpenAPI 3.1), made from the shapes in wire.py."""

from __future__ import annotations

from typing import Any

import msgspec

from hotpot.pot.metering import bodies
from hotpot.pot.metering.wire import Event, Problem, Receipt

EVENTS = "/v1/events"
DESCRIPTION = "/v1/openapi.json"
PROBLEMS = {
    400: "The body cannot be read",
    401: "The token is unknown",
    411: "Content-Length is missing",
    413: "Too many events or bytes",
    415: "A content type or encoding that is not known",
    429: "This sender is too fast: send it again after Retry-After seconds",
    503: "The queue is full, or PostgreSQL is away: send it again after Retry-After seconds",
}


def _ref(shape: type) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{shape.__name__}"}


def _answers() -> dict[str, Any]:
    receipt = {"application/json": {"schema": _ref(Receipt)}}
    problem = {"application/json": {"schema": _ref(Problem)}}
    return {
        "200": {"description": "Committed: some were accepted or known already", "content": receipt},
        "422": {"description": "All were refused", "content": receipt},
        **{str(status): {"description": text, "content": problem} for status, text in PROBLEMS.items()},
    }


def _document() -> dict[str, Any]:
    shapes = (Event, Receipt, Problem)
    _refs, schemas = msgspec.json.schema_components(shapes, ref_template="#/components/schemas/{name}")
    batch = {"type": "array", "items": _ref(Event), "maxItems": bodies.EVENTS_MAX}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hotpot intake of usage",
            "version": "1",
            "description": "Takes CloudEvents 1.0, once for each source and id; answers after the commit. "
            "Needs a token with a scope for the source. Sending again is always safe.",
        },
        "security": [{"token": []}],
        "paths": {
            EVENTS: {
                "post": {
                    "summary": "Send one event, a batch or lines; gzip or not",
                    "requestBody": {
                        "required": True,
                        "content": {
                            bodies.SINGLE: {"schema": _ref(Event)},
                            bodies.BATCH: {"schema": batch},
                            **{kind: {"schema": _ref(Event)} for kind in bodies.LINES},
                        },
                    },
                    "responses": _answers(),
                }
            }
        },
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


DOCUMENT = _document()
