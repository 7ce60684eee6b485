from django.apps import AppConfig
from django.utils.translation import gettext

from hotpot.kernel.errors import Refused


class WebConfig(AppConfig):
    name = "hotpot.pot.web"
    label = "web"

    def ready(self) -> None:
        Refused.translate = staticmethod(gettext)
