from django.apps import AppConfig


class NotificationConfig(AppConfig):
    name = "hotpot.pot.notification"
    label = "notification"
