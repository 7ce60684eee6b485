"""What granian serves."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotpot.entry.settings")
application = get_asgi_application()

from hotpot.entry.dishes import serve_dishes  # noqa: E402  (apps need Django to be ready)

serve_dishes()
