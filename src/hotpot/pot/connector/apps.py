from django.apps import AppConfig


class ConnectorConfig(AppConfig):
    name = "hotpot.pot.connector"
    label = "connector"
