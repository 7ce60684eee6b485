"""An old client of cloud MAS, as vendors' demonstration code does it."""

from __future__ import annotations

import base64
import hashlib
import json
import urllib.request
from dataclasses import dataclass
from typing import Any


@dataclass
class SMSClient:
    url: str
    ap_id: str
    secret_key: str
    ec_name: str = "威海市城市开发投资有限公司"
    sign: str = ""
    add_serial: str = ""

    def fields(self, mobiles: str, content: str) -> dict[str, str]:
        buffer = self.ec_name + self.ap_id + self.secret_key + mobiles + content + self.sign + self.add_serial
        return {
            "ecName": self.ec_name,
            "apId": self.ap_id,
            "secretKey": self.secret_key,
            "mobiles": mobiles,
            "content": content,
            "sign": self.sign,
            "addSerial": self.add_serial,
            "mac": hashlib.md5(buffer.encode(), usedforsecurity=False).hexdigest(),
        }

    def template_fields(self, mobiles: str, template: str, params: str) -> dict[str, str]:
        head = self.ec_name + self.ap_id + self.secret_key
        buffer = head + template + mobiles + params + self.sign + self.add_serial
        return {
            "ecName": self.ec_name,
            "apId": self.ap_id,
            "secretKey": self.secret_key,
            "templateId": template,
            "mobiles": mobiles,
            "params": params,
            "sign": self.sign,
            "addSerial": self.add_serial,
            "mac": hashlib.md5(buffer.encode(), usedforsecurity=False).hexdigest(),
        }

    def send_msg(self, mobiles: str, content: str) -> dict[str, Any]:
        return self.post("/sms/norsubmit", packed(self.fields(mobiles, content)))

    def send_template(self, mobiles: str, template: str, params: str) -> dict[str, Any]:
        return self.post("/sms/tmpsubmit", packed(self.template_fields(mobiles, template, params)))

    def post(self, path: str, body: bytes) -> dict[str, Any]:
        """With the content type that Java's HttpURLConnection sends by itself, whatever is in the body."""
        request = urllib.request.Request(self.url + path, body)  # noqa: S310 (our own address)
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            said: dict[str, Any] = json.load(answer)
            return said


def packed(fields: dict[str, str]) -> bytes:
    return base64.b64encode(json.dumps(fields, ensure_ascii=False).encode())
