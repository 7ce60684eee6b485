from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hotpot.entry.config import Config, claim

if TYPE_CHECKING:
    from hotpot.entry.demo.seed import Progress

MADE = "demo.json"  # written when the market is whole
MAKING = "demo.making"  # there while it is made: what is left of it after a crash is thrown away

LOOK_AT = """
{figures}

  Landing page     {url}/            one click into each role
  Virtual handset  {url}/handset/    any number's messages; answer 1 or 2
  Style guide      {url}/design/

Sign in by one click on the landing page. Or by code, at {url}/sign-in/
with one of these numbers; the code arrives on the virtual handset:
{people}
"""


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path), help="The data folder; else HOTPOT_DATA, else ./data."
)
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Where the pages are; else HOTPOT_PORT, else 8000."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--seed-only", is_flag=True, help="Make the market, start nothing.")
def demo(data: Path | None, port: int | None, host: str, seed_only: bool) -> None:
    """Make a seeded market on the first run, start everything, and say what to look at."""
    if data is not None:
        os.environ["HOTPOT_DATA"] = str(data.absolute())
    if port is not None:
        os.environ["HOTPOT_PORT"] = str(port)
    os.environ["HOTPOT_DEMO"] = "1"
    folder = Path(os.environ.get("HOTPOT_DATA") or "data").absolute()
    if seed_only:
        _make(folder)
        return
    if not (folder / MADE).exists():
        # In a process of its own, so that nothing of it is left in the one that supervises.
        made = subprocess.run([sys.executable, "-m", "hotpot.entry.cli", "demo", "--seed-only"], check=False)
        if made.returncode:
            sys.exit(made.returncode)
    config = Config.from_env()
    click.echo(_told(json.loads((folder / MADE).read_text()), config.base_url))
    from hotpot.entry.supervisor import up

    up(replace(config, demo=True), host=host)


def _make(folder: Path) -> None:
    if (folder / MADE).exists():
        click.echo(f"{folder} holds a demo already; it is kept.")
        return
    if (folder / MAKING).exists():
        shutil.rmtree(folder)
    claim(folder)
    (folder / MAKING).touch()
    began = time.monotonic()
    with _bar() as progress, _database() as url:
        from django.conf import settings

        from hotpot.entry.demo.guide import people_to_be
        from hotpot.entry.demo.seed import seed

        figures = seed(folder, url, settings.HOTPOT_CLOCK.now(), progress)
        made = {"figures": asdict(figures), "people": people_to_be()}
    (folder / MADE).write_text(json.dumps(made, ensure_ascii=False, indent=1))
    (folder / MAKING).unlink()
    click.echo(f"The demo's market is made ({time.monotonic() - began:.1f} s)")


@contextmanager
def _database() -> Iterator[str]:
    from hotpot.entry import database
    from hotpot.entry.commands import platform
    from hotpot.entry.embedded import lay_out

    config = Config.from_env()
    lay_out(config.data)
    # Nobody relies on a demo that is half made, so it need not wait for the disk at each step.
    os.environ["PGOPTIONS"] = "-c synchronous_commit=off"
    with platform():
        from hotpot.entry.schema import bring_up_to_date

        database.prepare(config)
        bring_up_to_date(config.database_url)
        yield config.database_url


@contextmanager
def _bar() -> Iterator[Progress]:
    """A bar on a terminal; elsewhere a line for each thing that is done."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    with Bar(TextColumn("{task.description:<24}"), BarColumn(), TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task("Starting", total=None)

        def show(what: str, done: int, of: int) -> None:
            bar.update(task, description=what, completed=done, total=of)

        yield show


def _told(made: dict[str, dict[str, object]], url: str) -> str:
    figures = (
        "{month} is played and closed: {parties} parties, {people} people, {seats} seats,"
        " {decisions} decisions; {open_tasks} approvals wait today."
    ).format(**made["figures"])
    people = "\n".join(f"  {number:<16} {who}" for number, who in made["people"].items())
    return LOOK_AT.format(figures=figures, url=url, people=people)
