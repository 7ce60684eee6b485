from django.apps import AppConfig


class PaymentConfig(AppConfig):
    name = "hotpot.pot.payment"
    label = "payment"
