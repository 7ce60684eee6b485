"""A company's own office system: people, and the papers that wait for a decision, in a file of its own.

It knows nothing of the platform. It opens papers, and goes on when it finds one decided, whoever wrote
that.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

SCHEMA = """
CREATE TABLE sys_dept (id TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE sys_user (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, phone TEXT NOT NULL UNIQUE,
    dept_id TEXT NOT NULL REFERENCES sys_dept, position TEXT NOT NULL);
CREATE TABLE oa_approval (
    id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, title TEXT NOT NULL,
    applicant_id TEXT NOT NULL REFERENCES sys_user, approver_id TEXT NOT NULL REFERENCES sys_user,
    amount DECIMAL(12, 2), reason TEXT NOT NULL, submitted_at TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'pending', decided_by TEXT, decided_at TEXT, remark TEXT,
    outcome TEXT NOT NULL DEFAULT '');
CREATE INDEX oa_pending ON oa_approval (status);
CREATE VIEW oa_inbox AS
    SELECT a.id, a.number, a.title, a.kind, a.amount, a.reason, a.status, a.submitted_at, a.approver_id,
           u.name AS applicant, d.name AS department
      FROM oa_approval AS a
      JOIN sys_user AS u ON u.id = a.applicant_id
      JOIN sys_dept AS d ON d.id = u.dept_id;
"""

# As an integrator would write it; see docs/guides for each key.
CONNECTOR = """
time_zone = "{zone}"
poll_s = 2

[source]
table = "oa_inbox"
key = "id"

[notice]
kind = "status"
column = "status"
open = "pending"

[columns]
title = "title"
applicant = "applicant"
approver = "approver_id"
approver_by = "user_id"
amount = "amount"
appeared_at = "submitted_at"
details = {{ {number} = "number", {kind} = "kind", {department} = "department", {reason} = "reason" }}

[write_back]
statements = ['''
    UPDATE oa_approval SET status = :verdict, remark = :comment, decided_by = :approver_user_id,
           decided_at = :decided_at
     WHERE id = :key AND status = 'pending' ''']
verdicts = {{ approved = "approved", rejected = "rejected" }}

[directory]
departments = "SELECT id, name, '' FROM sys_dept"
users = "SELECT id, name, phone, dept_id FROM sys_user"
roles = "SELECT id, position FROM sys_user"
"""
LABELS_ZH = {"number": "编号", "kind": "类别", "department": "部门", "reason": "事由"}
LABELS_EN = {"number": "Number", "kind": "Kind", "department": "Department", "reason": "Reason"}

HEAD, CHIEF, STAFF = "HEAD", "CHIEF", "STAFF"
CHIEF_FROM = 5_000  # an amount from which the chief decides, not the department's head
# kind, title, reasons, lowest and highest amount (None: there is none)
Papers = Sequence[tuple[str, str, tuple[str, ...], tuple[int, int] | None]]
PAPERS_ZH: Papers = (
    ("报销", "差旅费报销", ("成都出差三天", "拜访客户", "参加行业展会", "宜宾送货"), (180, 4_200)),
    ("报销", "招待费报销", ("客户来访", "供应商谈判"), (120, 1_900)),
    ("请假", "年休假申请", ("回老家", "带孩子", "家里有事"), None),
    ("请假", "病假申请", ("感冒发烧", "复查"), None),
    ("采购", "办公用品采购", ("打印纸和硒鼓", "办公椅两把", "饮水机滤芯"), (90, 2_600)),
    ("采购", "设备采购", ("扫码枪十台", "叉车电瓶", "笔记本电脑两台"), (3_800, 26_000)),
)
PAPERS_EN: Papers = (
    ("Expense", "Travel expenses", ("Trade show in Portland", "Visit to a supplier"), (140, 2_300)),
    ("Expense", "Client dinner", ("New restaurant chain", "Year's contract signed"), (60, 420)),
    ("Leave", "Paid leave", ("Family visit", "Moving house"), None),
    ("Purchase", "Office supplies", ("Label printer rolls", "Two desk chairs"), (45, 900)),
    ("Purchase", "Equipment", ("Cold-room thermometer set", "Pallet jack"), (2_500, 14_000)),
)
OUTCOMES = {"报销": "paid", "Expense": "paid", "请假": "booked", "Leave": "booked"}
ORDERED, RETURNED = "ordered", "returned"


@dataclass(frozen=True, slots=True)
class Clerk:
    """Somebody in the office's own list of users."""

    id: str
    name: str
    phone: str
    department: str
    position: str


class Office:
    """One office's database in the file at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def address(self) -> str:
        return f"sqlite:///{self.path}"

    def found(self, departments: Sequence[str], clerks: Sequence[Clerk]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        ids = {name: f"d{n}" for n, name in enumerate(departments, start=1)}
        with self._open() as database:
            database.executescript(SCHEMA)
            database.executemany("INSERT INTO sys_dept VALUES (?, ?)", [(ids[n], n) for n in departments])
            database.executemany(
                "INSERT INTO sys_user VALUES (?, ?, ?, ?, ?)",
                [(one.id, one.name, one.phone, ids[one.department], one.position) for one in clerks],
            )

    def submit(self, random: Random, count: int, at: datetime, zone: str) -> None:
        """`count` people hand in a paper at that moment."""
        local = at.astimezone(ZoneInfo(zone))
        with self._open() as database:
            users = database.execute("SELECT id, dept_id, position FROM sys_user ORDER BY id").fetchall()
            used = database.execute("SELECT count(*) FROM oa_approval").fetchone()[0]
            database.executemany(
                "INSERT INTO oa_approval (number, kind, title, applicant_id, approver_id, amount, reason,"
                " submitted_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (f"{local:%Y}-{used + n:04}", *_paper(random, users, zone), f"{local:%Y-%m-%d %H:%M:%S}")
                    for n in range(1, count + 1)
                ],
            )

    def go_on(self) -> int:
        """What was approved is paid, booked or ordered, the rest is returned; how many papers that were."""
        with self._open() as database:
            decided = database.execute(
                "SELECT id, kind, status FROM oa_approval WHERE status <> 'pending' AND outcome = ''"
            ).fetchall()
            database.executemany(
                "UPDATE oa_approval SET outcome = ? WHERE id = ?",
                [
                    (OUTCOMES.get(kind, ORDERED) if status == "approved" else RETURNED, id_)
                    for id_, kind, status in decided
                ],
            )
        return len(decided)

    def pending(self) -> int:
        with self._open() as database:
            count = database.execute("SELECT count(*) FROM oa_approval WHERE status = 'pending'").fetchone()
        return int(count[0])

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction; another one who writes is waited for."""
        with closing(sqlite3.connect(self.path, timeout=10)) as database, database:
            yield database


def _paper(random: Random, users: Sequence[tuple[str, str, str]], zone: str) -> tuple[object, ...]:
    """kind, title, applicant, approver, amount, reason."""
    papers = PAPERS_ZH if zone == "Asia/Shanghai" else PAPERS_EN
    kind, title, reasons, amounts = random.choice(papers)
    applicant, department, _position = random.choice([user for user in users if user[2] == STAFF])
    cents = None if amounts is None else random.randrange(amounts[0] * 100, amounts[1] * 100)
    wanted = CHIEF if cents is not None and cents >= CHIEF_FROM * 100 else HEAD
    deciders = [id_ for id_, dept, position in users if position == wanted and dept == department]
    deciders = deciders or [id_ for id_, _dept, position in users if position == CHIEF]
    amount = None if cents is None else f"{cents // 100}.{cents % 100:02}"
    return kind, title, applicant, deciders[0], amount, random.choice(reasons)


def connector_config(zone: str) -> str:
    """The connector's TOML for an office in that time zone."""
    labels = LABELS_ZH if zone == "Asia/Shanghai" else LABELS_EN
    return CONNECTOR.format(zone=zone, **{key: f'"{label}"' for key, label in labels.items()})
