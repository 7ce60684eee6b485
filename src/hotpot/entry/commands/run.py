from __future__ import annotations

import click

from hotpot.entry import logs, processes


@click.command()
@click.argument("name", type=click.Choice([process.name for process in processes.ALL]))
def run(name: str) -> None:
    """Run one process in the foreground; `hotpot up` does it for all, other supervisors may."""
    logs.configure(name)
    processes.run(name)
