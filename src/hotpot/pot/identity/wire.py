"""Where a request around somebody's sign-in came from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """`address` is an IP address, `agent` what the browser calls itself."""

    address: str = ""
    agent: str = ""


NOWHERE = Origin()  # An engine or the command line.
