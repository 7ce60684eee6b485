from __future__ import annotations

import signal
import socket
from pathlib import Path

import pytest

from hotpot.entry.children import rotate
from hotpot.entry.database import shown
from hotpot.entry.parts import delay_s, ending, failures_in_a_row, is_hung
from hotpot.entry.ports import check_port
from hotpot.kernel.errors import Refused


def test_the_wait_doubles_up_to_half_a_minute() -> None:
    assert [delay_s(failures) for failures in (1, 2, 3)] == [0.2, 0.4, 0.8]
    assert delay_s(9) == delay_s(10_000) == 30.0


def test_a_steady_run_is_forgiven_and_a_short_one_is_not() -> None:
    assert failures_in_a_row(5, ran_s=3600) == 1
    assert failures_in_a_row(5, ran_s=1) == 6


@pytest.mark.parametrize(
    ("started", "last_beat", "hung"),
    [
        (1000.0, None, False),  # it has just started
        (960.0, None, True),  # it never gave a sign
        (960.0, 999.0, False),
        (900.0, 960.0, True),  # it fell silent
        (990.0, 900.0, False),  # the sign is of the process before it
    ],
)
def test_silence_for_half_a_minute_is_hanging(started: float, last_beat: float | None, hung: bool) -> None:
    assert is_hung(now=1000.0, started=started, last_beat=last_beat) is hung


def test_an_ending_is_said_in_words() -> None:
    assert ending(3) == "exit code 3"
    assert ending(-signal.SIGKILL) == "SIGKILL"


def test_a_port_that_somebody_has_is_refused_with_a_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(Refused, match=r"in use by another program.*--port"):
            check_port("127.0.0.1", other.getsockname()[1])


def test_a_password_is_not_shown() -> None:
    assert shown("postgresql://me:secret@db/pot") == "postgresql://me:***@db/pot"


def test_a_log_that_grew_is_set_aside_and_its_writer_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    with path.open("a") as writer:
        for number in range(6):
            writer.write(f"{number}" * 20 + "\n")
            writer.flush()
            rotate(path, bytes_max=10)
        writer.write("last\n")
    assert path.read_text() == "last\n"
    kept = sorted(tmp_path.glob("web.log.*"))
    assert [file.name for file in kept] == ["web.log.1", "web.log.2", "web.log.3"]
    assert kept[0].read_text().startswith("5")
