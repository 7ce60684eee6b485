from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "hotpot.pot.catalog"
    label = "catalog"
