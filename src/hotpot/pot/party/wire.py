"""A company's directory on its way in, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DirectoryDepartment:
    """`external_id` is its id in the company's own system; `parent` another one's, or empty."""

    external_id: str
    name: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class DirectoryMember:
    """`number` as people write it: the company's country serves where there is no '+'."""

    external_id: str
    name: str
    number: str
    department: str = ""  # the external id of a department
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that could not be taken, and why."""

    external_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class SyncResult:
    departments: int
    joined: int
    changed: int
    left: int
    skipped: tuple[Skipped, ...] = ()
