"""The bank's file against the schema that ISO 20022 publishes for it, as sepaxml brings it."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from hotpot.kernel.money import Money
from hotpot.pot.settlement.pain import Account, Order, Transfer, document

IBAN = "DE89370400440532013000"


@cache
def schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(files("sepaxml") / "schemas" / "pain.001.001.09.xsd"))


texts = st.text(min_size=1, max_size=200).filter(str.strip)
accounts = st.builds(
    lambda holder, iban, number, bic: Account(holder, IBAN if iban else number, iban, bic),
    texts, st.booleans(), st.from_regex(r"[0-9]{6,34}", fullmatch=True), st.sampled_from(["", "COBADEFFXXX"]),
)  # fmt: skip


@st.composite
def orders(draw: st.DrawFn) -> Order:
    currency = draw(st.sampled_from(["CNY", "JPY", "KWD"]))
    transfers = draw(
        st.lists(
            st.builds(
                Transfer, id=texts, to=accounts, text=texts,
                amount=st.integers(1, 10**15).map(lambda minor: Money(minor, currency)),
            ),
            min_size=1,
            max_size=3,
        )
    )  # fmt: skip
    made_at = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
    return Order(draw(texts), made_at, date(2026, 11, 5), draw(accounts), transfers)


schema()  # Read before the examples: hypothesis times these.


@given(orders())
def test_every_order_is_as_the_schema_asks(order: Order) -> None:
    schema().validate(io.BytesIO(document(order)))


def test_the_schema_is_seen_to_refuse() -> None:
    account = Account("River Mobile", IBAN, is_iban=True, bic="")
    order = Order("run-1", datetime(2026, 11, 2, tzinfo=UTC), date(2026, 11, 5), account, [])
    with pytest.raises(xmlschema.XMLSchemaValidationError, match="CdtTrfTxInf"):
        schema().validate(io.BytesIO(document(order)))
