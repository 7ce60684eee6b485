"""Two answers at one moment, on the real platform: the first one counts, the second one is late."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from hotpot.apps.approvals.flow.definition import Flow, Step, Who
from hotpot.apps.approvals.flow.machine import Late
from hotpot.apps.approvals.form.fields import Field, Form
from hotpot.apps.approvals.kinds import store as kinds
from hotpot.apps.approvals.requests import actions, store
from hotpot.apps.approvals.requests.people import Company
from hotpot.conftest import NOW
from hotpot.pot.access.readers import as_system
from hotpot.sdk.host import hosted
from hotpot.sdk.local import LocalPot
from hotpot.sdk.platform import Verdict
from hotpot.sdk.tests.test_host import APPROVALS, Office

pytestmark = pytest.mark.django_db(transaction=True)


def pot() -> LocalPot:
    return LocalPot(hosted()[APPROVALS].manifest, NOW)


@pytest.fixture
def office() -> Iterator[Office]:
    office = Office()
    office.give_seat(office.wu)
    yield office
    with connection.cursor() as cursor:  # No model's table, so nobody else empties it.
        cursor.execute("TRUNCATE app_approvals.document, app_approvals.series, app_approvals.file")


def test_one_of_two_answers_at_once_counts(office: Office) -> None:
    li, wu = office.li.person_id, office.wu.person_id
    step = Step("s1", "Either", Who("person", (li, wu)), sign="any")
    design = kinds.Design("Leave", Form((Field("f1", "Why", "text"),)), Flow((step,)))
    customer_id = office.market.customer.id
    with transaction.atomic(), as_system():
        kind = kinds.publish(pot(), kinds.create(pot(), customer_id, li, design), li)
        draft = actions.begin(pot(), Company(pot(), customer_id), wu, kind.id, kind.version)
        one = actions.send(pot(), actions.save(pot(), draft, {"f1": "rest"}, {}))
    ready = Barrier(2)

    def answer(signer_id: int, person_id: int, verdict: Verdict) -> str:
        try:
            with transaction.atomic(), as_system():
                ready.wait(10)
                return actions.answer(pot(), one.id, signer_id, verdict, by=person_id).run.state
        except Late:
            return "late"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        signers = {signer.person_id: signer.id for signer in one.run.waiting}
        said = people.map(answer, [signers[li], signers[wu]], [li, wu], ["approved", "rejected"])
        outcomes = sorted(said)
    after = store.application(pot(), one.id)
    assert after is not None
    assert outcomes == sorted(["late", after.run.state])
    assert sum(entry.kind == "ended" for entry in after.run.history) == 1
    assert store.count_waiting(pot(), li) == store.count_waiting(pot(), wu) == 0
