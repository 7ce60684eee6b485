from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "hotpot.pot.events"
    label = "events"
