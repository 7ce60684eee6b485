from django.urls import URLPattern, path

from hotpot.sdk import views

app_name = "sdk"
urlpatterns: list[URLPattern] = [
    path("<slug:app_id>/api/<path:path>", views.api, name="api"),
    path("<slug:app_id>/by-link/<str:token>", views.by_link, name="link"),
    path("<slug:app_id>/", views.page, name="start"),
    path("<slug:app_id>/<path:path>", views.page, name="page"),
]
