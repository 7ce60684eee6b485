from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "hotpot.pot.billing"
    label = "billing"
