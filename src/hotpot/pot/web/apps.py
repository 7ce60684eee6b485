from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "hotpot.pot.web"
    label = "web"
