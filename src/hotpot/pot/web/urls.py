from django.urls import URLPattern, path
from django.views.i18n import set_language

from hotpot.pot.web import pages

app_name = "web"
urlpatterns: list[URLPattern] = [
    path("language/", set_language, name="set_language"),
    path("manifest.webmanifest", pages.manifest, name="manifest"),
    path("sw.js", pages.service_worker, name="service_worker"),
    path("offline/", pages.offline, name="offline"),
    path("design/", pages.design, name="design"),
    path("design/phone/", pages.design_phone, name="design_phone"),
    path("design/trouble/<int:status>/", pages.design_trouble, name="design_trouble"),
]
