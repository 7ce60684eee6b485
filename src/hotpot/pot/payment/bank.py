"""Reads what banks send: ISO 20022 camt.053 (any version), or a CSV. Pure.

camt.053: https://www.iso20022.org/catalogue-messages, Bank-to-Customer Statement.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from hotpot.kernel.errors import Invalid
from hotpot.kernel.money import Money
from hotpot.pot.payment.wire import BankEntry, Statement

BYTES_MAX = 32 * 1024 * 1024

Element = ElementTree.Element


def read(content: bytes, *, currency: str) -> Statement:
    """What came in. `currency` serves CSV lines that name none.

    Raises Invalid, naming what is wrong, for a file that is neither.
    """
    if len(content) > BYTES_MAX:
        raise Invalid(_("The file is larger than 32 MB. Split it."))
    is_xml = content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
    return _camt(content) if is_xml else _csv(content, currency)


# --- camt.053 -------------------------------------------------------------------------------------


def _camt(content: bytes) -> Statement:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Invalid(_("A bank's file declares no entities. Ask the bank for a plain camt.053."))
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - entities are refused above
    except ElementTree.ParseError as error:
        raise Invalid(_("The file is not XML as it should be: %(problem)s") % {"problem": error}) from None
    statements = [one for one in root.iter() if _name(one) == "Stmt"]
    if not statements:
        raise Invalid(_("The file holds no bank statement (camt.053)."))
    entries: list[BankEntry] = []
    left_out = 0
    for statement in statements:
        account = _text(statement, "Acct", "Id")
        for entry in _all(statement, "Ntry"):
            if _came_in(entry):
                entries += _entries(entry, account)
            else:
                left_out += 1
    return Statement("camt.053", tuple(_told_apart(entries)), left_out)


def _came_in(entry: Element) -> bool:
    """Booked, a credit, and not the reversal of one."""
    booked = _text(entry, "Sts") in ("", "BOOK")  # <Sts>BOOK</Sts>, or <Sts><Cd>BOOK</Cd></Sts>
    return booked and _text(entry, "CdtDbtInd") == "CRDT" and _text(entry, "RvslInd") not in ("true", "1")


def _entries(entry: Element, account: str) -> Iterator[BankEntry]:
    """One a transaction: a bank may book many as one entry."""
    details = [tx for box in _all(entry, "NtryDtls") for tx in _all(box, "TxDtls")]
    booked_on = _day(_text(entry, "BookgDt") or _text(entry, "ValDt"))
    whole = _amount(_all(entry, "Amt"))
    if whole is None:
        raise Invalid(_("An entry of the file has no amount."))
    reference = _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef")
    if len(details) < 2:
        yield _entry(details[0] if details else entry, account, reference, booked_on, whole)
        return
    parts = [_amount([*_all(tx, "Amt"), *_deep(tx, "AmtDtls", "TxAmt", "Amt")]) for tx in details]
    if None in parts or sum(part.minor for part in parts if part) != whole.minor:
        raise Invalid(_("The parts of a collective entry don't add up to it. Ask the bank for all amounts."))
    for n, (tx, part) in enumerate(zip(details, parts, strict=True)):
        if part is not None:
            yield _entry(tx, account, f"{reference}/{n}" if reference else "", booked_on, part)


def _entry(tx: Element, account: str, reference: str, booked_on: date, amount: Money) -> BankEntry:
    payer = _text(tx, "RltdPties", "Dbtr", "Pty", "Nm") or _text(tx, "RltdPties", "Dbtr", "Nm")
    written = [
        *(one.text or "" for one in _deep(tx, "RmtInf", "Strd", "CdtrRefInf", "Ref")),
        *(one.text or "" for one in _deep(tx, "RmtInf", "Ustrd")),
        _text(tx, "Refs", "EndToEndId").replace("NOTPROVIDED", ""),
        _text(tx, "AddtlNtryInf"),
    ]
    text = " ".join(" ".join(one.split()) for one in written if one.strip())
    own = _text(tx, "Refs", "AcctSvcrRef") or reference
    return BankEntry(f"{account}:{own}" if own else "", booked_on, amount, payer, text)


def _amount(found: list[Element]) -> Money | None:
    for one in found:
        currency = one.get("Ccy", "")
        return _money((one.text or "").strip(), currency)
    return None


def _name(element: Element) -> str:
    """Without the namespace, which carries the version."""
    return element.tag.rpartition("}")[2]


def _all(element: Element, name: str) -> list[Element]:
    return [child for child in element if _name(child) == name]


def _deep(element: Element, *path: str) -> list[Element]:
    found = [element]
    for name in path:
        found = [child for one in found for child in _all(one, name)]
    return found


def _text(element: Element, *path: str) -> str:
    """All text of the first that is there."""
    found = _deep(element, *path)
    return "".join(found[0].itertext()).strip() if found else ""


# --- CSV ------------------------------------------------------------------------------------------


def _csv(content: bytes, currency: str) -> Statement:
    text = _decoded(content)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    names = {name: (name or "").strip().lower() for name in rows.fieldnames or ()}
    if not {"date", "amount"} <= set(names.values()):
        raise Invalid(
            _("The first line must name the columns date and amount; currency, payer, text, id may follow.")
        )
    entries: list[BankEntry] = []
    left_out = 0
    for at, row in enumerate(rows, start=2):
        cells = {names[key]: (value or "").strip() for key, value in row.items() if key in names}
        if not any(cells.values()):
            continue
        try:
            amount = _money(cells["amount"], cells.get("currency") or currency)
            booked_on = _day(cells["date"])
        except Invalid as refusal:
            raise Invalid(f"{at}: {refusal.sentence}") from None
        if amount.minor <= 0:
            left_out += 1
            continue
        entries.append(
            BankEntry(cells.get("id", ""), booked_on, amount, cells.get("payer", ""), cells.get("text", ""))
        )
    return Statement("csv", tuple(_told_apart(entries)), left_out)


def _decoded(content: bytes) -> str:
    """Spreadsheets write UTF-8, with or without a mark, or GB 18030 in China."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(_("The file is not text. Save it as CSV in UTF-8."))


# --- both -----------------------------------------------------------------------------------------


def _told_apart(entries: list[BankEntry]) -> Iterator[BankEntry]:
    """An entry without a name of its own is called after its content and its place among its equals."""
    seen: Counter[str] = Counter()
    for one in entries:
        if one.identity:
            yield one
            continue
        content = f"{one.booked_on}|{one.amount}|{one.payer}|{one.text}"
        seen[content] += 1
        digest = hashlib.sha256(f"{content}|{seen[content]}".encode()).hexdigest()
        yield BankEntry(f"content:{digest}", one.booked_on, one.amount, one.payer, one.text)


def _money(text: str, currency: str) -> Money:
    """Decimal point; commas or spaces between thousands."""
    try:
        amount = Decimal(text.replace(",", "").replace(" ", "").replace("\u00a0", ""))
        found = Money.of(amount, currency)
    except (InvalidOperation, ValueError):
        raise Invalid(_("“%(text)s” is not an amount like 1,234.50.") % {"text": text}) from None
    if found.major != amount:
        raise Invalid(_("%(currency)s has no smaller part. Write fewer decimals.") % {"currency": currency})
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text[:10].replace("/", "-").replace(".", "-"))
    except ValueError:
        raise Invalid(_("“%(text)s” is not a day like 2026-11-30.") % {"text": text}) from None
