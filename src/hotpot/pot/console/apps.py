from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "hotpot.pot.console"
    label = "console"
