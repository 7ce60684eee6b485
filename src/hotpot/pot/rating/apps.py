from django.apps import AppConfig


class RatingConfig(AppConfig):
    name = "hotpot.pot.rating"
    label = "rating"
