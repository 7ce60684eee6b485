from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "hotpot.pot.ledger"
    label = "ledger"
