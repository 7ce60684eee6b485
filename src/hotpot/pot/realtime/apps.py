from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    name = "hotpot.pot.realtime"
    label = "realtime"
