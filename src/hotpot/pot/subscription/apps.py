from django.apps import AppConfig


class SubscriptionConfig(AppConfig):
    name = "hotpot.pot.subscription"
    label = "subscription"
