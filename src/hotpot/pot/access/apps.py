from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    name = "hotpot.pot.access"
    label = "access"

    def ready(self) -> None:
        from hotpot.pot.access.rls import grant_to_web_role

        post_migrate.connect(grant_to_web_role, sender=self)
