"""Verbs of mailboxes as people use them; what the watcher does with them is in `keeping`."""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Conflict, Invalid, NotFound
from hotpot.kernel.vault import Vault
from hotpot.pot.access.readers import outside_transaction
from hotpot.pot.connector.mailbox import oauth, outgoing, queries, rules, writing
from hotpot.pot.connector.mailbox.incoming import Line
from hotpot.pot.connector.mailbox.models import Body, Letter, Mail, Mailbox, Provider, SignIn
from hotpot.pot.connector.mailbox.network import Untrusted
from hotpot.pot.connector.mailbox.wire import (
    INBOX,
    Access,
    Correspondent,
    ProviderFile,
    Secret,
    Server,
    UnknownCertificate,
)
from hotpot.pot.connector.trouble import Away, Trouble
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import Actor

WAKE_CHANNEL = "hotpot_mailboxes"  # PostgreSQL NOTIFY: the id of a mailbox that has something to do
MAILBOXES_MAX = 5  # of one person at one company
FOLDERS_WATCHED_MAX = 10
SIGN_IN_WITHIN = timedelta(minutes=15)
ANY_PIN = "?"  # No certificate has it: the server's own is told, before any password is.


# --- connecting ------------------------------------------------------------------------------------


def try_out(access: Access) -> Sequence[str]:
    """Logs in both ways, and answers with the folders. Raises Invalid with what is wrong, or
    UnknownCertificate. Asks the network for up to two minutes, outside of any transaction."""
    with outside_transaction():
        return _tried_out(access)


def _tried_out(access: Access) -> Sequence[str]:
    try:
        line = Line(access)
    except Untrusted as trouble:
        raise _unknown_certificate(access, "incoming", trouble) from None
    except Trouble as trouble:
        raise Invalid(trouble.sentence, code="incoming") from None
    try:
        folders = line.folders()
        outgoing.try_out(access)
    except Untrusted as trouble:
        raise _unknown_certificate(access, "outgoing", trouble) from None
    except Trouble as trouble:
        raise Invalid(trouble.sentence, code="outgoing") from None
    finally:
        line.close()
    return folders or [INBOX]


def _unknown_certificate(
    access: Access, side: Literal["incoming", "outgoing"], trouble: Untrusted
) -> UnknownCertificate:
    """With the certificate's pin, which is asked for without logging in."""
    pin = trouble.pin
    if not pin:
        asked = replace(access, **{side: replace(getattr(access, side), pin=ANY_PIN)})
        try:
            if side == "incoming":
                Line(asked).close()
            else:
                outgoing.try_out(asked)
        except Untrusted as shown:
            pin = shown.pin
        except Trouble:
            pin = ""
    return UnknownCertificate(trouble.sentence, side=side, pin=pin)


@transaction.atomic
def connect(
    actor: Actor,
    *,
    customer_id: int,
    person_id: int,
    app_id: str,
    access: Access,
    folders: Sequence[str],
    now: datetime,
    provider: Provider | None = None,
    tokens: oauth.Tokens | None = None,
) -> Mailbox:
    """Keeps a mailbox that was tried out; one of the same address gets the new settings. With `provider`,
    `tokens` are what it gave. Raises Conflict for too many."""
    address = rules.checked_address(access.address)
    mine = Mailbox.objects.filter(customer_id=customer_id, person_id=person_id)
    if mine.exclude(address=address).count() >= MAILBOXES_MAX:
        raise Conflict(
            _("There are %(max)d mailboxes already. Disconnect one first.") % {"max": MAILBOXES_MAX}
        )
    kept: dict[str, Any] = {
        "app_id": app_id,
        "login": access.login,
        **_columns("imap", access.incoming),
        **_columns("smtp", access.outgoing),
        "provider": provider,
        "sealed_secret": _vault().seal(tokens.refresh if tokens else access.secret.password),
        "folders": list(folders),
        "state": Mailbox.State.RUNNING,
        "problem": "",
        "failures": 0,
        "retry_at": None,
        "changed_at": now,
    }
    kept |= _token_columns(tokens, now) if tokens else {"sealed_token": None, "token_expires_at": None}
    mailbox, made = Mailbox.objects.update_or_create(
        customer_id=customer_id,
        person_id=person_id,
        address=address,
        defaults=kept,
        create_defaults={**kept, "created_at": now},
    )
    recorded(actor, mailbox, "connected" if made else "changed", now)
    wake(mailbox.id)
    return mailbox


def _columns(side: str, server: Server) -> dict[str, Any]:
    return {
        f"{side}_host": server.host,
        f"{side}_port": server.port,
        f"{side}_security": server.security,
        f"{side}_pin": server.pin,
    }


@transaction.atomic
def watch(actor: Actor, *, mailbox: Mailbox, folders: Sequence[str], now: datetime) -> None:
    """Raises Invalid. The inbox is always watched."""
    chosen = [INBOX, *(name for name in mailbox.folders if name in folders and name.upper() != INBOX)]
    if len(chosen) > FOLDERS_WATCHED_MAX:
        raise Invalid(_("At most %(max)d folders are watched.") % {"max": FOLDERS_WATCHED_MAX})
    Mailbox.objects.filter(id=mailbox.id).update(watched=chosen, changed_at=now)
    recorded(actor, mailbox, "changed", now)
    wake(mailbox.id)


@transaction.atomic
def disconnect(actor: Actor, *, mailbox: Mailbox, now: datetime) -> None:
    """Its password, and all that was kept of its mail, are forgotten. The server keeps everything."""
    recorded(actor, mailbox, "disconnected", now)
    mailbox_id = mailbox.id
    mailbox.delete()
    wake(mailbox_id)


# --- signing in at a provider ------------------------------------------------------------------------


@transaction.atomic
def keep_provider(file: ProviderFile, now: datetime) -> Provider:
    """Adds a provider, or changes the one of that name."""
    made, _new = Provider.objects.update_or_create(
        name=file.name,
        defaults={
            "domains": [domain.lower() for domain in file.domains],
            "imap_host": file.incoming.host,
            "imap_port": file.incoming.port,
            "imap_security": file.incoming.security,
            "smtp_host": file.outgoing.host,
            "smtp_port": file.outgoing.port,
            "smtp_security": file.outgoing.security,
            "authorize_url": file.authorize_url,
            "token_url": file.token_url,
            "client_id": file.client_id,
            "sealed_secret": _vault().seal(file.client_secret),
            "scope": file.scope,
            "parameters": dict(file.parameters),
            "changed_at": now,
        },
    )
    return made


@transaction.atomic
def begin_sign_in(
    *, customer_id: int, person_id: int, app_id: str, address: str, back: str, now: datetime
) -> str:
    """Where the person goes to. Raises NotFound for an address without a provider."""
    provider = queries.provider_for(address)
    if provider is None:
        raise NotFound(_("There is no signing in for this address. Use its password."))
    SignIn.objects.filter(expires_at__lte=now).delete()
    verifier, state = oauth.new_verifier(), secrets.token_urlsafe(32)
    SignIn.objects.create(
        state=state,
        provider=provider,
        customer_id=customer_id,
        person_id=person_id,
        app_id=app_id,
        address=rules.checked_address(address),
        sealed_verifier=_vault().seal(verifier),
        expires_at=now + SIGN_IN_WITHIN,
    )
    return oauth.address_of_sign_in(
        client_of(provider), state=state, verifier=verifier, login=address, back=back
    )


def finish_sign_in(
    actor: Actor, *, state: str, code: str, person_id: int, back: str, now: datetime
) -> Mailbox:
    """The provider sent the person back with a code. It works once, for who began it; while the provider is
    away it may be tried again. Asks the network, outside of any transaction. Raises Invalid."""
    begun = _taken_up(state, person_id, now)
    provider = begun.provider
    verifier = _vault().open(bytes(begun.sealed_verifier))
    try:
        with outside_transaction():
            tokens = oauth.exchanged(client_of(provider), code=code, verifier=verifier, back=back)
    except Trouble as trouble:
        if isinstance(trouble, Away):
            begun.save(force_insert=True)
            with outside_transaction():
                pass  # It stays, though what the caller does is taken back by the refusal.
        raise Invalid(trouble.sentence) from None
    if not tokens.refresh:
        raise Invalid(
            _("%(name)s gave no lasting permission. Ask who runs this platform to request offline access.")
            % {"name": provider.name}
        )
    access = Access(
        begun.address, begun.address, server_of(provider, "imap"), server_of(provider, "smtp"),
        Secret(token=tokens.access),
    )  # fmt: skip
    folders = try_out(access)
    return connect(
        actor,
        customer_id=begun.customer_id,
        person_id=person_id,
        app_id=begun.app_id,
        access=access,
        folders=folders,
        provider=provider,
        tokens=tokens,
        now=now,
    )


@transaction.atomic
def _taken_up(state: str, person_id: int, now: datetime) -> SignIn:
    """Nobody else finishes it meanwhile: a code that is shown twice may cost the person its grant
    (RFC 6749, 4.1.2)."""
    begun = (
        SignIn.objects.select_for_update(of=("self",))
        .select_related("provider")
        .filter(state=state, person_id=person_id, expires_at__gt=now)
        .first()
    )
    if begun is None:
        raise Invalid(_("This signing in took too long, or was begun elsewhere. Begin again."))
    SignIn.objects.filter(pk=begun.pk).delete()
    return begun


def client_of(provider: Provider) -> oauth.Client:
    return oauth.Client(
        provider.name,
        provider.authorize_url,
        provider.token_url,
        provider.client_id,
        _vault().open(bytes(provider.sealed_secret)),
        provider.scope,
        provider.parameters,
    )


def access_of(mailbox: Mailbox, now: datetime) -> Access:
    """All that opens it. Asks the provider for a new token where the old one ends. Raises Trouble."""
    if mailbox.provider is None:
        secret = Secret(password=_vault().open(bytes(mailbox.sealed_secret)))
    else:
        secret = Secret(token=_token(mailbox, mailbox.provider, now))
    return Access(
        mailbox.address, mailbox.login, server_of(mailbox, "imap"), server_of(mailbox, "smtp"), secret
    )  # fmt: skip


def _token(mailbox: Mailbox, provider: Provider, now: datetime) -> str:
    ends_at = mailbox.token_expires_at
    if mailbox.sealed_token is not None and ends_at is not None and ends_at > now + timedelta(minutes=1):
        return _vault().open(bytes(mailbox.sealed_token))
    tokens = oauth.refreshed(client_of(provider), _vault().open(bytes(mailbox.sealed_secret)))
    columns = _token_columns(tokens, now)
    if tokens.refresh:
        columns["sealed_secret"] = _vault().seal(tokens.refresh)
    Mailbox.objects.filter(id=mailbox.id).update(**columns)
    return tokens.access


def _token_columns(tokens: oauth.Tokens, now: datetime) -> dict[str, Any]:
    return {
        "sealed_token": _vault().seal(tokens.access),
        "token_expires_at": now + timedelta(seconds=tokens.lives_s),
    }


def server_of(row: Mailbox | Provider, side: str) -> Server:
    pin = getattr(row, f"{side}_pin", "")
    security = rules.checked_security(getattr(row, f"{side}_security"))
    return Server(getattr(row, f"{side}_host"), getattr(row, f"{side}_port"), security, pin)


# --- reading and writing -----------------------------------------------------------------------------


@transaction.atomic
def read(mail: Mail, now: datetime) -> Body:
    """Marks it as read, here and at the server's next turn, and asks for its body unless it is there.
    One that could not be had before is asked for again."""
    if not mail.seen:
        Mail.objects.filter(id=mail.id).update(seen=True, seen_here=True)
        wake(mail.mailbox_id)
    body, made = Body.objects.get_or_create(
        mail=mail, defaults={"mailbox_id": mail.mailbox_id, "person_id": mail.person_id, "asked_at": now}
    )
    if made:
        wake(mail.mailbox_id)
    return body


@transaction.atomic
def ask_again(mail: Mail, now: datetime) -> None:
    """For a body that could not be had."""
    again = Body.objects.filter(mail=mail, content=None).exclude(problem="")
    if again.update(problem="", asked_at=now):
        wake(mail.mailbox_id)


@transaction.atomic
def mark_seen(mails: Sequence[Mail]) -> None:
    ids = [mail.id for mail in mails if not mail.seen]
    if Mail.objects.filter(id__in=ids, seen=False).update(seen=True, seen_here=True):
        for mailbox_id in {mail.mailbox_id for mail in mails}:
            wake(mailbox_id)


def content_of(body: Body) -> bytes | None:
    return None if body.content is None else zlib.decompress(bytes(body.content))


@transaction.atomic
def write(
    actor: Actor, *, mailbox: Mailbox, key: str, draft: writing.Draft, answers: Mail | None, now: datetime
) -> Letter:
    """On its way. The same key again is the same letter. Raises Invalid."""
    before = Letter.objects.filter(mailbox=mailbox, key=key).first()
    if before is not None:
        return before
    message_id = writing.new_message_id(secrets.token_hex(16), mailbox.address)
    letter = Letter.objects.create(
        mailbox=mailbox,
        customer_id=mailbox.customer_id,
        person_id=mailbox.person_id,
        key=key,
        message_id=message_id,
        recipients=list(dict.fromkeys(one.address for one in [*draft.to, *draft.cc])),
        subject=draft.subject,
        content=writing.composed(draft, message_id, now),
        answers=answers,
        written_at=now,
    )
    recorded(actor, mailbox, "letter_written", now, letter_id=letter.id)
    wake(mailbox.id)
    return letter


@transaction.atomic
def send_again(letter: Letter) -> None:
    """A letter that failed, or waits for its next try, is tried now."""
    again = Letter.objects.filter(id=letter.id).exclude(state=Letter.State.SENT)
    if again.update(state=Letter.State.WAITING, retry_at=None, problem="", ended_at=None):
        wake(letter.mailbox_id)


def sender_of(mailbox: Mailbox, name: str) -> Correspondent:
    return Correspondent(name, mailbox.address)


# --- shared ------------------------------------------------------------------------------------------


def recorded(actor: Actor, mailbox: Mailbox, verb: str, now: datetime, **data: Any) -> None:
    """Of a mailbox the record says that it is there, never whose letters it holds."""
    fact = Fact(
        f"mail.{verb}",
        f"mailbox/{mailbox.id}",
        [mailbox.customer_id],
        {"mailbox_id": mailbox.id, "person_id": mailbox.person_id, "app_id": mailbox.app_id} | data,
        [mailbox.person_id],
    )
    record(actor, fact, now=now)


def wake(mailbox_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [WAKE_CHANNEL, str(mailbox_id)])


def _vault() -> Vault:
    return Vault(settings.SECRET_KEY, "mailbox")
