"""`hotpot manage retry_parked approvals`: after an app was mended, its parked events once more."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hotpot.sdk.host import hosted, retry_parked
from hotpot.sdk.models import ParkedEvent


class Command(BaseCommand):
    help = "Hands an app once more the events that it could not handle before."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", help="the app's id")

    def handle(self, *args: Any, app: str, **options: Any) -> None:
        if app not in hosted():
            raise CommandError(f"There is no app “{app}” here; there are: {', '.join(hosted())}.")
        done = retry_parked(hosted()[app], settings.HOTPOT_CLOCK.now())
        left = ParkedEvent.objects.filter(app_id=app).count()
        self.stdout.write(f"{done} handled, {left} still parked")
