from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate


class SdkConfig(AppConfig):
    name = "hotpot.sdk"
    label = "sdk"

    def ready(self) -> None:
        post_migrate.connect(make_hosted_apps_ready, sender=self)


def make_hosted_apps_ready(**_: Any) -> None:
    """Run after every migrate, as the owner of the tables."""
    from hotpot.sdk.host import catch_up, hosted

    for app in hosted().values():
        catch_up(app, settings.HOTPOT_CLOCK.now())
