"""What granian serves: pages and APIs in threads, live streams on the event loop.

Django's views are synchronous. In its own ASGI handler each request hops between the loop and a thread of
its own several times and borrows a connection; in a few standing threads, each with its own connection, the
same request costs two thirds of that (docs/decisions/web.md).
"""

from __future__ import annotations

import gc
import os
from collections.abc import Awaitable, Callable
from typing import Any

from a2wsgi import WSGIMiddleware
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotpot.entry.settings")

Message = Any  # Django, granian and a2wsgi each name the same dictionaries otherwise.
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

THREADS = 8
LIVE = "/live"

django_pages: Any = get_wsgi_application()  # Its answers are iterables of bytes, which its types don't say.
pages = WSGIMiddleware(django_pages, workers=THREADS)
streams = get_asgi_application()

from hotpot.entry.dishes import serve_dishes  # noqa: E402  (apps need Django to be ready)

serve_dishes()

# What is loaded now stays: full collections need not walk it again with every few requests.
gc.freeze()


async def application(scope: Message, receive: Receive, send: Send) -> None:
    if scope["path"].startswith(LIVE):
        await streams(scope, receive, send)
        return

    # granian's own are awaitables; other threads can only be lent coroutines.
    async def take() -> Message:
        return await receive()

    async def give(message: Message) -> None:
        await send(message)

    await pages(scope, take, give)
