from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "hotpot.pot.messaging"
    label = "messaging"
