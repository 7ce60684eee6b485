"""What counts as somebody's answer."""

from __future__ import annotations

import pytest

from hotpot.pot.connector.mailbox.parsing import fields_of, read_content
from hotpot.pot.connector.smtp.answers import answer_of, is_automatic

OLD = "Chen Wei: Travel claim 1,284.50 CNY. Reply 1 to agree, 2 to reject."
QUOTES = {
    "gmail": f"On Mon, 2 Nov 2026 at 09:00, Acme <a@b.example> wrote:\n> {OLD}",
    "gmail, broken line": f"On Mon, 2 Nov 2026 at 09:00, Acme Approvals\n<a@b.example> wrote:\n> {OLD}",
    "gmail, Chinese": f"Acme <a@b.example> 于2026年11月2日周一 09:00写道：\n> {OLD}",
    "apple": f"> On 2 Nov 2026, at 09:00, Acme <a@b.example> wrote:\n> {OLD}",
    "outlook": f"-----Original Message-----\nFrom: Acme\nSent: Monday\n{OLD}",
    "outlook, newer": f"________________________________\nFrom: Acme <a@b.example>\n{OLD}",
    "outlook, Chinese": f"发件人: Acme <a@b.example>\n发送时间: 2026年11月2日 9:00\n{OLD}",
    "outlook, traditional": f"寄件者: Acme\n{OLD}",
    "outlook mail": f"-----邮件原件-----\n发件人: Acme\n{OLD}",
    "qq": f"------------------ 原始邮件 ------------------\n发件人: Acme\n{OLD}",
    "qq on the phone": f"---Original---\nFrom: Acme\n{OLD}",
    "163": f'在 2026-11-02 09:00:00，"Acme" <a@b.example> 写道：\n{OLD}',
    "163, newer": f"---- 回复的原邮件 ----\n| 发件人 | Acme |\n{OLD}",
    "163, English": f'At 2026-11-02 09:00:00, "Acme" <a@b.example> wrote:\n{OLD}',
    "iphone": f"发自我的 iPhone\n\n> 在 2026年11月2日，09:00，Acme <a@b.example> 写道：\n> {OLD}",
    "iphone, English": f"Sent from my iPhone\n\n> {OLD}",
    "signature": f"-- \nLi Lei\n{OLD}",
    "nothing": "",
}


@pytest.mark.parametrize("name", list(QUOTES))
@pytest.mark.parametrize("said", ["同意", "reject too expensive", "1，请尽快"])
def test_the_first_line_above_the_quotation_is_the_answer(said: str, name: str) -> None:
    assert answer_of(f"{said}\n\n{QUOTES[name]}") == said
    assert answer_of(f"\n\n  {said}\n{QUOTES[name]}") == said


@pytest.mark.parametrize("name", [name for name in QUOTES if name != "nothing"])
def test_what_is_quoted_is_nobodys_answer(name: str) -> None:
    """Else our own question would decide: it says "1 to agree"."""
    assert answer_of(QUOTES[name]) == ""
    assert answer_of(f"\n\n{QUOTES[name]}\n\n1") == ""


def test_a_page_is_read_as_text() -> None:
    mail = (
        "Content-Type: text/html; charset=gbk\r\n\r\n"
        "<div>不同意，太贵</div><div><br></div><div>------------------&nbsp;原始邮件&nbsp;------------------</div>"
        f"<div>{OLD}</div>"
    ).encode("gbk")
    assert answer_of(read_content(mail).text) == "不同意，太贵"


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated; owner=x", "Precedence: bulk",
        "Precedence: auto_reply", "X-Autoreply: yes", "X-Autorespond: 1", "List-Id: <all.acme>",
        "Subject: Automatic reply: Travel claim", "Subject: Out of office", "Subject: Auto: 自动",
        "Subject: =?utf-8?B?6Ieq5Yqo5Zue5aSN77ya5Ye65beu?=",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
    ],
)  # fmt: skip
def test_a_machine_answers_nothing(head: str) -> None:
    automatic = is_automatic(fields_of(f"{head}\r\n\r\n".encode()), "li@b.example")
    assert automatic == (head != "Subject: Auto: 自动")


@pytest.mark.parametrize(
    "head", ["Auto-Submitted: no", "Subject: Re: Travel claim", "X-Auto-Response-Suppress: All", ""]
)
def test_a_person_is_not_taken_for_a_machine(head: str) -> None:
    assert not is_automatic(fields_of(f"{head}\r\n\r\n".encode()), "li@b.example")


@pytest.mark.parametrize("mail_from", ["", "<>"])
def test_a_mail_without_a_way_back_is_a_machines(mail_from: str) -> None:
    assert is_automatic(fields_of(b"Subject: Re: claim\r\n\r\n"), mail_from)
