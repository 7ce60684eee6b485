"""A page asks a company's database: for so long, and outside of the request's transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hotpot.pot.access.readers import outside_transaction
from hotpot.pot.connector.enterprise import Enterprise

STATEMENT_S = 5
LOOK_S = 20.0  # for all that one request asks
HINT_S = 5.0  # for what a page can do without


@contextmanager
def asking(address: str, encoding: str = "", *, within_s: float = LOOK_S) -> Iterator[Enterprise]:
    """What was written so far is committed, and nothing of ours is read or written within.

    Raises ConfigError, and Trouble where it doesn't answer `within_s`.
    """
    enterprise = Enterprise(address, encoding, timeout_s=STATEMENT_S, within_s=within_s)
    with outside_transaction():
        try:
            yield enterprise
        finally:
            enterprise.close()
