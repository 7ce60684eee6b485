from django.apps import AppConfig


class SdkConfig(AppConfig):
    name = "hotpot.sdk"
    label = "sdk"
