from django.urls import URLPattern, path

from hotpot.pot.console.member import pages

app_name = "member"
urlpatterns: list[URLPattern] = [
    path("home/", pages.home, name="home"),
    path("messages/", pages.messages, name="messages"),
    path("me/", pages.me, name="me"),
]
