"""A small company with a form of its own, on the platform in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hotpot.apps.approvals.app import app
from hotpot.apps.approvals.flow.definition import Condition, Flow, Step, Who
from hotpot.apps.approvals.form.fields import Field, Form
from hotpot.apps.approvals.kinds.store import Design, Kind, create, publish
from hotpot.apps.approvals.requests import actions, store
from hotpot.apps.approvals.requests.people import Company
from hotpot.apps.approvals.requests.store import Application
from hotpot.sdk.platform import Member
from hotpot.sdk.testing import AppHarness, MemoryPot

FORM = Form(
    (
        Field("why", "What for", "text"),
        Field("cost", "Cost", "money"),
        Field("papers", "Papers", "files", required=False),
    )
)


class Office:
    """Wang applies; Li heads Sales, Han heads the company above it and manages it, Chen is cashier."""

    def __init__(self) -> None:
        self.pot = MemoryPot(app.manifest)
        self.harness = AppHarness(app, self.pot)
        add = self.pot.add_member
        self.han = add("Han Meimei", department="Company", seat=True, manages=True)
        self.li = add("Li Lei", department="Company/Sales", seat=True)
        self.wang = add("Wang Fang", department="Company/Sales", seat=True)
        self.chen = add("Chen Wei", department="Company", roles=["CASHIER"], seat=True)
        self.company = Company(self.pot, 1)
        for head in (self.han, self.li):
            assert head.department_id is not None
            self.company.set_head(head.department_id, head.person_id, self.han.person_id)

    def lay_down(self, *steps: Step, copies: Sequence[Who] = ()) -> Kind:
        steps = steps or (
            Step("head", "Head", Who("head")),
            Step("boss", "Boss", Who("head", level=2), when=(Condition("cost", "gt", "100000"),)),
            Step("pay", "Payment", Who("role", role="CASHIER")),
        )
        design = Design("Purchase", FORM, Flow(steps, copies=tuple(copies)))
        return publish(self.pot, create(self.pot, 1, self.han.person_id, design), self.han.person_id)

    def ask_for(
        self, kind: Kind, cost: str = "50", by: Member | None = None, sent: Mapping[str, str] | None = None
    ) -> Application:
        by = by or self.wang
        draft = actions.begin(self.pot, Company(self.pot, 1), by.person_id, kind.id, kind.version)
        draft = replace(draft, sent={"why": "Printer", "cost": cost, **(sent or {})})
        store.keep_draft(self.pot, draft)
        return actions.send(self.pot, draft)

    def now(self, one: Application) -> Application:
        found = store.application(self.pot, one.id)
        assert found is not None
        return found

    def waiting(self, member: Member) -> list[int]:
        return [one.id for one in store.waiting_for(self.pot, member.person_id)]

    def say(self, one: Application, by: Member, verdict: str = "approved", comment: str = "") -> Application:
        signer = self.now(one).run.signer_of(by.person_id)
        assert signer is not None
        return actions.answer(
            self.pot, one.id, signer.id, verdict, by=by.person_id, comment=comment  # type: ignore[arg-type]
        )  # fmt: skip
