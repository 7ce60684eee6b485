from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SdkConfig(AppConfig):
    name = "hotpot.sdk"
    label = "sdk"

    def ready(self) -> None:
        post_migrate.connect(make_hosted_apps_ready, sender=self)


def make_hosted_apps_ready(**_: Any) -> None:
    """Run after every migrate, as the owner of the tables: storage and words of the apps here."""
    from hotpot.sdk.host import hosted, make_ready

    for app in hosted().values():
        make_ready(app)
