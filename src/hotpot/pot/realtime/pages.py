"""`/live`: a page's stream of topics that changed, as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import cache
from itertools import chain

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from hotpot.kernel.errors import TooMany
from hotpot.pot.access.readers import SYSTEM, Reader, become, reader_of, web_role
from hotpot.pot.identity.models import Person
from hotpot.pot.party.models import Membership
from hotpot.pot.realtime.hub import LIFE_S, PING_S, Hub
from hotpot.pot.realtime.rules import retry_ms


@cache
def hub() -> Hub:
    """This process's own."""
    return Hub(settings.HOTPOT_NATS_URL)


async def live(request: HttpRequest) -> HttpResponseBase:
    """204 tells a browser that is signed out not to come again."""
    reader = await sync_to_async(_reader_of)(request)
    if reader is None:
        return HttpResponse(status=204)
    response = StreamingHttpResponse(_told(reader), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # nginx must not wait for more
    return response


def _reader_of(request: HttpRequest) -> Reader | None:
    """In a short transaction of its own: the stream must not hold a connection while it lives."""
    try:
        with transaction.atomic(), web_role():
            become(SYSTEM)
            person = get_user(request)
            if not isinstance(person, Person):
                return None
            parties = Membership.objects.filter(person=person).values_list("party_id", flat=True)
            return reader_of(person.id, parties)
    finally:
        if not connection.in_atomic_block:
            connection.close()


async def _told(reader: Reader) -> AsyncIterator[bytes]:
    now_s = asyncio.get_running_loop().time
    deadline_s = now_s() + LIFE_S
    yield b"retry: %d\n\n" % retry_ms(reader.person_id or 0)
    try:
        with hub().stream(reader) as stream:
            while not stream.over and now_s() < deadline_s:
                topics = await stream.told(PING_S)
                yield b"".join(chain.from_iterable(_event(topic) for topic in topics)) or b": ping\n\n"
    except TooMany:
        yield b"retry: 30000\n\n"


def _event(topic: str) -> tuple[bytes, ...]:
    return b"event: ", topic.encode(), b"\ndata:\n\n"
