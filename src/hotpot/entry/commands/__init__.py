"""The commands of `hotpot`, one file each; hotpot.entry.cli lists them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator


@contextlib.contextmanager
def platform() -> Iterator[None]:
    """Django on a database that runs: `hotpot up`'s, or the embedded one for this command alone."""
    import django

    from hotpot.entry.embedded import running_database

    with running_database():
        django.setup()
        yield
