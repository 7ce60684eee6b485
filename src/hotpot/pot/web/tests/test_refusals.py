"""A refusal is shown on a page whose title fits what was refused."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from hotpot.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused, TooMany
from hotpot.pot.web.middleware import RefusalMiddleware

TITLES = {
    Refused: "We could not read that request",
    Forbidden: "This is not yours to see",
    NotFound: "There is nothing here",
    Conflict: "That can&#x27;t be done now",
    Invalid: "That does not fit yet",
    TooMany: "Too many tries",
}


def answer(error: Refused, **headers: str) -> HttpResponse:
    request = RequestFactory().post("/console/seats/", headers=headers)
    request.user = AnonymousUser()
    found = RefusalMiddleware(lambda _: HttpResponse()).process_exception(request, error)
    assert found is not None
    return found


@pytest.mark.parametrize(("kind", "title"), TITLES.items(), ids=lambda one: getattr(one, "code", None))
def test_a_refusal_has_a_page_of_its_own(kind: type[Refused], title: str) -> None:
    found = answer(kind("Nobody has <that> number."))
    page = found.content.decode()
    assert found.status_code == kind.status
    assert f"<h1>{title}</h1>" in page.replace("'", "&#x27;")
    assert "Nobody has &lt;that&gt; number." in page


@pytest.mark.parametrize(
    ("referer", "shown"),
    [
        ("http://testserver/seats/?q=1", True),
        ("https://evil.example/", False),
        ("javascript:alert(1)", False),
    ],
)
def test_the_way_back_leads_to_a_page_of_ours(referer: str, shown: bool) -> None:
    page = answer(Invalid("No."), referer=referer).content.decode()
    assert (f'href="{referer}"' in page) is shown
