"""Letters go out by OAuth 2.0 as well as they are read by it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hotpot.pot.connector.mailbox.incoming import WrongPassword
from hotpot.pot.connector.mailbox.outgoing import send, try_out
from hotpot.pot.connector.mailbox.wire import Access, Secret, Server
from tests.mail.smtp import PostOffice

ADDRESS = "li@corp.example"
TOKEN = "ya29.a-token"


@pytest.fixture(params=["XOAUTH2", "OAUTHBEARER"])
def office(request: pytest.FixtureRequest) -> Iterator[PostOffice]:
    server = PostOffice(tokens={TOKEN: ADDRESS}, bearer=request.param)
    server.start()
    yield server
    server.stop()


def access(office: PostOffice, token: str = TOKEN, login: str = ADDRESS) -> Access:
    server = Server("127.0.0.1", office.port, "none")
    return Access(ADDRESS, login, server, server, Secret(token=token))


def test_a_letter_goes_out_by_a_token(office: PostOffice) -> None:
    assert send(access(office), ["chen@partner.example"], b"Subject: x\r\n\r\nx") == ""
    assert office.logged_in == [ADDRESS]
    assert office.taken[0].recipients == ["chen@partner.example"]


def test_a_token_that_is_over_or_of_somebody_else_is_said_to_be(office: PostOffice) -> None:
    with pytest.raises(WrongPassword, match="The token is over"):
        send(access(office, token="old"), ["chen@partner.example"], b"x")
    with pytest.raises(WrongPassword, match="The token is over"):
        try_out(access(office, login="chen@corp.example"))
    assert not office.taken
