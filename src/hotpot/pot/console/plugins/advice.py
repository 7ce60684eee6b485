"""What to do about a refusal, by its code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_ADVICE: Mapping[str, Any] = {
    "suspended": gettext_lazy("Resume the plug-in, or ask the operator why it is suspended."),
    "address": gettext_lazy("Enter the network address that the system calls from."),
    "bad_number": gettext_lazy("Write mobile numbers with eleven digits, or with + and the country."),
    "too_many": gettext_lazy("Split the list of numbers into several messages."),
    "bad_content": gettext_lazy("Look at the text or the PDU of this message: it is empty or can't be read."),
    "too_long": gettext_lazy("Shorten the text or the link."),
    "bad_extension": gettext_lazy("Use digits only, and few enough to follow the access number."),
    "bad_time": gettext_lazy("Look at the clock of the system and at the time zone of the plug-in."),
    "no_signature": gettext_lazy("Begin the text with an approved signature, like 【Hotpot】."),
    "bad_signature": gettext_lazy("Have the signature approved by the operator, or use one that is."),
    "bad_template": gettext_lazy("Have the template approved, or make the text fit it."),
    "sensitive": gettext_lazy("Take the word out of the text."),
    "blocked": gettext_lazy("This person wants no such messages. Take the number off your list."),
    "duplicate": gettext_lazy("The same text went to this number moments ago; nothing is to be done."),
    "too_often": gettext_lazy(
        "This number had enough messages for now. Send later, or ask for a higher limit."
    ),
    "quota": gettext_lazy("Wait for the next period, or ask the operator for more."),
    "no_credit": gettext_lazy("Top up the company's wallet."),
    "throttled": gettext_lazy("Send more slowly. Rows in tables wait by themselves."),
    "no_route": gettext_lazy("Ask the operator to open a route to this number."),
    "not_written": gettext_lazy("Widen the column, or give the table the character set utf8mb4."),
    "unreadable_row": gettext_lazy("Look at the row: a number, a time or the priority in it can't be read."),
    "bad_file": gettext_lazy("Look into the folder “bad”: beside the file stands why it can't be read."),
    "no_writer": gettext_lazy("Have the system name a sender in its mails, so that answers find one."),
    "mail_refused": gettext_lazy(
        "Correct the sender's address in the system, or open it at the mail server."
    ),
    "IllegalMac": gettext_lazy("Compare the order of the fields in mac with the guide, and the secretKey."),
    "InvalidMobile": gettext_lazy("Write mobile numbers with eleven digits, with commas between."),
    "InvalidMessage": gettext_lazy("Look at content, addSerial, templateId and params of the call."),
    "TooManyMobiles": gettext_lazy("Send to at most 5,000 numbers in a call."),
    "SVC0002": gettext_lazy("Look at the fields of the call: one is missing or can't be read."),
    "SVC0004": gettext_lazy("Write addresses like tel:13800138000."),
}


def advice(code: str) -> str:
    return str(_ADVICE.get(code) or _("Read the reason, and mend what it names."))
