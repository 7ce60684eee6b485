"""The room's verbs for Django: apps, pages and jobs. The engine runs the same steps."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from hotpot.kernel.errors import Forbidden, Invalid, NotFound, TooMany
from hotpot.kernel.reach import is_public
from hotpot.pot.access.readers import as_system, outside_transaction
from hotpot.pot.events.actions import perform, record
from hotpot.pot.events.wire import Actor, Fact
from hotpot.pot.identity.models import Person
from hotpot.pot.messaging.gateway.outward import OUTSIDE_ONLY
from hotpot.pot.messaging.rules import ACCESS_NUMBER
from hotpot.pot.messaging.wire import Outbound
from hotpot.pot.notification import steps
from hotpot.pot.notification.keys import vapid_key
from hotpot.pot.notification.models import Browser, Choice, Habits, Notification, VapidKey
from hotpot.pot.notification.outgoing import outgoing
from hotpot.pot.notification.push import BadKeys, point_of, secret_of
from hotpot.pot.notification.rules import Begin
from hotpot.pot.notification.wire import Notice, Pace, Way

BROWSERS_MAX = 10
ENDPOINT_CHARACTERS_MAX = 2_000
AGENT_CHARACTERS_MAX = 300
ADDRESS_CHARACTERS_MAX = 254  # RFC 5321, 4.5.3.1.3
LINK_VALID_FOR = timedelta(hours=24)
MAILS_TO_VERIFY_MAX = 5  # a day and person


def tell(notices: Sequence[Notice], *, now: datetime) -> list[int]:
    """Tells people by the ways and at the times that each of them chose; by SMS at once who chose none.

    The ids of the notices' messages, in the order given. A known key yields the id it had before.
    """
    with transaction.atomic(), as_system():
        return perform(steps.tell(notices, _house(), now=now))


def _house() -> steps.House:
    return steps.House(ACCESS_NUMBER, settings.HOTPOT_BASE_URL, settings.HOTPOT_MAILS)


def shown(token: UUID, *, now: datetime) -> None:
    """A phone showed the push of that token. Nothing happens where there is no such notice."""
    with transaction.atomic(), as_system():
        perform(steps.shown(token, now=now))


def opened(token: UUID, *, now: datetime) -> str:
    """Somebody followed a notice's link; where it leads. Raises NotFound."""
    with transaction.atomic(), as_system():
        link = perform(steps.opened(token, now=now))
    if link is None:
        raise NotFound(_("There is no such notice. Open the newest one, or sign in."))
    return link


# --- what people choose -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants of one app. Raises Invalid where it could never be told."""

    ways: frozenset[Way]
    pace: Pace

    def __post_init__(self) -> None:
        if not self.ways:
            raise Invalid(_("Choose at least one way for each app, so that nothing is lost."))


def change_habits(
    actor: Actor,
    *,
    person: Person,
    quiet: tuple[time, time] | None,
    digest_at: time,
    fall_back_after_min: int,
    wishes: Mapping[str, Wish | None],
    now: datetime,
) -> None:
    """`wishes`: by app, "" for all others; None for an app that is as all others."""
    with transaction.atomic():
        _habits_of(person, now)
        Habits.objects.filter(person=person).update(
            quiet_from=quiet[0] if quiet else None,
            quiet_until=quiet[1] if quiet else None,
            digest_at=digest_at,
            fall_back_after_min=fall_back_after_min,
            changed_at=now,
        )
        for app_id, wish in wishes.items():
            _choose(person, app_id, wish)
        _record(actor, "habits.changed", person, now)


def _choose(person: Person, app_id: str, wish: Wish | None) -> None:
    if wish is None:
        Choice.objects.filter(person=person, app_id=app_id).delete()
        return
    ways = [way for way in Way if way in wish.ways]
    Choice.objects.update_or_create(person=person, app_id=app_id, defaults={"ways": ways, "pace": wish.pace})


def _habits_of(person: Person, now: datetime) -> Habits:
    habits, _made = Habits.objects.get_or_create(person=person, defaults={"changed_at": now})
    return habits


def _also(person: Person, way: Way, now: datetime) -> None:
    """A way that a person just set up is used from now on, before those that were there."""
    _habits_of(person, now)
    choice, _made = Choice.objects.get_or_create(
        person=person, app_id="", defaults={"ways": [Way.SMS], "pace": Pace.NOW}
    )
    if way not in choice.ways:
        choice.ways = [one for one in Way if one == way or one in choice.ways]
        choice.save(update_fields=["ways"])


# --- browsers that take pushes ------------------------------------------------------------------------------


def public_key(*, now: datetime) -> str:
    """What a browser must know of us to take our pushes (applicationServerKey)."""
    with transaction.atomic(), as_system():
        perform(vapid_key(settings.SECRET_KEY, now=now))
        return VapidKey.objects.values_list("public_key", flat=True).get()


def add_browser(
    actor: Actor, *, person: Person, endpoint: str, p256dh: str, auth: str, agent: str, now: datetime
) -> None:
    """This browser takes pushes for the person, and for nobody else any more. Raises Invalid, Inside."""
    _check_endpoint(endpoint)
    try:
        point_of(p256dh)
        secret_of(auth)
    except BadKeys:
        raise Invalid(_("Your browser's keys can't be read. Reload the page and try again.")) from None
    with transaction.atomic():
        with as_system():
            Browser.objects.filter(endpoint=endpoint).delete()
        _forget_oldest(person)
        Browser.objects.create(
            person=person,
            endpoint=endpoint,
            p256dh=p256dh,
            auth=auth,
            agent=agent[:AGENT_CHARACTERS_MAX],
            made_at=now,
        )
        _also(person, Way.PUSH, now)
        _record(actor, "browser.added", person, now)


def _check_endpoint(endpoint: str) -> None:
    """Where its name leads is checked at each push."""
    refusal = Invalid(_("That is not the address of a push service. Reload the page and try again."))
    if len(endpoint) > ENDPOINT_CHARACTERS_MAX:
        raise refusal
    parts = OUTSIDE_ONLY.check(endpoint)
    host = parts.hostname or ""
    if parts.scheme != "https" or host == "localhost":
        raise refusal
    with contextlib.suppress(ValueError):  # A name is no IP address.
        if not is_public(host):
            raise refusal


def _forget_oldest(person: Person) -> None:
    newest = Browser.objects.filter(person=person).order_by("-id").values_list("id", flat=True)
    Browser.objects.filter(id__in=list(newest[BROWSERS_MAX - 1 :])).delete()


def remove_browser(actor: Actor, *, person: Person, browser_id: int, now: datetime) -> None:
    """It gets no pushes any more. Twice changes nothing."""
    with transaction.atomic():
        if Browser.objects.filter(person=person, id=browser_id).delete()[0]:
            _record(actor, "browser.removed", person, now)


# --- mail ---------------------------------------------------------------------------------------------------


def ask_for_mail(person: Person, *, address: str, now: datetime) -> None:
    """Sends a link to the address; once it is followed, notices go there. Raises Invalid, TooMany."""
    address = address.strip()
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid(_("This is not a mail address. Write it like name@example.com.")) from None
    if not address.isascii() or len(address) > ADDRESS_CHARACTERS_MAX:
        raise Invalid(_("This is not a mail address. Write it like name@example.com."))
    if not settings.HOTPOT_MAILS:
        raise Invalid(_("This installation sends no mail. Ask who runs it to set a mail server up."))
    with transaction.atomic(), as_system():
        since = now - timedelta(days=1)
        asked = Notification.objects.filter(person=person, created_at__gt=since).exclude(to_address="")
        if asked.count() >= MAILS_TO_VERIFY_MAX:
            raise TooMany(_("Five mails went out today already. Look into that mailbox, or try tomorrow."))
        until = int((now + LINK_VALID_FOR).timestamp())
        token = _signer().sign_object({"person": person.id, "address": address, "until": until})
        with override(person.language):
            text = gettext("Confirm that notices for %(number)s may go to this address.")
        new = steps.New(
            person_id=person.id,
            message_id=None,
            app_id="",
            text=text % {"number": person.number},
            link=f"{settings.HOTPOT_BASE_URL}/n/mail/{token}/",
            how=Begin((Way.MAIL,), now),
            expires_at=now + LINK_VALID_FOR,
            to_address=address,
        )
        perform(steps.queue([new], now=now))


def mail_to_confirm(token: str, *, now: datetime) -> tuple[int, str]:
    """The person and the address that a link is about. Raises Forbidden."""
    try:
        said = _signer().unsign_object(token)
    except BadSignature:
        raise Forbidden(_("This link is not valid. Ask for a new one under Notifications.")) from None
    if said["until"] <= now.timestamp():
        raise Forbidden(_("This link has expired. Ask for a new one under Notifications."))
    return said["person"], said["address"]


def confirm_mail(token: str, *, now: datetime) -> str:
    """Notices go to that address from now on, before an SMS; the address. Raises Forbidden."""
    person_id, address = mail_to_confirm(token, now=now)
    with transaction.atomic(), as_system():
        person = Person.objects.filter(id=person_id, is_active=True).first()
        if person is None:
            raise Forbidden(_("This link is not valid. Ask for a new one under Notifications."))
        _also(person, Way.MAIL, now)
        Habits.objects.filter(person=person).update(
            mail_address=address, mail_verified_at=now, mail_bounced_at=None, mail_bounce=""
        )
        _record(Actor(person.id, None, "page"), "mail.verified", person, now)
    return address


def remove_mail(actor: Actor, *, person: Person, now: datetime) -> None:
    """No mail goes anywhere any more."""
    with transaction.atomic():
        Habits.objects.filter(person=person).update(
            mail_address="", mail_verified_at=None, mail_bounced_at=None, mail_bounce="", changed_at=now
        )
        _record(actor, "mail.removed", person, now)


def stop_mails(token: UUID, *, now: datetime) -> None:
    """Whoever got this notice wants no mails of its app any more, whatever was chosen. Raises NotFound."""
    with transaction.atomic(), as_system():
        notice = Notification.objects.select_related("person").filter(token=token).first()
        if notice is None:
            raise NotFound(_("There is no such notice. Open the newest one, or sign in."))
        person = notice.person
        _habits_of(person, now)
        chosen = {one.app_id: one for one in Choice.objects.filter(person=person)}
        usual = chosen.get(notice.app_id) or chosen.get("")
        ways = set(usual.ways if usual else [Way.SMS]) - {Way.MAIL}
        pace = Pace(usual.pace) if usual else Pace.NOW
        _choose(person, notice.app_id, Wish(frozenset(Way(way) for way in ways or {Way.SMS}), pace))
        _record(Actor(person.id, None, "mail"), "mail.stopped", person, now)


def _signer() -> Signer:
    return Signer(salt="hotpot.notification.mail")


# --- trying it ----------------------------------------------------------------------------------------------


def send_a_trial(person: Person, *, now: datetime) -> None:
    """One notice by the person's own ways, so that they see what comes where."""
    with override(person.language):
        text = gettext("This is a trial. Your notices reach you here.")
    message = Outbound(f"trial/{person.id}/{now:%Y%m%dT%H%M%S}", person.number, text)
    tell([Notice(message, person.id, f"{settings.HOTPOT_BASE_URL}/me/notifications/")], now=now)


def send_a_test_mail(*, to: str, now: datetime) -> bool:
    """Gives the installation's mail server a mail; whether it would be noticed if it came back.

    Asks the network for up to two minutes: what was written so far is committed. Raises Invalid with what was
    wrong, Refused where a setting can't be understood.
    """
    ways = outgoing(
        base_url=settings.HOTPOT_BASE_URL,
        secret_key=settings.SECRET_KEY,
        smtp_url=settings.HOTPOT_SMTP_URL,
        mail_from=settings.HOTPOT_MAIL_FROM,
        reply_domain=settings.HOTPOT_MAIL_DOMAIN,
    )
    if ways.mail is None:
        raise Invalid(_("This installation sends no mail. Ask who runs it to set a mail server up."))
    subject, text = gettext("Test mail"), gettext("Notices to members come by this mail server.")
    with outside_transaction():
        came, noticed = ways.mail.try_out(to, subject, text, now)
    if came.error:
        raise Invalid(_("It was not taken: %(error)s") % {"error": came.error})
    return noticed


def _record(actor: Actor, what: str, person: Person, now: datetime) -> None:
    record(actor, Fact(f"notification.{what}", f"person/{person.id}", (), {}, (person.id,)), now=now)
