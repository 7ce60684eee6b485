"""The ledger API's description (OpenAPI 3.1), made from the shapes in wire.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from hotpot.pot.ledger.wire import (
    Answers,
    Balance,
    Commands,
    Done,
    Hold,
    Open,
    Opened,
    Post,
    Problem,
    Statement,
    Transfer,
    Void,
)

BASE = "/v1/ledger/"
# A refusal's code -> the HTTP status of a single command that is refused so.
STATUS: Mapping[str, int] = {
    "invalid": 422,
    "wrong_asset": 422,
    "unknown_account": 404,
    "unknown_hold": 404,
    "not_enough": 409,
    "too_much": 409,
    "key_taken": 409,
    "hold_expired": 409,
    "hold_ended": 409,
    "linked": 422,
}
SHAPES = (Transfer, Hold, Post, Void, Commands, Done, Answers, Open, Opened, Balance, Statement, Problem)


def _of(shape: type) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{shape.__name__}"}}}


def _answers(good: type) -> dict[str, Any]:
    problem = {"description": "Refused: `code` for machines, `message` for people", "content": _of(Problem)}
    return {
        "200": {
            "description": "Committed" if good in (Done, Answers, Opened) else "Found",
            "content": _of(good),
        },
        **{str(status): problem for status in (401, 403, 404, 409, 413, 422, 429, 503)},
    }


def _verb(summary: str, body: type, answer: type) -> dict[str, Any]:
    return {
        "post": {
            "summary": summary,
            "requestBody": {"required": True, "content": _of(body)},
            "responses": _answers(answer),
        }
    }


def _look(summary: str, answer: type, **parameters: str) -> dict[str, Any]:
    return {
        "get": {
            "summary": summary,
            "parameters": [
                {
                    "name": name,
                    "in": "query",
                    "required": name == "account",
                    "description": text,
                    "schema": {"type": "integer" if name == "limit" else "string"},
                }
                for name, text in parameters.items()
            ],
            "responses": _answers(answer),
        }
    }


def _document() -> dict[str, Any]:
    _refs, shapes = msgspec.json.schema_components(SHAPES, ref_template="#/components/schemas/{name}")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hotpot ledger",
            "version": "1",
            "description": "Moves any asset between accounts of the token's party. Every command carries "
            "a key: sent again, it is answered as the first time. Needs a token with the scope “ledger”.",
        },
        "security": [{"token": []}],
        "paths": {
            f"{BASE}accounts": _verb("Open an account", Open, Opened),
            f"{BASE}transfers": _verb("Move an amount", Transfer, Done),
            f"{BASE}holds": _verb("Set an amount aside", Hold, Done),
            f"{BASE}posts": _verb("Move what is held, or a part", Post, Done),
            f"{BASE}voids": _verb("Free what is held", Void, Done),
            f"{BASE}batches": _verb("Many commands in one request", Commands, Answers),
            f"{BASE}balance": _look("An account's balance", Balance, account="Its code"),
            f"{BASE}statement": _look(
                "An account's movements in order",
                Statement,
                account="Its code",
                since="From this moment on, ISO 8601",
                until="Up to and without this moment, ISO 8601",
                after="The `next` of the page before",
                limit="Lines of a page",
            ),
        },
        "components": {
            "schemas": shapes,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


DOCUMENT = _document()
