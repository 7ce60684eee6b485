"""ISO 20022 pain.001.001.09, CustomerCreditTransferInitiation: the file that tells a bank what to pay. Pure.

https://www.iso20022.org/iso-20022-message-definitions?business-domain=1 ; element order as in its schema.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from xml.etree import ElementTree as ET

from hotpot.kernel.money import Money

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
ID_MAX, NAME_MAX, TEXT_MAX = 35, 140, 140
_NOT_IN_XML = re.compile(r"[^\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What banks everywhere accept in an identification; names may hold any letter.
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9/?:().,'+ -]")


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account, its number (an IBAN or not), and its bank's BIC ("" where the IBAN is enough)."""

    holder: str
    number: str
    is_iban: bool
    bic: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """`id` comes back with the bank's answer; `text` is what the receiver reads."""

    id: str
    to: Account
    amount: Money
    text: str


@dataclass(frozen=True, slots=True)
class Order:
    """All transfers in one currency, from one account, on one day."""

    id: str
    made_at: datetime
    pay_on: date
    debtor: Account
    transfers: Sequence[Transfer]

    @property
    def control_sum(self) -> Decimal:
        return sum((transfer.amount.major for transfer in self.transfers), Decimal(0))


def document(order: Order) -> bytes:
    """The file, UTF-8."""
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(_tag("Document"))
    initiation = _in(root, "CstmrCdtTrfInitn")
    header = _in(initiation, "GrpHdr")
    _in(header, "MsgId", _id(order.id))
    _in(header, "CreDtTm", order.made_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    _sums(header, order)
    _in(_in(header, "InitgPty"), "Nm", _text(order.debtor.holder, NAME_MAX))
    _payment(_in(initiation, "PmtInf"), order)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"


def _payment(payment: ET.Element, order: Order) -> None:
    _in(payment, "PmtInfId", _id(order.id))
    _in(payment, "PmtMtd", "TRF")
    _sums(payment, order)
    _in(_in(payment, "ReqdExctnDt"), "Dt", order.pay_on.isoformat())
    _in(_in(payment, "Dbtr"), "Nm", _text(order.debtor.holder, NAME_MAX))
    _account(payment, "DbtrAcct", order.debtor)
    _bank(payment, "DbtrAgt", order.debtor)
    _in(payment, "ChrgBr", "SLEV")
    for transfer in order.transfers:
        _transfer(_in(payment, "CdtTrfTxInf"), transfer)


def _transfer(info: ET.Element, transfer: Transfer) -> None:
    ids = _in(info, "PmtId")
    _in(ids, "InstrId", _id(transfer.id))
    _in(ids, "EndToEndId", _id(transfer.id))
    amount = _in(_in(info, "Amt"), "InstdAmt", f"{transfer.amount.major:f}")
    amount.set("Ccy", transfer.amount.currency)
    if transfer.to.bic:
        _bank(info, "CdtrAgt", transfer.to)
    _in(_in(info, "Cdtr"), "Nm", _text(transfer.to.holder, NAME_MAX))
    _account(info, "CdtrAcct", transfer.to)
    _in(_in(info, "RmtInf"), "Ustrd", _text(transfer.text, TEXT_MAX))


def _sums(parent: ET.Element, order: Order) -> None:
    _in(parent, "NbOfTxs", str(len(order.transfers)))
    _in(parent, "CtrlSum", f"{order.control_sum:f}")


def _account(parent: ET.Element, name: str, account: Account) -> None:
    held = _in(_in(parent, name), "Id")
    if account.is_iban:
        _in(held, "IBAN", account.number)
    else:
        _in(_in(held, "Othr"), "Id", account.number)


def _bank(parent: ET.Element, name: str, account: Account) -> None:
    bank = _in(_in(parent, name), "FinInstnId")
    if account.bic:
        _in(bank, "BICFI", account.bic)
    else:
        _in(_in(bank, "Othr"), "Id", "NOTPROVIDED")


def _in(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    child = ET.SubElement(parent, _tag(name))
    child.text = text
    return child


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _text(text: str, most: int) -> str:
    """In one line, without what XML can't hold; never empty."""
    return " ".join(_NOT_IN_XML.sub(" ", text).split())[:most].strip() or "-"


def _id(text: str) -> str:
    return _NOT_IN_ID.sub("-", text)[:ID_MAX]
