from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "hotpot.pot.identity"
    label = "identity"
