"""What passes over the HTTP API, as JSON. Times are ISO 8601 with an offset; ids are digits in strings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from hotpot.pot.messaging.text import Alphabet
from hotpot.pot.messaging.wire import Given, Notice

MESSAGES_MAX = 1_000  # in one request
KEY_CHARACTERS_MAX = 200
PRIORITIES = {"bulk": -1, "usual": 0, "first": 1}

Number = Annotated[str, Meta(min_length=1, max_length=40, description="E.164, or as your country writes it")]
Text = Annotated[str, Meta(max_length=40_000, description="Binary messages: hexadecimal digits")]
NO_NUL = r"^[^\x00]*$"  # PostgreSQL's text has none
Key = Annotated[
    str,
    Meta(
        max_length=KEY_CHARACTERS_MAX,
        pattern=NO_NUL,
        description="The same key again sends nothing new, ever",
    ),
]
Ref = Annotated[
    str, Meta(max_length=200, pattern=NO_NUL, description="Your own id: comes back with the receipt")
]
Signature = Annotated[
    str, Meta(max_length=40, pattern=NO_NUL, description="“Hotpot” for 【Hotpot】 before the text")
]
Extension = Annotated[
    str, Meta(max_length=20, description="Digits after your access number: replies bring them back")
]


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One message to one number: a text, or an approved template with what fills its places in order."""

    to: Number
    text: Text = ""
    template: Annotated[
        str, Meta(max_length=100, pattern=NO_NUL, description="The code of a template of yours")
    ] = ""
    params: tuple[Annotated[str, Meta(max_length=1_000)], ...] = ()
    key: Key = ""
    ref: Ref = ""
    extension: Extension = ""
    signature: Signature = ""
    send_at: Annotated[datetime, Meta(tz=True)] | None = None
    valid_until: Annotated[datetime, Meta(tz=True)] | None = None
    priority: Literal["bulk", "usual", "first"] = "usual"
    flash: bool = False
    binary: bool = False
    receipt: bool = True

    def given(self, key: str) -> Given:
        """`key` is the request's, for who gave none with the message."""
        return Given(
            self.to,
            self.text,
            self.ref,
            self.key or key,
            self.extension,
            self.signature,
            self.send_at,
            self.valid_until,
            PRIORITIES[self.priority],
            self.flash,
            Alphabet.BINARY.value if self.binary else "",
            self.receipt,
            self.template,
            self.params,
        )


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """Taken under `id`: it is kept and will be sent; `known` where it was before, under the same key.

    Else `code` for machines, `message` for people, and `field`, which is to be mended.
    """

    id: str = ""
    known: bool = False
    code: str = ""
    message: str = ""
    field: str = ""


class Answers(msgspec.Struct, frozen=True):
    """One for each message, in the order given."""

    messages: Sequence[Outcome]


class Shown(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message as it stands. Out: `to` is the phone; in (`received`): `from` is."""

    id: str
    direction: Literal["out", "in"]
    to: str
    from_: str = msgspec.field(name="from")
    text: str
    state: Literal["held", "queued", "sent", "delivered", "failed", "expired", "received"]
    error: str
    ref: str
    created_at: datetime
    send_at: datetime | None = None
    sent_at: datetime | None = None
    ended_at: datetime | None = None


class Page(msgspec.Struct, frozen=True, omit_defaults=True):
    """The newest first. `next` is for the next page's `after`; none on the last."""

    messages: Sequence[Shown]
    next: str = ""


class ToldPart(msgspec.Struct, frozen=True, omit_defaults=True):
    """One part of a long message."""

    place: int
    total: int
    state: Literal["sent", "delivered", "failed"]
    error: str = ""


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """A receipt of a message of yours, or a reply (a message from a phone)."""

    id: str
    type: Literal["receipt", "reply"]
    message_id: str
    to: str
    from_: str = msgspec.field(name="from")
    state: Literal["delivered", "failed", "expired", "received"]
    at: datetime
    ref: str = ""
    error: str = ""
    text: str = ""
    parts: Sequence[ToldPart] = ()  # where the interface asks for receipts of parts


class Notices(msgspec.Struct, frozen=True):
    notices: Sequence[Told]


class Heard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ids of notices that you have: they don't come again."""

    ids: Annotated[Sequence[Annotated[str, Meta(pattern="^[0-9]{1,18}$")]], Meta(max_length=1_000)]


class Forgotten(msgspec.Struct, frozen=True):
    told: int


class Hook(msgspec.Struct, frozen=True):
    """The body of a webhook, as Standard Webhooks has it."""

    type: Literal["notices"]
    timestamp: datetime
    data: Notices


Answer = Outcome | Answers | Shown | Page | Notices | Forgotten


def told(notice: Notice) -> Told:
    phone, ours = notice.number, notice.access_number
    out = notice.kind == "receipt"
    return Told(
        id=str(notice.id),
        type="receipt" if out else "reply",
        message_id=str(notice.message_id),
        to=phone if out else ours,
        from_=ours if out else phone,
        state=notice.state,  # type: ignore[arg-type]
        at=notice.at,
        ref=notice.client_ref,
        error=notice.error,
        text=notice.text,
        parts=[
            ToldPart(part.place, part.total, part.state, part.error)  # type: ignore[arg-type]
            for part in notice.parts
        ],
    )
