from __future__ import annotations

from django.urls import URLPattern, path

from hotpot.pot.console.customer import messaging, money, overview, people, tasks
from hotpot.pot.console.operator.switch import lists as number_lists
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
    path("messages/", messaging.messages, name="messages"),
    path("messages/<int:message_id>/", messaging.message, name="message"),
    path("messages/<int:message_id>/again/", messaging.send_again, name="send_again"),
    path("messages/interfaces/<int:interface_id>/", messaging.interface, name="interface"),
    path(
        "messages/interfaces/<int:interface_id>/password/",
        messaging.interface_password,
        name="interface_password",
    ),
    path("messages/wording/", messaging.wording, name="wording"),
    path("messages/wording/signature/", messaging.ask_signature, name="ask_signature"),
    path("messages/wording/template/", messaging.ask_template, name="ask_template"),
    path("messages/lists/", messaging.lists, name="lists"),
    path("messages/lists/add/", number_lists.list_number, name="list_number"),
    path("messages/lists/remove/", number_lists.unlist_number, name="unlist_number"),
    path("messages/lists/file/", number_lists.import_numbers, name="import_numbers"),
    path("messages/words/", messaging.words, name="words"),
    path("messages/words/add/", number_lists.add_word, name="add_word"),
    path("messages/words/remove/", number_lists.remove_word, name="remove_word"),
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
