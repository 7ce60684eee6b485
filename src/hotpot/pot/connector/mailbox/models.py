"""People's mailboxes on their companies' own servers, what arrived in them, and what is written back."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hotpot.pot.connector.mailbox.wire import INBOX
from hotpot.pot.identity.models import Person
from hotpot.pot.party.models import Party
from hotpot.pot.web.sentences import SentenceField


def only_inbox() -> list[str]:
    return [INBOX]


class Provider(models.Model):
    """Where people sign in to their mail without giving us a password; configured by whoever runs the pot."""

    name = models.TextField(unique=True)
    domains = ArrayField(models.TextField())
    imap_host = models.TextField()
    imap_port = models.IntegerField()
    imap_security = models.TextField()
    smtp_host = models.TextField()
    smtp_port = models.IntegerField()
    smtp_security = models.TextField()
    authorize_url = models.TextField()
    token_url = models.TextField()
    client_id = models.TextField()
    sealed_secret = models.BinaryField()  # empty for a public client
    scope = models.TextField()
    parameters = models.JSONField(default=dict)  # more of the first request, e.g. access_type
    changed_at = models.DateTimeField()


class SignIn(models.Model):
    """Somebody went to a provider and is expected back."""

    state = models.TextField(unique=True)
    provider = models.ForeignKey(Provider, models.CASCADE)
    customer = models.ForeignKey(Party, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    app_id = models.TextField()
    address = models.TextField()
    sealed_verifier = models.BinaryField()
    expires_at = models.DateTimeField()


class Mailbox(models.Model):
    """One person's mailbox at one company."""

    class State(models.TextChoices):
        RUNNING = "running"
        BACKING_OFF = "backing_off"  # the server can't be used now; tried again at `retry_at`
        BROKEN = "broken"  # needs its person: another password, a certificate to trust

    customer = models.ForeignKey(Party, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    app_id = models.TextField()  # the app that asked for it: watched while the person has a seat for it
    address = models.TextField()
    login = models.TextField()
    imap_host = models.TextField()
    imap_port = models.IntegerField()
    imap_security = models.TextField()
    imap_pin = models.TextField(blank=True)
    smtp_host = models.TextField()
    smtp_port = models.IntegerField()
    smtp_security = models.TextField()
    smtp_pin = models.TextField(blank=True)
    provider = models.ForeignKey(Provider, models.PROTECT, null=True)  # NULL: by password
    sealed_secret = models.BinaryField()  # kernel.vault: the password, or the provider's refresh token
    sealed_token = models.BinaryField(null=True)  # the access token now
    token_expires_at = models.DateTimeField(null=True)
    folders = ArrayField(models.TextField(), default=list)  # those on the server, as last listed
    watched = ArrayField(models.TextField(), default=only_inbox)
    state = models.TextField(choices=State.choices, default=State.RUNNING)
    problem = SentenceField(blank=True)
    failures = models.IntegerField(default=0)  # in a row
    retry_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()  # of its settings; the watcher connects anew

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "person", "address"], name="one_mailbox_per_address")
        ]


class Folder(models.Model):
    """How far a folder was looked at. A server that gives another `validity` has numbered everything anew."""

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="looked_at_folders")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    name = models.TextField()
    validity = models.BigIntegerField()
    since = models.DateTimeField()  # what was received before is no news

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mailbox", "name"], name="one_row_per_folder")
        ]


class Mail(models.Model):
    """One mail, known by what it says of itself: servers lie about numbers.

    `folder`, `validity` and `uid` tell where it was seen last.
    """

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="mails")
    customer = models.ForeignKey(Party, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    fingerprint = models.TextField()  # rules.fingerprint
    folder = models.TextField()
    validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    size = models.BigIntegerField()  # bytes, as the server says
    message_id = models.TextField(blank=True)
    references = models.TextField(blank=True)
    sender_name = models.TextField(blank=True)
    sender_address = models.TextField(blank=True)
    reply_to = models.JSONField(default=list)  # [name, address] each
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    subject = models.TextField(blank=True)
    snippet = models.TextField(blank=True)
    has_attachments = models.BooleanField(default=False)
    received_at = models.DateTimeField()  # by the server's clock
    kept_at = models.DateTimeField()  # by ours
    is_news = models.BooleanField()  # arrived while it was watched, so that its person may be told
    seen = models.BooleanField()
    seen_here = models.BooleanField(default=False)  # read here, and the server not yet told
    answered = models.BooleanField()
    gone_at = models.DateTimeField(null=True)  # no longer on the server

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mailbox", "fingerprint"], name="one_row_per_mail")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["person", "seen", "-received_at", "-id"],
                condition=Q(gone_at=None),
                name="mail_unread_first",
            ),
            models.Index(fields=["mailbox", "folder", "validity", "uid"], name="mail_on_server"),
            models.Index(fields=["mailbox"], condition=Q(seen_here=True), name="mail_seen_here"),
        ]


class Body(models.Model):
    """A mail as it was sent, asked for by its reader and kept for a limited time."""

    mail = models.OneToOneField(Mail, models.CASCADE, related_name="body")
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    content = models.BinaryField(null=True)  # zlib; NULL while it is on its way
    cut = models.BooleanField(default=False)
    problem = SentenceField(blank=True)  # why it can't be had

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["mailbox"], condition=Q(content=None, problem=""), name="bodies_asked_for")
        ]


class Letter(models.Model):
    """A mail that its person wrote here, on its way through the mailbox's own server."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="letters")
    customer = models.ForeignKey(Party, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    key = models.TextField()  # the form's own: a second press sends nothing
    message_id = models.TextField()
    recipients = ArrayField(models.TextField())
    subject = models.TextField(blank=True)
    content = models.BinaryField()  # RFC 5322
    answers = models.ForeignKey(Mail, models.SET_NULL, null=True, related_name="+")
    state = models.TextField(choices=State.choices, default=State.WAITING)
    attempts = models.IntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    problem = SentenceField(blank=True)
    is_filed = models.BooleanField(default=False)  # a copy is in the mailbox's own folder for sent mail
    written_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mailbox", "key"], name="one_letter_per_key")
        ]
        indexes: ClassVar = [
            models.Index(fields=["mailbox", "id"], condition=Q(state="waiting"), name="letters_waiting"),
            models.Index(
                fields=["mailbox", "id"], condition=Q(state="sent", is_filed=False), name="letters_to_file"
            ),
        ]
