"""What a part of a message costs who pays in advance: each operator sets its own, and sees its own."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from hotpot.conftest import make_market, signed_in_client
from hotpot.pot.messaging.models import Tariff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


def test_an_operator_sets_and_sees_its_own_prices() -> None:
    ours, theirs = make_market("a"), make_market("b")
    prices = reverse("console:operator:message_prices")
    for market, price in ((ours, "0.0301"), (theirs, "0.0402")):
        client = signed_in_client(market.operator_owner)
        given = {"price": price, "begins": ""}
        assert client.post(reverse("console:operator:set_message_price"), given).status_code == 302
        shown = client.get(prices).content.decode()
        assert re.findall(r"0\.0[34]0\d", shown) == [price]
    sellers = Tariff.objects.order_by("price_e4").values_list("seller_id", "price_e4")
    assert list(sellers) == [(ours.operator.id, 301), (theirs.operator.id, 402)]
