from __future__ import annotations

from django.urls import URLPattern, path

from hotpot.pot.console.customer import overview, people, tasks

app_name = "customer"
urlpatterns: list[URLPattern] = [
    path("", overview.overview, name="overview"),
    path("apps/", overview.apps, name="apps"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("people/", people.people, name="people"),
    path("people/new/", people.add_person, name="add_person"),
    path("people/file/", people.add_people, name="add_people"),
    path("people/<int:member_id>/", people.person, name="person"),
    path("people/<int:member_id>/change/", people.change_person, name="change_person"),
    path("people/<int:member_id>/leave/", people.leave, name="leave"),
    path("departments/", people.departments, name="departments"),
    path("departments/new/", people.add_department, name="add_department"),
]
