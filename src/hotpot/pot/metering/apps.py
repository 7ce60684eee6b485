from django.apps import AppConfig


class MeteringConfig(AppConfig):
    name = "hotpot.pot.metering"
    label = "metering"
