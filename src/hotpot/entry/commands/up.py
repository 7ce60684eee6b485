from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import click

from hotpot.entry.config import Config
from hotpot.entry.supervisor import up as supervise


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path), help="The data folder; else HOTPOT_DATA, else ./data."
)
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Where the pages are; else HOTPOT_PORT, else 8000."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--demo", is_flag=True, help="Open the demo's landing page and the virtual handset.")
def up(data: Path | None, port: int | None, host: str, demo: bool) -> None:
    """Start everything on this machine and keep it running until Ctrl-C."""
    if data is not None:
        os.environ["HOTPOT_DATA"] = str(data.absolute())
    if port is not None:
        os.environ["HOTPOT_PORT"] = str(port)
    config = Config.from_env()
    supervise(replace(config, demo=config.demo or demo), host=host)
