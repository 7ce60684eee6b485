"""What banks send, read: camt.053 in two versions and shapes, CSV, and files that are refused."""

from __future__ import annotations

from datetime import date

import pytest

from hotpot.kernel.errors import Invalid
from hotpot.kernel.money import Money
from hotpot.pot.payment.bank import read

ENTRY = """
<Ntry><Amt Ccy="EUR">106.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
  <BookgDt><Dt>2026-11-20</Dt></BookgDt><AcctSvcrRef>A-1</AcctSvcrRef>
  <NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
    <RltdPties><Dbtr><Nm>Kaffee Kontor</Nm></Dbtr></RltdPties>
    <RmtInf><Ustrd>Invoice 12</Ustrd><Ustrd>RF72 B1N12</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
"""
COLLECTIVE = """
<Ntry><Amt Ccy="EUR">30.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
  <BookgDt><DtTm>2026-11-21T08:00:00</DtTm></BookgDt><NtryRef>7</NtryRef>
  <NtryDtls>
    <TxDtls><Amt Ccy="EUR">10.00</Amt><RltdPties><Dbtr><Pty><Nm>One</Nm></Pty></Dbtr></RltdPties>
      <RmtInf><Strd><CdtrRefInf><Ref>RF1</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>
    <TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">20.00</Amt></TxAmt></AmtDtls></TxDtls>
  </NtryDtls></Ntry>
"""
OUT = '<Ntry><Amt Ccy="EUR">5</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts></Ntry>'
PENDING = '<Ntry><Amt Ccy="EUR">5</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>PDNG</Sts></Ntry>'
BACK = '<Ntry><Amt Ccy="EUR">5</Amt><CdtDbtInd>CRDT</CdtDbtInd><RvslInd>true</RvslInd><Sts>BOOK</Sts></Ntry>'


def camt(*entries: str, version: str = "08") -> bytes:
    space = f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"
    return (
        f'<?xml version="1.0"?><Document xmlns="{space}"><BkToCstmrStmt><Stmt><Id>S</Id>'
        f"<Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>{''.join(entries)}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


@pytest.mark.parametrize("version", ["02", "08"])
def test_what_came_in_is_read_from_camt(version: str) -> None:
    found = read(camt(ENTRY, OUT, COLLECTIVE, PENDING, BACK, version=version), currency="EUR")
    assert (found.format, found.left_out) == ("camt.053", 3)
    first, second, third = found.entries
    assert first.amount == Money(10_600, "EUR")
    assert (first.payer, first.text, first.booked_on) == (
        "Kaffee Kontor",
        "Invoice 12 RF72 B1N12",
        date(2026, 11, 20),
    )
    assert first.identity == "DE02120300000000202051:A-1"
    assert [one.amount.minor for one in (second, third)] == [1_000, 2_000]
    assert (second.payer, second.text, second.booked_on) == ("One", "RF1", date(2026, 11, 21))
    assert second.identity != third.identity


def test_a_collective_entry_must_add_up() -> None:
    with pytest.raises(Invalid, match="add up"):
        read(camt(COLLECTIVE.replace("20.00", "19.00")), currency="EUR")


def test_a_csv_is_read_and_equal_lines_are_told_apart() -> None:
    lines = ("2026-11-20;1,500;川味火锅;RF1", "2026/11/20;1,500;川味火锅;RF1", "2026-11-21;-3;x;y", ";;;")
    text = "\ufeff" + "\n".join(("Date;Amount;Payer;Text", *lines))
    found = read(text.encode(), currency="JPY")
    assert (found.format, found.left_out, len(found.entries)) == ("csv", 1, 2)
    assert {one.amount for one in found.entries} == {Money(1_500, "JPY")}
    assert len({one.identity for one in found.entries}) == 2
    assert read(text.removeprefix("\ufeff").encode("gb18030"), currency="JPY").entries == found.entries


@pytest.mark.parametrize(
    "wrong",
    [
        b"name,number\nx,1\n",
        b"date,amount\n2026-11-20,many\n",
        b"date,amount\n20 November,5\n",
        b"date,amount,currency\n2026-11-20,5.5,JPY\n",
        b"<html></html>",
        b"<Document><unclosed></Document>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><Document/>',
        b"\xff\xff\xff",
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(wrong: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        read(wrong, currency="EUR")
    assert refused.value.sentence
