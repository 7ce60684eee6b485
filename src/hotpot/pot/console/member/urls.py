from django.urls import URLPattern, path

from hotpot.pot.console.member import notifications, pages

app_name = "member"
urlpatterns: list[URLPattern] = [
    path("home/", pages.home, name="home"),
    path("messages/", pages.messages, name="messages"),
    path("me/", pages.me, name="me"),
    path("me/notifications/", notifications.notifications, name="notifications"),
    path("me/notifications/browsers/", notifications.add_browser, name="add_browser"),
    path(
        "me/notifications/browsers/<int:browser_id>/",
        notifications.remove_browser,
        name="remove_browser",
    ),
    path("me/notifications/mail/", notifications.ask_for_mail, name="ask_for_mail"),
    path("me/notifications/mail/remove/", notifications.remove_mail, name="remove_mail"),
    path("me/notifications/trial/", notifications.trial, name="trial"),
]
