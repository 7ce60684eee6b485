"""What an event tells, as a sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from hotpot.pot.web.sentences import told

# Only facts that an event's data holds go into a sentence; a place without a value falls back to the type.
SENTENCES: Mapping[str, Any] = {
    "message.sent": _("A message to %(number)s was handed to the carrier."),
    "message.delivered": _("The message to %(number)s reached the phone."),
    "message.failed": _("The message to %(number)s failed: %(error)s."),
    "message.expired": _("The message to %(number)s was given up: its time was over."),
    "message.replied": _("%(number)s replied: “%(text)s”."),
    "carrier.connected": _("Messages go to the carrier “%(name)s”."),
    "carrier.disconnected": _("Messages no longer go to the carrier “%(name)s”."),
    "task.opened": _("A task appeared."),
    "task.decided": _("A task was decided."),
    "task.withdrawn": _("A task was withdrawn by the company's own system."),
    "task.transferred": _("A task was handed to somebody else."),
    "task.written_back": _("A decision was written into the company's own system."),
    "task.write_back_refused": _("The company's own system did not take a decision."),
    "connector.created": _("The connector “%(name)s” was set up."),
    "connector.changed": _("A connector was changed."),
    "connector.started": _("A connector was started."),
    "connector.resumed": _("A connector was resumed."),
    "connector.paused": _("A connector was paused."),
    "connector.backed_off": _("A connector has trouble and tries again: %(problem)s"),
    "connector.broke": _("A connector broke: %(problem)s"),
    "connector.recovered": _("A connector works again."),
    "connector.write_back_retried": _("A decision is written back once more."),
    "mail.connected": _("A mailbox was connected."),
    "mail.changed": _("A mailbox's settings were changed."),
    "mail.disconnected": _("A mailbox was disconnected; what was kept of it is forgotten."),
    "mail.arrived": _("A mail arrived in somebody's mailbox."),
    "mail.backed_off": _("A mailbox can't be reached and is tried again: %(problem)s"),
    "mail.broke": _("A mailbox needs its owner: %(problem)s"),
    "mail.recovered": _("A mailbox is watched again."),
    "mail.letter_written": _("A letter was written, to be sent through its own mail server."),
    "mail.letter_sent": _("A letter was taken by its own mail server."),
    "mail.letter_failed": _("A letter could not be sent."),
    "seat.assigned": _("A seat was given."),
    "seat.ended": _("A seat ended."),
    "subscription.ordered": _("An app was ordered."),
    "subscription.suspended": _("A subscription was suspended."),
    "subscription.resumed": _("A subscription was resumed."),
    "subscription.cancelled": _("A subscription was cancelled."),
    "subscription.changed": _("A subscription went over to another offer."),
    "subscription.imported": _("Seats were given from a file."),
    "subscription.stopped": _("Use was stopped at once: a limit was reached."),
    "subscription.started_again": _("Use may begin again: the limit was lifted."),
    "app.registered": _("The app “%(name)s” was registered."),
    "app.changed": _("The app “%(name)s” was changed."),
    "app.listed": _("The app “%(name)s” was listed."),
    "metering.source.added": _("Events of the source %(uri)s are taken."),
    "metering.meter.made": _("The meter “%(code)s” counts."),
    "metering.meter.ended": _("The meter “%(code)s” counts nothing more."),
    "app.event_parked": _("An app could not take an event; it was set aside."),
    "subscription.coupon_redeemed": _("The coupon %(code)s was redeemed."),
    "offer.made": _("The offer “%(name)s” was made."),
    "offer.priced": _("An offer got a new price."),
    "offer.withdrawn": _("An offer was withdrawn."),
    "billing.bill.issued": _("A bill was issued."),
    "billing.credit_note.issued": _("A credit note was issued."),
    "billing.tax_rate.set": _("A tax rate was set."),
    "payment.asked": _("A payment was begun."),
    "payment.received": _("A payment was received."),
    "payment.declined": _("A payment was declined: %(problem)s"),
    "payment.charged_back": _("A payment was taken back: %(reason)s"),
    "payment.refunded": _("Money was given back: %(reason)s"),
    "payment.written_off": _("A debt was written off: %(reason)s"),
    "payment.credit.used": _("Credit was set against open bills."),
    "payment.bank_file.taken": _("A bank file was taken in: %(lines)s new lines, %(matched)s matched."),
    "payment.policy.set": _("The terms of payment were changed."),
    "payment.dunned": _("A step was taken for an unpaid bill."),
    "payment.dunning.lifted": _("Apps were resumed: what was overdue is paid."),
    "payment.wallet.ruled": _("The rules of a wallet were changed."),
    "payment.wallet.low": _("A wallet runs low."),
    "payment.budget.set": _("A budget was changed."),
    "payment.budget.reached": _("A budget's limit was reached."),
    "settlement.statement.issued": _("A statement was issued."),
    "close.month.closed": _("A month was closed."),
    "party.registered": _("A party was registered."),
    "party.customer.onboarded": _("The company “%(name)s” was brought in."),
    "party.certification.applied": _("An integrator applied for certification."),
    "party.certification.reviewing": _("The review of a certification began."),
    "party.certification.certified": _("An integrator was certified."),
    "party.certification.refused": _("An application for certification was refused: %(reason)s"),
    "party.certification.suspended": _("A certification was suspended: %(reason)s"),
    "party.certification.resumed": _("A certification was resumed."),
    "party.role.granted": _("A role was given."),
    "party.role.revoked": _("A role was taken."),
    "party.agreement.signed": _("An agreement was signed."),
    "party.agreement.changed": _("An agreement got new terms."),
    "party.range.assigned": _("A range of numbers was assigned."),
    "party.number.ported": _("A number was ported."),
    "party.engagement.ended": _("An operator stopped serving a company."),
    "party.department.added": _("A department was added."),
    "party.invoice_details.written": _("What a party's papers say was changed."),
    "party.member.joined": _("%(name)s joined the company."),
    "party.member.changed": _("%(name)s was changed in the directory."),
    "party.member.left": _("%(name)s left the company."),
    "party.people.enlisted": _("People were added from a file."),
    "identity.person.added": _("A phone number became a person."),
    "identity.people.forgotten": _("Numbers that nobody verified were forgotten: %(count)s."),
    "identity.number.verified": _("A phone number was verified."),
    "identity.profile.changed": _("A profile was changed."),
    "identity.token.made": _("The token “%(name)s” was made."),
    "identity.token.revoked": _("The token “%(name)s” was revoked."),
    "party.directory.synced": _("The company's directory was brought up to date."),
}


def sentence(event_type: str, subject: str, data: Mapping[str, Any]) -> str:
    """An unknown type tells its own words and its subject: “seat moved: seat/17”."""
    known = SENTENCES.get(event_type)
    if known is not None:
        try:
            return str(known % {name: told(value) for name, value in data.items()})
        except KeyError:
            pass
    return f"{event_type.replace('.', ' ').replace('_', ' ')}: {subject}"
