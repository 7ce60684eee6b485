"""Receipts and replies pushed to an enterprise's own address, many in one POST, signed.

Headers and signature are those of Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 over
"id.timestamp.body" in base64. The secret is the interface's password: "whsec_" and its UTF-8 in base64.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection, Sequence

import msgspec

from hotpot.pot.messaging.gateway.desk import Desk
from hotpot.pot.messaging.gateway.face import JSON
from hotpot.pot.messaging.gateway.http.wire import Hook, Notices, told
from hotpot.pot.messaging.wire import Interface, Notice

encode = msgspec.json.Encoder().encode


class Webhooks:
    """`Interface.settings["webhook"]` is the address; without one its notices are fetched."""

    kind = "http"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def listens(self, interface: Interface) -> bool:
        return bool(interface.settings.get("webhook"))

    async def tell(self, interface: Interface, notices: Sequence[Notice]) -> Collection[int]:
        """All or none. Any status of 200 to 299 means that they were taken."""
        now = self._desk.clock.now()
        body = encode(Hook("notices", now, Notices([told(notice) for notice in notices])))
        password = self._desk.guests.by_id[interface.id].password
        headers = signed(password, _id_of(interface, notices), int(now.timestamp()), body)
        url = str(interface.settings["webhook"])
        status = await self._desk.outward.post(url, body, {"content-type": JSON, **headers})
        if not 200 <= status <= 299:
            raise ConnectionError(f"the webhook answered {status}")
        return [notice.id for notice in notices]


def signed(password: str, id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of Standard Webhooks."""
    content = f"{id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(password.encode(), content, hashlib.sha256)).decode()
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }


def _id_of(interface: Interface, notices: Sequence[Notice]) -> str:
    """The same notices have the same one when they come again."""
    return f"{interface.login}-{notices[0].id}-{notices[-1].id}-{len(notices)}"
