"""Forms to begin with: what most small companies ask for first."""

from __future__ import annotations

from collections.abc import Mapping

from hotpot.apps.approvals.flow.definition import Flow, Step, Who
from hotpot.apps.approvals.form.fields import Field, Form
from hotpot.apps.approvals.kinds.store import Design
from hotpot.sdk.text import gettext as _


def starters() -> Mapping[str, Design]:
    """In the reader's language, by key."""
    head = Step("s1", _("Head of department"), Who("head"))
    return {
        "blank": Design(_("New form"), Form(), Flow((head,))),
        "leave": Design(
            _("Leave"),
            Form(
                (
                    Field(
                        "f1", _("Kind of leave"), "choice", options=(_("Annual"), _("Sick"), _("Personal")),
                    ),
                    Field("f2", _("Days"), "dates"),
                    Field("f3", _("Why"), "text", required=False),
                    Field("f4", _("Papers"), "files", required=False),
                )
            ),
            Flow((head,)),
        ),
        "expenses": Design(
            _("Expenses"),
            Form(
                (
                    Field("f1", _("What for"), "text"),
                    Field("f2", _("Total"), "money"),
                    Field(
                        "f3", _("Items"), "table", required=False,
                        columns=(
                            Field("c1", _("Day"), "date"),
                            Field("c2", _("What"), "text"),
                            Field("c3", _("Amount"), "money"),
                        ),
                    ),
                    Field("f4", _("Receipts"), "files", required=False),
                )
            ),
            Flow((head, Step("s2", _("Head above"), Who("head", level=2), on_empty="pass"))),
        ),
    }  # fmt: skip
