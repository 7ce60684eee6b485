from __future__ import annotations

import stat
from pathlib import Path

import pytest

from hotpot.entry.config import MARKER, SOCKET_NAME, Config, embedded_url, socket_dir
from hotpot.entry.processes import named
from hotpot.kernel.errors import Refused


def test_a_new_folder_gets_a_secret_that_only_its_owner_reads_and_that_stays(tmp_path: Path) -> None:
    environ = {"HOTPOT_DATA": str(tmp_path / "data")}
    first = Config.from_env(environ)
    assert first.secret_key == Config.from_env(environ).secret_key
    assert len(first.secret_key) >= 50
    assert stat.S_IMODE((tmp_path / "data" / "secret.key").stat().st_mode) == 0o600


def test_without_a_url_the_embedded_database_is_meant(tmp_path: Path) -> None:
    config = Config.from_env({"HOTPOT_DATA": str(tmp_path)})
    assert config.database_url == embedded_url(tmp_path, "hotpot")
    assert config.web_database_url == embedded_url(tmp_path, "hotpot_web")


def test_the_web_role_of_an_outside_database_has_a_password_of_its_own(tmp_path: Path) -> None:
    def web(secret: str) -> str:
        return Config.from_env(
            {
                "HOTPOT_DATA": str(tmp_path),
                "HOTPOT_SECRET_KEY": secret,
                "HOTPOT_DATABASE_URL": "postgresql://owner:p%40ss@db.example:5433/pot?sslmode=require",
            }
        ).web_database_url

    assert web("a").startswith("postgresql://hotpot_web:")
    assert web("a").endswith("@db.example:5433/pot?sslmode=require")
    assert "p%40ss" not in web("a")
    assert web("a") != web("b")


def test_the_web_process_is_not_told_the_owners_address(tmp_path: Path) -> None:
    owners = "postgresql://owner:secret@db.example/pot"
    told = named("web").launch(
        {"HOTPOT_DATABASE_URL": owners, "HOTPOT_WEB_DATABASE_URL": "postgresql://w@/pot"}
    )
    assert "secret" not in str(told.env)
    config = Config.from_env({"HOTPOT_DATA": str(tmp_path), **told.env})
    assert (config.database_url, config.web_database_url) == ("", "postgresql://w@/pot")
    assert named("worker").launch({"HOTPOT_DATABASE_URL": owners}).env["HOTPOT_DATABASE_URL"] == owners


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOTPOT_PORT", "http"),
        ("HOTPOT_PORT", "70000"),
        ("HOTPOT_ROLE", "root"),
        ("HOTPOT_PROXIES", "-1"),
        ("HOTPOT_PROXIES", "many"),
        ("HOTPOT_INSIDE", "mail.corp.example"),
        ("HOTPOT_GATEWAY_LISTEN", "smtp:25"),
        ("HOTPOT_GATEWAY_LISTEN", "smpp"),
        ("HOTPOT_GATEWAY_LISTEN", "smpp:1,smpp:2"),
    ],
)
def test_a_variable_that_makes_no_sense_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(Refused, match=name):
        Config.from_env({"HOTPOT_DATA": str(tmp_path), name: value})


def test_protocols_of_the_gateway_have_ports(tmp_path: Path) -> None:
    told = {"HOTPOT_DATA": str(tmp_path), "HOTPOT_GATEWAY_LISTEN": "smpp:2775, cmpp:7890"}
    assert Config.from_env(told).gateway_listen == {"smpp": 2775, "cmpp": 7890}
    assert Config.from_env({"HOTPOT_DATA": str(tmp_path)}).gateway_listen == {}


def test_entered_addresses_lead_inside_only_where_the_operator_says_so(tmp_path: Path) -> None:
    told = {"HOTPOT_DATA": str(tmp_path)}
    assert not Config.from_env(told).reach.leads("10.20.3.4")
    assert Config.from_env({**told, "HOTPOT_INSIDE": "10.20.0.0/16"}).reach.leads("10.20.3.4")
    assert Config.from_env({**told, "HOTPOT_DEMO": "1"}).reach.leads("127.0.0.1")


def test_companies_reach_the_gateway_where_it_listens_or_where_its_proxy_does(tmp_path: Path) -> None:
    told = {
        "HOTPOT_DATA": str(tmp_path),
        "HOTPOT_BASE_URL": "https://pot.example",
        "HOTPOT_GATEWAY_PORT": "9003",
    }
    assert Config.from_env(told).gateway_url == "http://pot.example:9003"
    assert Config.from_env(told).smtp_domain == "pot.example"
    told |= {"HOTPOT_GATEWAY_URL": "https://gateway.pot.example/", "HOTPOT_MAIL_DOMAIN": "sms.pot.example"}
    assert Config.from_env(told).gateway_url == "https://gateway.pot.example"
    inside = {"HOTPOT_DATA": str(tmp_path), "HOTPOT_BASE_URL": "http://[fd00::5]:9000", "HOTPOT_PORT": "9000"}
    assert Config.from_env(inside).gateway_url == "http://[fd00::5]:9003"
    assert Config.from_env(told).smtp_domain == "sms.pot.example"


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(Refused, match="not Hotpot's"):
        Config.from_env({"HOTPOT_DATA": str(tmp_path)})
    assert not (tmp_path / MARKER).exists()


def test_a_deep_folder_has_its_socket_where_the_path_is_short_enough(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    assert len(str(socket_dir(deep) / SOCKET_NAME)) <= 100
    assert socket_dir(deep) != socket_dir(deep / "f")
