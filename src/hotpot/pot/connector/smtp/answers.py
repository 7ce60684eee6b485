"""What somebody said in answer to a mail: not what is quoted below it, and not what a machine said."""

from __future__ import annotations

import re

from hotpot.pot.connector.mailbox.parsing import Fields

ANSWER_CHARACTERS_MAX = 500
LINE_CHARACTERS = 400  # as far as a line is looked at

# Where a mail program begins to quote: the line that introduces the old mail, in English and Chinese.
QUOTE_BEGINS = re.compile(
    r"(?ix)^\s*(?:"
    r">"
    r"|\|\s"
    r"|-{2,}\s*(?:original(?:\ (?:message|mail))?|forwarded\ message|reply\ message"
    r"|原始邮件|原邮件|回复的原邮件|转发(?:的)?邮件(?:信息)?|回复邮件|邮件原件)\s*-*"
    r"|-{5,}|_{5,}|={5,}"
    r"|(?:on|at)\s.{4,200}\bwrote\s*:?\s*$"  # On Mon, 2 Nov 2026 at 09:00, Acme <a@b.example> wrote:
    r"|on\s+\w{3,9},?\s.{0,60}\d{4}.{0,120}$"  # the same, broken over two lines
    r"|(?:在|于)?\s*\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}.{0,200}(?:写道|写到|寫道|來信|来信)\s*[:：]?\s*$"
    r"|(?:在|于)\s*\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}.{0,200}[,，]?\s*$"
    r"|.{0,200}(?:写道|寫道)\s*[:：]\s*$"
    r"|(?:from|发件人|寄件者|寄件人|发件者)\s*[:：]\s*\S.*"
    r"|(?:发自|发送自|來自|来自)我的.*"
    r"|sent\ from\ (?:my|outlook|mail|yahoo).*"
    r"|get\ outlook\ for.*"
    r"|(?:获取|下载)\s*outlook.*"
    r")"
)
SIGNATURE = re.compile(r"^--\s*$|^—+\s*$")
MARKS = "*_#> \t\u3000\xa0"

AUTOMATIC = re.compile(
    rb"(?i)^\s*(auto(matic)?\s*[- ]?(reply|response)|out of (the )?office|undeliver|delivery (status|failure)"
    rb"|mail delivery failed|returned mail)"
)
AUTOMATIC_ZH = ("自动回复", "自動回覆", "系统退信", "退信通知", "休假自动")


def answer_of(text: str) -> str:
    """The first line that its writer wrote above everything quoted; "" where there is none.

    What stands below a quotation is never taken: a program that wraps old lines would make "1 to agree" of
    our own question an answer.
    """
    for line in text.splitlines():
        plain = line.strip(MARKS)
        if QUOTE_BEGINS.match(line[:LINE_CHARACTERS]) or SIGNATURE.match(line.strip()):
            return ""
        if plain:
            return plain[:ANSWER_CHARACTERS_MAX]
    return ""


def is_automatic(fields: Fields, mail_from: str) -> bool:
    """Whether a machine wrote it, by RFC 3834 and what programs did before it: a holiday note, a bounce."""
    if mail_from.strip("<> ") == "":
        return True
    says = fields.text("auto-submitted").partition(";")[0].strip().lower()
    if says and says != "no":
        return True
    if fields.text("precedence").lower() in ("bulk", "junk", "list", "auto_reply"):
        return True
    names = {name for name, _value in fields.all}
    if names & {"x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-response", "list-id", "x-loop"}:
        return True
    if fields.text("x-auto-response-suppress") and says != "no" and _is_report(fields):
        return True
    subject = fields.text("subject")
    return _is_report(fields) or bool(AUTOMATIC.match(subject.encode())) or subject.startswith(AUTOMATIC_ZH)


def _is_report(fields: Fields) -> bool:
    return fields.text("content-type").lower().startswith("multipart/report")
