from __future__ import annotations

from django.urls import URLPattern, path

from hotpot.pot.console.customer import money, overview, people, tasks
from hotpot.pot.console.plugins import urls as plugins

app_name = "customer"
urlpatterns: list[URLPattern] = [
    path("", overview.overview, name="overview"),
    path("apps/", overview.apps, name="apps"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("money/", money.money, name="money"),
    path("money/<int:operator_id>/pay/", money.pay, name="pay"),
    path("money/<int:operator_id>/top-up/", money.top_up, name="top_up"),
    path("money/<int:operator_id>/wallet/", money.set_wallet, name="set_wallet"),
    path("money/<int:operator_id>/limit/", money.set_budget, name="set_budget"),
    path("people/", people.people, name="people"),
    path("people/new/", people.add_person, name="add_person"),
    path("people/file/", people.add_people, name="add_people"),
    path("people/<int:member_id>/", people.person, name="person"),
    path("people/<int:member_id>/change/", people.change_person, name="change_person"),
    path("people/<int:member_id>/leave/", people.leave, name="leave"),
    path("departments/", people.departments, name="departments"),
    path("departments/new/", people.add_department, name="add_department"),
    *plugins.shared,
]
