"""The gateway's HTTP: hands each request to the face that answers its address. RSGI under granian."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import structlog
from prometheus_client import CollectorRegistry, generate_latest

from hotpot.kernel.errors import NotFound, Refused
from hotpot.kernel.reach import comes_from_here
from hotpot.pot.messaging.gateway.desk import Desk
from hotpot.pot.messaging.gateway.face import Face, Request, Response
from hotpot.pot.messaging.gateway.figures import Figures

BODY_BYTES_MAX = 8 * 1024 * 1024
TEXT = "text/plain; version=0.0.4"
NOTHING_HERE = "There is nothing here. See /v1/openapi.json."

encode = msgspec.json.Encoder().encode
log = structlog.get_logger(__name__)


class TooLarge(Refused):
    code = "too_large"
    status = 413


class NoLength(Refused):
    code = "length"
    status = 411


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a request was refused: `code` for machines, `message` for people. `field`: what is to be mended."""

    status: int
    code: str
    message: str
    field: str = ""


def problem(status: int, code: str, message: str, field: str = "") -> Response:
    more: list[tuple[str, str]] = []
    if status == 401:
        more = [("www-authenticate", 'Basic realm="Hotpot", charset="UTF-8"'), ("www-authenticate", "Bearer")]
    elif status in (429, 503):
        more = [("retry-after", "1")]
    return Response(status, encode(Problem(status, code, message, field)), headers=more)


class Gateway:
    """The RSGI application. `proxies`: how many stand in front, each adding to X-Forwarded-For."""

    def __init__(self, desk: Desk, faces: Sequence[Face], *, proxies: int = 0) -> None:
        self._desk = desk
        self._proxies = proxies
        served = [(path, face) for face in faces for path in face.paths]
        self._exact = {path: face for path, face in served if not path.endswith("/")}
        self._below = [(path, face) for path, face in served if path.endswith("/")]
        self._registry = CollectorRegistry()
        self._registry.register(Figures(desk))

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        if scope.proto != "http":
            protocol.close(404)
            return
        face = self._exact.get(scope.path) or self._face_above(scope.path)
        if face is None:
            response = self._own(scope)
        else:
            response = await self._ask(face, scope, protocol)
        headers = [("content-type", response.kind), *response.headers] if response.body else response.headers
        protocol.response_bytes(response.status, list(headers), response.body)

    def _face_above(self, path: str) -> Face | None:
        return next((face for above, face in self._below if path.startswith(above)), None)

    async def _ask(self, face: Face, scope: Any, protocol: Any) -> Response:
        try:
            headers = dict(scope.headers.items())
            body = await _body(scope.method, headers, protocol)
            address = self._address(scope.client, headers)
            request = Request(scope.method, scope.path, scope.query_string, headers, body, address)
            return await face.call(request)
        except Refused as refused:
            return problem(refused.status, refused.code, refused.sentence, getattr(refused, "field", ""))
        except Exception:
            log.exception("a request failed", path=scope.path)
            return problem(500, "failed", "This failed. The operator finds the reason in the gateway's log.")

    def _address(self, client: str, headers: dict[str, str]) -> str:
        """Of who called, as the outermost of our proxies saw it; "" where they didn't say."""
        if not self._proxies:
            return client.rpartition(":")[0].strip("[]")
        seen = [one.strip() for one in headers.get("x-forwarded-for", "").split(",")]
        return seen[-self._proxies] if len(seen) >= self._proxies else ""

    def _own(self, scope: Any) -> Response:
        match scope.method, scope.path:
            case "GET", "/healthz":
                well = self._desk.ready
                return Response(200 if well else 503, encode({"healthy": well}))
            case "GET", "/metrics" if comes_from_here(scope.client, scope.headers):
                return Response(200, generate_latest(self._registry), TEXT)
        return problem(404, NotFound.code, NOTHING_HERE)


async def _body(method: str, headers: dict[str, str], protocol: Any) -> bytes:
    length = headers.get("content-length", "")
    if not length and method in ("GET", "DELETE", "HEAD"):
        return b""
    if not length.isdecimal():
        raise NoLength("Say how long the body is: Content-Length.")
    if int(length) > BODY_BYTES_MAX:
        raise TooLarge(f"Send at most {BODY_BYTES_MAX} bytes in a request.")
    body: bytes = await protocol()
    return body
