"""Where payment providers call. Nobody is signed in here: the signature is what is believed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from hotpot.pot.payment.actions import take_callback

SIGNATURE = "X-Signature"


@csrf_exempt
@require_POST
def callback(request: HttpRequest, provider: str) -> HttpResponse:
    """204 once the event is taken, also where it was known; a provider tries again after anything else."""
    now = request.clock.now()  # type: ignore[attr-defined]
    take_callback(provider, request.body, request.headers.get(SIGNATURE, ""), now=now)
    return HttpResponse(status=204)
