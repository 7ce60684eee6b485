from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from hotpot.entry.replay.run import Outcome

MISMATCHES_SHOWN = 20
LOG_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def replay() -> None:
    """Play a recorded log through the platform, in a data folder of its own."""


@replay.command()
@click.option("--cases", type=LOG_FILE, required=True, help="The log's cases, .csv or .csv.xz.")
@click.option("--events", type=LOG_FILE, required=True, help="The log's events, .csv or .csv.xz.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option(
    "--data", type=click.Path(path_type=Path), help="Keep everything in this new folder, to look at it later."
)
def approvals(cases: Path, events: Path, as_json: bool, data: Path | None) -> None:
    """Play an office's claims: each decision in the log passes through connector, task, message and phone.

    Every month of the log is closed then and the books are checked. Exits with 1 if anything differs from
    the log.
    """
    from hotpot.entry.replay.log import read_log

    log = read_log(cases, events)
    with _platform_in(data) as folder:
        from hotpot.entry.replay.run import replay as play

        with _bars(hidden=as_json) as bars:
            outcome = play(log, folder, bars)
    click.echo(json.dumps(_figures(outcome)) if as_json else _told(outcome))
    sys.exit(1 if outcome.mismatches or not outcome.books else 0)


@contextmanager
def _platform_in(kept: Path | None) -> Iterator[Path]:
    """An installation with a clock of its own: in a new folder, or one that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="hotpot-replay-") as passing:
        folder = (kept or Path(passing) / "data").absolute()
        for name in ("HOTPOT_DATABASE_URL", "HOTPOT_WEB_DATABASE_URL"):
            os.environ.pop(name, None)
        os.environ |= {
            "HOTPOT_DATA": str(folder),
            "HOTPOT_CLOCK_FILE": str(folder / "clock"),
            "HOTPOT_ROLE": "system",
        }
        from hotpot.entry.config import Config, claim
        from hotpot.entry.embedded import embedded_postgres

        claim(folder)
        Config.from_env()
        # A replay that a power cut ends is played again: its database need not wait for the disk.
        with embedded_postgres(folder, durable=False, by="hotpot replay"):
            _prepare(folder)
            yield folder


def _prepare(folder: Path) -> None:
    import django
    from django.core.management import call_command

    from hotpot.entry import database, logs
    from hotpot.entry.config import Config

    (folder / "logs").mkdir(exist_ok=True)
    logs.configure("replay")
    config = Config.from_env()
    database.prepare(config)
    django.setup()
    from hotpot.entry.schema import bring_up_to_date

    bring_up_to_date(config.database_url)
    call_command("collectstatic", verbosity=0, interactive=False)


class _Bars:
    """One bar a kind of work, made when it first tells of itself."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bars: dict[str, int] = {}

    def __call__(self, what: str, done: int, of: int) -> None:
        if what not in self._bars:
            self._bars[what] = self._progress.add_task(what, total=of)
        self._progress.update(self._bars[what], completed=done)  # type: ignore[arg-type]


@contextmanager
def _bars(*, hidden: bool) -> Iterator[_Bars]:
    columns = (TextColumn("{task.description:>8}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, disable=hidden) as progress:
        yield _Bars(progress)


def _figures(outcome: Outcome) -> dict[str, object]:
    return {
        "cases": outcome.cases,
        "decisions": outcome.decisions,
        "mismatches": len(outcome.mismatches),
        "differences": list(outcome.mismatches[:MISMATCHES_SHOWN]),
        "unreadable_rows": len(outcome.problems),
        "messages": outcome.messages,
        "seats": outcome.seats,
        "months": outcome.months,
        "fees_minor": outcome.fees.minor,
        "currency": outcome.fees.currency,
        "shares_minor": {party: share.minor for party, share in outcome.shares.items()},
        "books_clean": outcome.books,
        "seconds": outcome.seconds,
    }


def _told(outcome: Outcome) -> str:
    rows = [
        ("cases", f"{outcome.cases:,}"),
        ("decisions", f"{outcome.decisions:,}"),
        ("mismatches", f"{len(outcome.mismatches):,}"),
        ("unreadable rows", f"{len(outcome.problems):,}"),
        ("messages", f"{outcome.messages:,}"),
        ("seats", f"{outcome.seats:,}"),
        ("months closed", f"{outcome.months:,}"),
        ("fees", str(outcome.fees)),
        *((f"  {party}", str(share)) for party, share in outcome.shares.items()),
        ("books", "clean" if outcome.books else "NOT CLEAN: see hotpot books check"),
        ("seconds", f"{outcome.seconds:,}"),
    ]
    lines = [f"{name:<18} {value:>20}" for name, value in rows]
    return "\n".join([*lines, *outcome.problems[:MISMATCHES_SHOWN], *outcome.mismatches[:MISMATCHES_SHOWN]])
