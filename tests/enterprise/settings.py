"""The connector's configuration in each way of noticing rows, for the table of leave requests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

NOW = datetime(2026, 10, 15, 2, 0, tzinfo=UTC)

DECIDE = (
    "UPDATE leave_request SET status = :verdict, remark = :comment, decided_by = :approver_user_id,"
    " decided_at = :decided_at, written = written + 1 WHERE id = :key AND status = 0"
)
COLUMNS: dict[str, Any] = {
    "title": "{document} {id}",
    "applicant": "applicant",
    "approver": "approver",
    "approver_by": "role",
    "amount": "amount",
    "appeared_at": "created_at",
    "details": {"Reason": "reason"},
}
COMMON: dict[str, Any] = {
    "time_zone": "Asia/Shanghai",
    "source": {"table": "leave_request", "key": "id"},
    "columns": COLUMNS,
    "write_back": {
        "statements": [DECIDE],
        "verdicts": {"approved": 2, "rejected": 3},
        "check": "SELECT id FROM leave_request WHERE id = :key AND status = :verdict",
    },
}
QUERY = {"query": "SELECT * FROM leave_request WHERE status = 0", "key": "id"}
CONFIGS: dict[str, dict[str, Any]] = {
    "status": COMMON | {"notice": {"kind": "status", "column": "status", "open": 0}},
    "watermark": COMMON
    | {"source": QUERY, "notice": {"kind": "watermark", "column": "created_at", "overlap": 600}},
    "claim": COMMON
    | {
        "source": QUERY,
        "notice": {"kind": "claim", "column": "taken", "claimed": "hotpot", "table": "leave_request"},
    },
}
