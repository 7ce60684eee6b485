from django.urls import URLPattern, path

from hotpot.pot.notification import pages

app_name = "notification"
urlpatterns: list[URLPattern] = [
    path("<uuid:token>/", pages.open_, name="open"),
    path("<uuid:token>/shown/", pages.shown, name="shown"),
    path("<uuid:token>/stop/", pages.stop, name="stop"),
    path("mail/<str:token>/", pages.confirm_mail, name="confirm_mail"),
]
