"""What a process loads before it is ready: a second of imports is a second of everybody's start."""

from __future__ import annotations

import subprocess
import sys

import pytest

# Reckoning in columns: for the job, page or command that reckons, when it does.
HEAVY = {"duckdb", "ibis", "numpy", "pandas", "pyarrow", "pyspark"}
LOADED = f"import sys; print(*sorted({HEAVY} & sys.modules.keys()))"
DJANGO = "import django; django.setup()"
WEB = """
from django.urls import get_resolver
def load(resolver):
    for one in resolver.url_patterns:
        if hasattr(one, "url_patterns"):
            load(one)
import hotpot.entry.asgi
load(get_resolver())
"""
STARTS = {
    "the supervisor": "import hotpot.entry.commands.up",
    "migrate": f"{DJANGO}; import hotpot.entry.schema, hotpot.entry.commands.migrate",
    "web": f"{DJANGO}\n{WEB}",
    "worker": f"{DJANGO}; from procrastinate.contrib.django import app; app.perform_import_paths()",
    "connectors": f"{DJANGO}; import hotpot.pot.connector.runner, hotpot.pot.connector.mailbox.watcher",
    "dishes": f"{DJANGO}; from hotpot.entry.dishes import serve_dishes; serve_dishes()",
}


@pytest.mark.parametrize("process", STARTS)
def test_a_process_starts_without_what_only_reckoning_needs(process: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"{STARTS[process]}\n{LOADED}"], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
