from __future__ import annotations

import runpy
import sys
from pathlib import Path

import click

import hotpot
from hotpot.kernel.errors import NotFound

# Benchmarks belong to the repository, not to the package: one file each, run by name.
FOLDER = Path(hotpot.__file__).parents[2] / "bench"
HELP = ("-h", "--help")  # of this command where no benchmark is named, else the benchmark's own


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("name", required=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(name: str | None, arguments: tuple[str, ...]) -> None:
    """Measure: `hotpot bench pages --help` says what a benchmark takes."""
    known = sorted(path.stem for path in FOLDER.glob("[!_]*.py"))
    there = ", ".join(known) or "none are here"
    if name in (None, *HELP):
        click.echo(f"{click.get_current_context().get_help()}\n\nBenchmarks: {there}")
        return
    if name not in known:
        raise NotFound(f"There is no benchmark {name!r}; choose one of: {there}.")
    sys.path.insert(0, str(FOLDER))  # As when a benchmark is run by itself: they share what begins with "_".
    sys.argv = [f"hotpot bench {name}", *arguments]
    runpy.run_path(str(FOLDER / f"{name}.py"), run_name="__main__")
