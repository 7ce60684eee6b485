"""An OAuth 2.0 provider on this machine: codes with PKCE, refresh tokens that turn over, and the question
by which Dovecot finds out whose token it was given (RFC 7662)."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import parse_qs, urlsplit

CLIENT, SECRET = "hotpot", "hotpot's own"


class Provider:
    def __init__(self) -> None:
        self.codes: dict[str, tuple[str, str, str]] = {}  # code -> person, challenge, redirect
        self.access: dict[str, str] = {}  # token -> person
        self.refresh: dict[str, str] = {}
        self.life_s = 3600
        self._serial = count(1)
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                status, answer = provider._answered(urlsplit(self.path).path, form)
                content = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def visit(self, address: str, person: str) -> tuple[str, str]:
        """Somebody follows the link and agrees: the state and code that the browser brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (asked["client_id"], asked["code_challenge_method"]) == (CLIENT, "S256")
        code = f"code-{next(self._serial)}"
        self.codes[code] = person, asked["code_challenge"], asked["redirect_uri"]
        return asked["state"], code

    def _answered(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        if path == "/introspect":
            person = self.access.get(form["token"])
            return 200, {"active": person is not None, "username": person or ""}
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        person = self._by_code(form) if form["grant_type"] == "authorization_code" else self._by_token(form)
        if person is None:
            return 400, {"error": "invalid_grant"}
        access, refresh = (f"{kind}-{next(self._serial)}" for kind in ("access", "refresh"))
        self.access[access] = self.refresh[refresh] = person
        return 200, {"access_token": access, "refresh_token": refresh, "expires_in": self.life_s}

    def _by_code(self, form: dict[str, str]) -> str | None:
        person, challenge, back = self.codes.pop(form["code"], (None, "", ""))
        hashed = hashlib.sha256(form["code_verifier"].encode()).digest()
        proven = base64.urlsafe_b64encode(hashed).rstrip(b"=").decode() == challenge
        return person if proven and back == form["redirect_uri"] else None

    def _by_token(self, form: dict[str, str]) -> str | None:
        return self.refresh.pop(form["refresh_token"], None)
