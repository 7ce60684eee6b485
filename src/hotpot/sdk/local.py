"""The platform for apps that run in the same process: the SDK's verbs over the rooms' own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from msgspec import Raw

from hotpot.pot.access.readers import as_system
from hotpot.pot.events import actions as event_actions
from hotpot.pot.events.wire import Actor, Event, Fact
from hotpot.pot.messaging import actions as messaging_actions
from hotpot.pot.messaging.queries import templates_of
from hotpot.pot.messaging.wire import Outbound
from hotpot.pot.metering import actions as metering_actions
from hotpot.pot.metering.rules import hosted_source
from hotpot.pot.metering.wire import Event as UsageEvent
from hotpot.pot.metering.wire import encode
from hotpot.pot.notification import actions as notification_actions
from hotpot.pot.notification.wire import Notice
from hotpot.pot.subscription import queries as subscription_queries
from hotpot.sdk.errors import Forbidden, Invalid
from hotpot.sdk.links import Link, address_of, signed
from hotpot.sdk.local_mail import LocalMails
from hotpot.sdk.local_tasks import LocalTasks
from hotpot.sdk.manifest import Manifest
from hotpot.sdk.market import LocalMembers, Market, MemberKey, across
from hotpot.sdk.platform import Entitlement, Member, NewMessage, NewUsage, PlatformEvent, Reply
from hotpot.sdk.scopes import Scopes
from hotpot.sdk.storage import LocalStorage


class LocalPot:
    """Wears `hotpot.sdk.platform.Pot` for one app, at one moment, in the caller's transaction."""

    def __init__(self, manifest: Manifest, now: datetime) -> None:
        self._manifest = manifest
        self._now = now
        self._scopes = Scopes(manifest)
        self._market = Market(manifest.id, now)

    @property
    def now(self) -> datetime:
        return self._now

    @cached_property
    def members(self) -> LocalMembers:
        self._scopes.require("members")
        return LocalMembers(self._market)

    @cached_property
    def entitlements(self) -> LocalEntitlements:
        return LocalEntitlements(self._market)

    @cached_property
    def messages(self) -> LocalMessages:
        self._scopes.require("messages")
        return LocalMessages(self._market)

    @cached_property
    def tasks(self) -> LocalTasks:
        self._scopes.require("tasks")
        return LocalTasks(self._market)

    @cached_property
    def events(self) -> LocalEvents:
        self._scopes.require("events")
        return LocalEvents(self._market, self._manifest.topic)

    @cached_property
    def storage(self) -> LocalStorage:
        self._scopes.require("storage")
        return LocalStorage(self._manifest.id)

    @cached_property
    def links(self) -> LocalLinks:
        return LocalLinks(self._market)

    @cached_property
    def usage(self) -> LocalUsage:
        self._scopes.require("usage")
        return LocalUsage(self._market)

    @cached_property
    def mail(self) -> LocalMails:
        self._scopes.require("mail")
        return LocalMails(self._market)

    def concerning(self, events: Sequence[Event]) -> list[PlatformEvent]:
        """Those of the record's events that are for this app, as the app sees them."""
        return self._market.concerning(events)


class LocalEntitlements:
    def __init__(self, market: Market) -> None:
        self._market = market

    @across
    def check(self, number: str, function: str) -> Entitlement:
        market = self._market
        answer = subscription_queries.entitled(number, market.app_id, function, market.now)
        return Entitlement(answer.allowed, answer.limit)

    @across
    def allowed(self, numbers: Iterable[str], function: str) -> set[str]:
        market = self._market
        return subscription_queries.entitled_numbers(numbers, market.app_id, function, market.now)


class LocalMessages:
    def __init__(self, market: Market) -> None:
        self._market = market

    @cached_property
    def _templates(self) -> Mapping[str, Mapping[str, str]]:
        with as_system():
            return templates_of(self._market.app_id)

    def register_templates(self, templates: Mapping[str, Mapping[str, str]]) -> None:
        messaging_actions.register_templates(self._market.app_id, templates)
        self.__dict__.pop("_templates", None)

    @across
    def send(self, messages: Sequence[NewMessage]) -> Sequence[int]:
        """An app writes to members of its customers, at the number that the directory has for them."""
        if not messages:
            return []
        known = self._market.members((one.to.person_id, one.to.customer_id) for one in messages)
        return notification_actions.tell([self._notice(one, known) for one in messages], now=self._market.now)

    @across
    def close_asks(self, references: Sequence[str]) -> None:
        messaging_actions.close_asks(self._market.app_id, references, now=self._market.now)

    def replies(self, events: Sequence[PlatformEvent]) -> Sequence[Reply]:
        by_number = self._market.members_by_number(event.data["number"] for event in events)
        return [
            Reply(
                event.data["message_id"], by_number[event.data["number"]][0], event.data["text"],
                event.data["ask"], event.data["late"], event.time, event.data.get("way", "sms"),
            )
            for event in events
            if event.data["number"] in by_number
        ]  # fmt: skip

    def _notice(self, message: NewMessage, known: Mapping[MemberKey, Member]) -> Notice:
        to = known.get((message.to.person_id, message.to.customer_id))
        if to is None:
            raise Forbidden("A message goes to a member of a customer that subscribes to the app.")
        app_id = self._market.app_id
        outbound = Outbound(
            f"{app_id}:{message.key}",
            to.number,
            self._said(message.template, to.language, message.values),
            app_id,
            to.customer_id,
            message.ask,
        )
        linked = self._said(message.linked, to.language, message.values) if message.linked else ""
        link = address_of(message.link, f"{settings.HOTPOT_BASE_URL}/apps/{app_id}")
        return Notice(outbound, to.person_id, link, linked, message.urgent)

    def _said(self, template: str, language: str, values: Mapping[str, str]) -> str:
        texts = self._templates.get(template)
        if texts is None:
            raise Invalid(f"There is no message template “{template}”. Add it to manifest.toml.")
        return messaging_actions.render(texts, language, values)


class LocalEvents:
    """`topic`: the live topic at which the app's pages are asked for again."""

    def __init__(self, market: Market, topic: str) -> None:
        self._market = market
        self._topic = topic

    @across
    def record(
        self,
        type: str,
        subject: str,
        *,
        customer_id: int,
        person_id: int | None,
        data: Mapping[str, Any],
        concerns: Iterable[int] = (),
    ) -> None:
        if customer_id not in self._market.customer_ids:
            raise Forbidden("An app records what concerns its own customers.")
        told = {**data, "app_id": self._market.app_id, "topic": self._topic}
        people = [person_id, *concerns]
        fact = Fact(f"{self._market.app_id}.{type}", subject, [customer_id], told, people)
        event_actions.record(Actor(person_id, None, "app"), fact, now=self._market.now)


class LocalUsage:
    def __init__(self, market: Market) -> None:
        self._market = market

    def record(self, uses: Sequence[NewUsage]) -> None:
        source = hosted_source(self._market.app_id)
        events = [
            UsageEvent(
                specversion="1.0",
                id=use.id,
                source=source,
                type=use.type,
                subject=use.subject,
                time=(use.at or self._market.now).isoformat(),
                data=Raw(encode(use.data)),
            )
            for use in uses
        ]
        metering_actions.submit(app_id=self._market.app_id, events=events, now=self._market.now)


class LocalLinks:
    def __init__(self, market: Market) -> None:
        self._market = market

    def make(self, path: str, *, to: Member, valid_for: timedelta) -> str:
        link = Link(path, to.person_id, to.customer_id, self._market.now + valid_for)
        app_id = self._market.app_id
        return f"{settings.HOTPOT_BASE_URL}/apps/{app_id}/by-link/{signed(app_id, link)}"
