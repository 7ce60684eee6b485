"""Requests as they are filed: the PDF is read back."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from hotpot.apps.approvals.requests.tests.office import Office
from hotpot.sdk.app import File, Redirect, Upload
from hotpot.sdk.errors import NotFound
from hotpot.sdk.platform import Member


@pytest.fixture
def office() -> Office:
    return Office()


def read(office: Office, path: str, by: Member) -> str:
    """All that is on its pages, without the spaces that come in where Chinese meets Latin."""
    file = office.harness.get(path, by=by)
    assert isinstance(file, File)
    assert file.content_type == "application/pdf"
    pages = PdfReader(BytesIO(file.content)).pages
    return " ".join(page.extract_text() for page in pages).replace("\n", " ").replace(" ", "")


def test_a_request_of_our_own_is_filed_with_all_that_was_said(office: Office) -> None:
    draft = office.harness.post(f"/start/{office.lay_down().id}", by=office.wang)
    assert isinstance(draft, Redirect)
    upload = {"papers": [Upload("报价 A4.pdf", "application/pdf", b"%PDF")]}
    sent = {"do": "send", "why": "激光打印机，给郑堃用", "cost": "1234.50"}
    office.harness.upload(draft.path, upload, by=office.wang, **sent)
    (id,) = office.waiting(office.li)
    here = f"/requests/{id}"
    office.pot.move_clock(timedelta(hours=1))
    office.harness.post(f"{here}/decision", by=office.li, verdict="approved", comment="可以，尽快")
    office.harness.deliver()
    question = next(one for one in reversed(office.pot.outbox) if one.to == office.han and one.ask)
    office.pot.reply(office.han, "1 预算够用", to=question, way="mail")
    office.harness.deliver()
    text = read(office, f"{here}/pdf", office.wang)
    for told in (
        "Purchase·激光打印机，给郑堃用", f"Requestno.{id}", "WangFang", "1,234.50CNY", "报价A4.pdf",
        "LiLeiapprovedit", "onthephone'spage·“可以，尽快”", "2026-11-0210:00",
        "HanMeimeiapprovedit", "bymail·“预算够用”", "Head", "Boss", "Payment", "WaitsforChenWei",
        "PrintedbyWangFangon2026-11-0210:00", "Company1", "Page1of",
    ):  # fmt: skip
        assert told in text, told


def test_it_is_in_the_readers_language(office: Office) -> None:
    chinese = office.pot.add_member("王芳", department="Company/Sales", language="zh-hans", seat=True)
    one = office.ask_for(office.lay_down(), by=chinese)
    text = read(office, f"/requests/{one.id}/pdf", chinese)
    for told in ("申请人", "王芳", "50.00CNY", "Printer"):
        assert told in text, told


def test_tables_are_printed_whole(office: Office) -> None:
    here = office.harness.post("/design", by=office.han, start="expenses")
    assert isinstance(here, Redirect)
    office.harness.post(here.path, by=office.han, do="publish")
    draft = office.harness.post(f"/start/{here.path.rpartition('/')[2]}", by=office.wang)
    assert isinstance(draft, Redirect)
    cells: dict[str, str] = {}
    for row in range(50):
        cells |= {f"f3.{row}.c1": "2026-11-02", f"f3.{row}.c2": f"train{row}", f"f3.{row}.c3": "8"}
    office.harness.post(draft.path, by=office.wang, do="send", f1="Trip", f2="400", f4="", **cells)
    (id,) = office.waiting(office.li)
    text = read(office, f"/requests/{id}/pdf", office.wang)
    assert all(f"train{row}" in text for row in range(50))


def test_a_task_of_the_office_system_is_filed_too(office: Office) -> None:
    task = office.pot.open_task(
        "差旅报销",
        to=[office.li, office.han],
        applicant="陈伟",
        amount_minor=128450,
        details={"事由": "成都"},
    )
    office.harness.post(f"/tasks/{task.id}/transfer", by=office.li, to=str(office.chen.person_id))
    office.harness.post(f"/tasks/{task.id}/decision", by=office.han, verdict="rejected", comment="超标")
    office.pot.write_back(task.id, "done")
    text = read(office, f"/tasks/{task.id}/pdf", office.li)
    for told in (
        "差旅报销", "陈伟", "1,284.50CNY", "事由", "成都", "LiLeihandedittoChenWei", "HanMeimeirejectedit",
        "“超标”", "2026-11-0209:00", "Theofficesystemhasit", "Rejected",
    ):  # fmt: skip
        assert told in text, told


def test_strangers_file_nothing(office: Office) -> None:
    one = office.ask_for(office.lay_down())
    task = office.pot.open_task("Claim", to=[office.li])
    for path in (f"/requests/{one.id}/pdf", f"/tasks/{task.id}/pdf", f"/tasks/{task.id}/print"):
        with pytest.raises(NotFound):
            office.harness.get(path, by=office.chen)
