"""A migrated PostgreSQL folder, made once a tree and copied for each test that starts a platform of its own.

All migrations make it, which takes Django some 15 s of a processor: a new installation has the snapshot of
`hotpot.entry.schema` instead, and is compared with this one.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# One for each account: only the one that made it may read it.
HOME = ROOT / "build" / f"tests-{os.getuid()}"
# All that a migrated database is made of, beside the migrations themselves.
MADE_OF = (
    "requirements-dev.lock",
    "src/hotpot/entry/database.py",
    "src/hotpot/entry/embedded.py",
    "src/hotpot/entry/settings.py",
    "src/hotpot/pot/access/rls.py",
    "src/hotpot/sdk/apps.py",
    "src/hotpot/sdk/storage.py",
)


def begin_migrated(data: Path) -> None:
    """Lays the data folder out with a migrated, empty database in it, that nobody has started yet."""
    from hotpot.entry.embedded import lay_out

    lay_out(data)
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made, stamp = HOME / "postgres", HOME / "stamp"
        wanted = _stamp()
        if not (stamp.exists() and stamp.read_text() == wanted):
            stamp.unlink(missing_ok=True)
            shutil.rmtree(made, ignore_errors=True)
            _make(made)
            stamp.write_text(wanted)
        # With its owner: as root, PostgreSQL runs as another account.
        subprocess.run(["cp", "-a", str(made), str(data / "postgres")], check=True)


def _stamp() -> str:
    found = hashlib.sha256(sys.version.encode())
    migrations = sorted((ROOT / "src").rglob("migrations/*.py"))
    manifests = sorted((ROOT / "src").rglob("manifest.toml"))
    for path in (*migrations, *manifests, *(ROOT / name for name in MADE_OF)):
        found.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()


def _make(made: Path) -> None:
    from hotpot.entry.config import OWNER_ROLE, WEB_ROLE, embedded_url
    from hotpot.entry.embedded import embedded_postgres

    # A socket's path may not be long, and the folder's is ours to choose.
    with tempfile.TemporaryDirectory(prefix="hotpot-template-") as folder:
        data = Path(folder) / "data"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HOTPOT_")}
        # Durable, so that it is stopped in good order: a copy has nothing to recover.
        with embedded_postgres(data, by="hotpot up in a test run"):
            migrate = subprocess.run(
                [sys.executable, "-m", "hotpot.entry.cli", "manage", "migrate", "--verbosity", "0"],
                env=kept
                | {
                    "HOTPOT_DATA": str(data),
                    "HOTPOT_DATABASE_URL": embedded_url(data, OWNER_ROLE),
                    "HOTPOT_WEB_DATABASE_URL": embedded_url(data, WEB_ROLE),
                },
                capture_output=True,
                text=True,
                check=False,
            )
        if migrate.returncode:
            raise RuntimeError(
                f"The tests' database could not be migrated:\n{migrate.stdout}{migrate.stderr}"
            )
        subprocess.run(["cp", "-a", str(data / "postgres"), str(made)], check=True)
