"""Who is told what by message: found by comparing a request before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from hotpot.apps.approvals.flow.run import Entry, Run, Signer
from hotpot.apps.approvals.requests.store import Application
from hotpot.sdk.platform import Member, NewMessage, Pot
from hotpot.sdk.text import amount, shortened

FUNCTION = "messages"
TITLE_LENGTH_MAX = 60
LINK_VALID_FOR = timedelta(days=7)
ASKS = "request_ask", "ask_linked"  # where a link stands under it anyway, the second one is told
ASKS_AGAIN = "request_reminder", "request_reminder_linked"
ENDS = {"approved": "request_approved", "rejected": "request_rejected", "returned": "request_returned"}


def reference(application_id: int, signer_id: int) -> str:
    return f"request/{application_id}/{signer_id}"


def signer_of(ask: str | None) -> tuple[int, int] | None:
    """The application and the signer that a question was about."""
    name, *ids = (ask or "").split("/")
    if name != "request" or len(ids) != 2 or not all(one.isascii() and one.isdecimal() for one in ids):
        return None
    return int(ids[0]), int(ids[1])


def link_path(application_id: int, signer_id: int) -> str:
    return f"/requests/{application_id}/{signer_id}"


def page_of(application_id: int) -> str:
    return f"/requests/{application_id}"


def described(pot: Pot, one: Application, language: str) -> str:
    """One line for a message: who asks for what, and how much."""
    applicant = pot.members.get(one.applicant_id, one.customer_id)
    colon = "：" if language.startswith("zh") else ": "
    title = shortened(one.title, TITLE_LENGTH_MAX)
    what = f"{title} {amount(one.amount_minor, one.currency)}".strip()
    return f"{applicant.name}{colon}{what}" if applicant else what


def tell(pot: Pot, before: Application | None, after: Application, by: int | None) -> None:
    """`by` did it and needs no message about it."""
    asked_before = _asked(before)
    over = asked_before.keys() - _asked(after).keys()
    pot.messages.close_asks([reference(after.id, id) for id in over])
    news = [*_asks(pot, before, after), *_outcome(pot, before, after, by), *_copies(pot, before, after)]
    news += _nothing_left(pot, after, (asked_before[id] for id in over), by)
    allowed = pot.entitlements.allowed({one.to.number for one in news}, FUNCTION) if news else set()
    pot.messages.send([one for one in news if one.to.number in allowed])


def _asked(one: Application | None) -> dict[int, Signer]:
    return {signer.id: signer for signer in one.run.waiting} if one else {}


def _asks(pot: Pot, before: Application | None, after: Application) -> Iterator[NewMessage]:
    """Those whose turn it is now, and, when they are reminded, all who wait still."""
    known = _asked(before)
    reminder = next((one for one in _new(before, after) if one.kind in ("urged", "reminded")), None)
    for signer in after.run.waiting:
        to = pot.members.get(signer.person_id, after.customer_id)
        if to is None or (signer.id in known and reminder is None):
            continue
        ask = reference(after.id, signer.id)
        again = signer.id in known
        turn = f"/{len(after.run.history)}" if again else ""
        link = pot.links.make(link_path(after.id, signer.id), to=to, valid_for=LINK_VALID_FOR)
        values = {"task": described(pot, after, to.language), "link": link}
        template, linked = ASKS_AGAIN if again else ASKS
        yield NewMessage(f"{ask}{turn}", to, template, values, ask, link=link, linked=linked)


def _outcome(
    pot: Pot, before: Application | None, after: Application, by: int | None
) -> Iterator[NewMessage]:
    """The applicant learns how it came out, and why."""
    state = after.run.state
    to = pot.members.get(after.applicant_id, after.customer_id)
    if to is None or state not in ENDS or by == to.person_id or (before and before.run.state == state):
        return
    values = {"task": described(pot, after, to.language), "comment": _reason(after.run)}
    key = f"request/{after.id}/{state}/{len(after.run.history)}"
    yield NewMessage(key, to, ENDS[state], values, link=page_of(after.id))


def _reason(run: Run) -> str:
    """The comment of whoever ended it or sent it back, in quotes; nothing when there is none."""
    said = next(
        (one for one in reversed(run.history) if one.kind in ("approved", "rejected", "returned")), None
    )
    return f" “{said.comment}”" if said and said.comment else ""


def _copies(pot: Pot, before: Application | None, after: Application) -> Iterator[NewMessage]:
    known = set(before.run.copied) if before else set()
    for person_id in after.run.copied:
        to = pot.members.get(person_id, after.customer_id)
        if person_id not in known and to is not None:
            values = {"task": described(pot, after, to.language)}
            key = f"request/{after.id}/copy/{person_id}"
            yield NewMessage(key, to, "request_copied", values, link=page_of(after.id))


def _nothing_left(
    pot: Pot, after: Application, over: Iterable[Signer], by: int | None
) -> Iterator[NewMessage]:
    """They were asked and needn't answer any more. Whoever waits in another part is not among them."""
    waits = set(after.run.waits_for)
    for signer in over:
        to = pot.members.get(signer.person_id, after.customer_id)
        if to is not None and to.person_id != by and to.person_id not in waits:
            values = {"task": described(pot, after, to.language)}
            key = f"request/{after.id}/{signer.id}/over"
            yield NewMessage(key, to, "request_over", values, link=page_of(after.id))


def _new(before: Application | None, after: Application) -> tuple[Entry, ...]:
    return after.run.history[len(before.run.history) if before else 0 :]


def heard(pot: Pot, one: Application | None, to: Member) -> dict[str, str]:
    """The values of an answer to an answer."""
    return {"task": described(pot, one, to.language)} if one else {}
