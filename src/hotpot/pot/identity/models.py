"""A person is a phone number."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, number: str, password: str | None = None, **fields: Any) -> Person:
        """`number` is E.164. Without a password the person signs in by code or passkey."""
        person = self.model(number=number, **fields)
        if password:
            person.set_password(password)
        else:
            person.set_unusable_password()
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    id = models.BigAutoField(primary_key=True)
    number = models.TextField(unique=True)  # E.164: +8613800138000
    number_verified_at = models.DateTimeField(null=True)
    name = models.TextField(blank=True)
    language = models.TextField(default="zh-hans")  # a code of settings.LANGUAGES
    time_zone = models.TextField(default="Asia/Shanghai")  # IANA name
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "number"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.number

    def get_full_name(self) -> str:
        return self.name or self.number

    def get_short_name(self) -> str:
        return self.name or self.number


class AuditEntry(models.Model):
    """What happened around somebody's sign-in. Rows are only ever added.

    It is told to whoever has the number; `person` is nobody until the number was verified.
    """

    person = models.ForeignKey(Person, models.PROTECT, null=True)
    what = models.TextField()  # code_sent, signed_in, refused, signed_out, token_made ...
    number = models.TextField(blank=True)
    address = models.TextField(blank=True)  # IP address the request came from
    agent = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["number", "-id"], name="audit_by_number")]


class AccessToken(models.Model):
    """Lets a program act for a person, in the name of a party where one is given."""

    person = models.ForeignKey(Person, models.CASCADE)
    party_id = models.BigIntegerField(null=True)
    name = models.TextField()
    digest = models.BinaryField(unique=True)  # SHA-256 of the token; the token itself is shown once
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def is_live(self, now: datetime) -> bool:
        expired = self.expires_at is not None and self.expires_at <= now
        return self.revoked_at is None and not expired and self.person.is_active
