"""The HTTP API's description (OpenAPI 3.1), made from the shapes in wire.py."""

from __future__ import annotations

from typing import Any

import msgspec

from hotpot.pot.messaging.gateway.http.wire import (
    MESSAGES_MAX,
    Answers,
    Forgotten,
    Heard,
    Hook,
    Message,
    Notices,
    Outcome,
    Page,
    Shown,
)
from hotpot.pot.messaging.gateway.server import Problem

SHAPES = (Message, Outcome, Answers, Shown, Page, Notices, Heard, Forgotten, Hook, Problem)


def _of(shape: type) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{shape.__name__}"}}}


def _answers(status: int, text: str, *shapes: type) -> dict[str, Any]:
    schema: dict[str, Any] = {"anyOf": [_of(shape)["application/json"]["schema"] for shape in shapes]}
    good = {"description": text, "content": {"application/json": {"schema": schema}}}
    problem = {"description": "Refused: `code` for machines, `message` for people", "content": _of(Problem)}
    return {
        str(status): good,
        **{str(code): problem for code in (401, 402, 403, 404, 409, 411, 413, 422, 429, 503)},
    }


def _parameter(name: str, where: str, text: str, kind: str = "string") -> dict[str, Any]:
    return {
        "name": name,
        "in": where,
        "required": where == "path",
        "description": text,
        "schema": {"type": kind},
    }


_ID = _parameter("id", "path", "The message's id")
_LIMIT = _parameter("limit", "query", f"How many; at most {MESSAGES_MAX}, 100 where not given", "integer")


def _send() -> dict[str, Any]:
    one = _of(Message)["application/json"]["schema"]
    many = {"type": "array", "items": one, "minItems": 1, "maxItems": MESSAGES_MAX}
    return {
        "summary": "Send one message, or many",
        "description": "An object sends one: 202 once it is kept. A list, or NDJSON, sends many: 200, and "
        "an answer for each in the same order. The body may be gzip (Content-Encoding).",
        "parameters": [
            _parameter("Idempotency-Key", "header", "For messages without a `key` of their own"),
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"oneOf": [one, many]}},
                "application/x-ndjson": {"schema": one},
            },
        },
        "responses": {
            "200": {"description": "An answer for each", "content": _of(Answers)},
            **_answers(202, "Kept, and will be sent", Outcome),
        },
    }


def _document() -> dict[str, Any]:
    _refs, shapes = msgspec.json.schema_components(SHAPES, ref_template="#/components/schemas/{name}")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hotpot messages",
            "version": "1",
            "description": "Messages to phones and back, for an enterprise's own systems. Who calls is an "
            "interface of the kind “http”: its login and password, or its password alone as a token.",
        },
        "security": [{"login": []}, {"token": []}],
        "paths": {
            "/v1/messages": {
                "post": _send(),
                "get": {
                    "summary": "Search, the newest first; or one by its key",
                    "parameters": [
                        _parameter("key", "query", "The key that it was sent with: one message"),
                        _parameter("number", "query", "Of the phone, E.164"),
                        _parameter("state", "query", "queued, sent, delivered, failed, expired, received"),
                        _parameter("since", "query", "From this moment on, ISO 8601"),
                        _parameter("after", "query", "The `next` of the page before"),
                        _LIMIT,
                    ],
                    "responses": _answers(200, "Found", Page, Shown),
                },
            },
            "/v1/messages/{id}": {
                "get": {
                    "summary": "What became of a message",
                    "parameters": [_ID],
                    "responses": _answers(200, "Found", Shown),
                },
                "delete": {
                    "summary": "Call a message off that no carrier has yet",
                    "parameters": [_ID],
                    "responses": _answers(202, "It will expire", Shown),
                },
            },
            "/v1/notices": {
                "get": {
                    "summary": "Receipts and replies that you weren't told yet, the oldest first",
                    "parameters": [_LIMIT],
                    "responses": _answers(200, "Found", Notices),
                },
            },
            "/v1/notices/told": {
                "post": {
                    "summary": "You have these: they don't come again",
                    "requestBody": {"required": True, "content": _of(Heard)},
                    "responses": _answers(200, "Forgotten", Forgotten),
                },
            },
        },
        "webhooks": {
            "notices": {
                "post": {
                    "summary": "Receipts and replies, brought to your address; signed by Standard Webhooks",
                    "requestBody": {"required": True, "content": _of(Hook)},
                    "responses": {"2XX": {"description": "You have them: they don't come again"}},
                },
            },
        },
        "components": {
            "schemas": shapes,
            "securitySchemes": {
                "login": {"type": "http", "scheme": "basic"},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
    }


DOCUMENT = _document()
