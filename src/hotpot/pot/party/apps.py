from django.apps import AppConfig


class PartyConfig(AppConfig):
    name = "hotpot.pot.party"
    label = "party"
