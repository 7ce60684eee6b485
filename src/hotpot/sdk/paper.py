"""An app's documents on paper, in the house's style: values in, a PDF/A out.

    return paper(request, "claim.pdf", _("Travel claim"), "no. 17", [Facts([(_("Amount"), "80.00 CNY")])])

What is written is in the reader's language and formatted already; see `hotpot.sdk.text`.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from hotpot.pot.paper import Block, Facts, Grid, Head, Notes, Paper, pdf
from hotpot.sdk.app import File, Request
from hotpot.sdk.text import gettext as _

__all__ = ["Block", "Facts", "Grid", "Head", "Notes", "paper"]


def paper(
    request: Request, name: str, title: str, subtitle: str, blocks: Sequence[Block], *, author: str = ""
) -> File:
    """For whoever asks, as of now. `author`: whose document it is, for the foot of each page."""
    reader = request.visitor
    made = Paper(
        language="zh" if reader.language.startswith("zh") else "en",
        day=request.now.astimezone(ZoneInfo(reader.time_zone)).date().isoformat(),
        title=title,
        subtitle=subtitle,
        author=author,
        page=_("Page {page} of {pages}"),
        blocks=blocks,
    )
    return File(name, "application/pdf", pdf(made))
