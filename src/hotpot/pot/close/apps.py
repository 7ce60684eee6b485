from django.apps import AppConfig


class CloseConfig(AppConfig):
    name = "hotpot.pot.close"
    label = "close"
