from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import click

from hotpot.entry.config import Config
from hotpot.entry.status import Health, examine


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path), help="The data folder; else HOTPOT_DATA, else ./data."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(data: Path | None, as_json: bool) -> None:
    """Show the health of each part; exit with 1 where one is not healthy."""
    if data is not None:
        os.environ["HOTPOT_DATA"] = str(data.absolute())
    parts = asyncio.run(examine(Config.from_env()))
    healthy = all(part.healthy for part in parts)
    if as_json:
        click.echo(json.dumps({"healthy": healthy, "parts": [asdict(part) for part in parts]}))
    else:
        click.echo("\n".join(line(part) for part in parts))
    sys.exit(0 if healthy else 1)


def line(part: Health) -> str:
    word = click.style("healthy", fg="green") if part.healthy else click.style("not healthy", fg="red")
    process = f"process {part.pid}" if part.pid else ""
    restarts = f"restarts {part.restarts}" if part.restarts else ""
    last = f"last end: {part.last_exit}" if part.last_exit else ""
    said = ", ".join(filter(None, (part.detail, process, restarts, last)))
    return f"{part.title:<14} {word}{f' ({said})' if said else ''}"
