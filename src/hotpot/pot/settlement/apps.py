from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "hotpot.pot.settlement"
    label = "settlement"
