"""A real Dovecot on a folder of its own, with mailboxes as Maildirs that a test delivers into."""

from __future__ import annotations

import getpass
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from hotpot.pot.connector.mailbox.wire import Access, Secret, Server
from tests.mail.certificate import write_certificate
from tests.ports import free_ports

DOVECOT = next(
    (path for path in ("/usr/sbin/dovecot", "/usr/local/sbin/dovecot") if Path(path).exists()), None
)
MISSING = "no Dovecot: install dovecot-imapd"
PASSWORD = "sesame"
PATIENCE_S = 30.0
_serial = itertools.count(1)

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain login{mechanisms}
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%n
mailbox_idle_check_interval = 1 secs
{oauth}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%n
}}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
  mailbox Orders {{
    auto = create
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""
OAUTH = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
"""
INTROSPECTION = """
introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
"""


class Dovecot:
    """`introspection` is the address at which it asks whose token it was given."""

    def __init__(self, introspection: str = "") -> None:
        assert DOVECOT is not None
        self.folder = Path(tempfile.mkdtemp(prefix="hp-dove-", dir="/tmp"))
        self.folder.chmod(0o755)
        self.port = free_ports()
        self.tls_port = self.port + 1
        self.pin = write_certificate(self.folder)
        (self.folder / "mail").mkdir()
        self._write_config(introspection)
        self._process: subprocess.Popen[bytes] | None = None

    def _write_config(self, introspection: str) -> None:
        root = os.geteuid() == 0
        me = getpass.getuser()
        owner = pwd.getpwnam("nobody" if root else me)
        self._owner = (owner.pw_uid, owner.pw_gid) if root else None
        if self._owner:
            os.chown(self.folder / "mail", *self._owner)
        values = {
            "folder": self.folder,
            "password": PASSWORD,
            "internal": "dovecot" if root else me,
            "group": "dovecot" if root else _group(),
            "login": "dovenull" if root else me,
            "uid": owner.pw_uid,
            "gid": owner.pw_gid,
            "port": self.port,
            "tls_port": self.tls_port,
            "mechanisms": " xoauth2 oauthbearer" if introspection else "",
            "oauth": OAUTH.format(folder=self.folder) if introspection else "",
        }
        (self.folder / "dovecot.conf").write_text(CONFIG.format(**values))
        (self.folder / "oauth2.conf").write_text(INTROSPECTION.format(url=introspection))

    def start(self) -> None:
        with (self.folder / "console").open("wb") as console:
            self._process = subprocess.Popen(
                [str(DOVECOT), "-F", "-c", str(self.folder / "dovecot.conf")], stdout=console, stderr=console
            )
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self._process.poll() is not None:
                raise RuntimeError((self.folder / "console").read_text() + self.said())
            time.sleep(0.05)
        raise RuntimeError(f"Dovecot does not answer: {self.said()}")

    def stop(self) -> None:
        """Its master ends its children."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(PATIENCE_S)
            self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def said(self) -> str:
        log = self.folder / "log"
        return log.read_text() if log.exists() else ""

    # --- mailboxes ------------------------------------------------------------------------------------

    def add(self, name: str = "") -> str:
        """A mailbox of its own; its address."""
        return f"{name or f'box{next(_serial)}'}@corp.example"

    def access(self, address: str, smtp_port: int = 0) -> Access:
        return Access(
            address,
            address,
            Server("127.0.0.1", self.tls_port, "tls", self.pin),
            Server("127.0.0.1", smtp_port, "none"),
            Secret(password=PASSWORD),
        )

    def deliver(self, address: str, mail: bytes, folder: str = "", *, at: datetime | None = None) -> Path:
        """As a mail transfer agent does: whole in tmp, then moved to new. It arrived `at`, or now."""
        box = self.folder / "mail" / address.partition("@")[0] / (f".{folder}" if folder else "")
        for part in ("tmp", "new", "cur"):
            self._make(box / part)
        name = f"{time.time_ns()}.{next(_serial)}.test"
        waiting = box / "tmp" / name
        waiting.write_bytes(mail)
        if at is not None:
            os.utime(waiting, (at.timestamp(), at.timestamp()))  # INTERNALDATE is the file's time
        if self._owner:
            os.chown(waiting, *self._owner)
        return waiting.rename(box / "new" / name)

    def _make(self, folder: Path) -> None:
        missing = [one for one in (folder, *folder.parents) if not one.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        if self._owner:
            for one in missing:
                os.chown(one, *self._owner)

    def files(self, address: str, folder: str = "") -> Sequence[Path]:
        box = self.folder / "mail" / address.partition("@")[0] / (f".{folder}" if folder else "")
        return sorted([*(box / "new").glob("*"), *(box / "cur").glob("*")])


def _group() -> str:
    import grp

    return grp.getgrgid(os.getegid()).gr_name
