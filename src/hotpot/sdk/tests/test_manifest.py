from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hotpot.sdk.app import App, Badge, Page, Request
from hotpot.sdk.manifest import InvalidManifest, Manifest

GOOD: dict[str, Any] = {
    "id": "trial",
    "name": "Trial",
    "icon": "check",
    "developer": "Tests",
    "functions": [{"id": "look", "name": "Look"}],
}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"id": "Trial App"}, "“id”"),
        ({"name": ""}, "“name”"),
        ({"icon": 7}, "“icon”"),
        ({"colour": "red"}, "“colour”"),
        ({"functions": []}, "“functions”"),
        ({"functions": [{"id": "look"}]}, "“name”"),
        ({"functions": [{"id": "a", "name": "A", "price": 1}]}, "functions, number 1"),
        ({"functions": [{"id": "a", "name": "A"}, {"id": "a", "name": "B"}]}, "twice"),
        ({"scopes": ["everything"]}, "“everything”"),
        ({"scopes": "tasks"}, "“scopes”"),
        ({"events": ["task.imagined"]}, "“task.imagined”"),
        ({"pages": ["start"]}, "“start”"),
        ({"pages": ["/api/x"]}, "“/api/x”"),
        ({"api": ["/orders"]}, "“/orders”"),
        ({"home": "/card"}, "“home”"),
        ({"templates": {"hello": {"zh-hans": "你好"}}}, "English"),
        ({"templates": {"hello": "hi"}}, "templates.hello"),
        ({"icons": "check"}, "“icons”"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidManifest, match=named):
        Manifest.parse(GOOD | change)


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidManifest, match=r"manifest\.toml"):
        Manifest.load(tmp_path / "manifest.toml")
    (tmp_path / "manifest.toml").write_text("id = ")
    with pytest.raises(InvalidManifest, match="not TOML"):
        Manifest.load(tmp_path / "manifest.toml")


def test_the_catalogue_can_keep_it_as_json() -> None:
    kept = Manifest.parse(GOOD | {"scopes": ["tasks"]}).to_json()
    assert kept["functions"] == [{"id": "look", "name": "Look", "name_zh": ""}]
    assert kept["scopes"] == ["tasks"]


def test_an_app_answers_no_more_than_its_manifest_says() -> None:
    app = App(Manifest.parse(GOOD | {"events": ["task.opened"]}))
    with pytest.raises(InvalidManifest, match="“/hidden”"):
        app.page("/hidden", function="look")
    with pytest.raises(InvalidManifest, match="“api”"):
        app.api("GET", "/hidden", function="look")
    with pytest.raises(InvalidManifest, match="“steal”"):
        app.page("/", function="steal")
    with pytest.raises(InvalidManifest, match=r"“task\.decided”"):
        app.on("task.decided")


def test_an_app_answers_no_less_than_its_manifest_says() -> None:
    app = App(Manifest.parse(GOOD | {"pages": ["/", "/badge"]}))

    @app.page("/", function="look")
    def start(request: Request) -> Page:
        return Page("x.html")

    with pytest.raises(InvalidManifest, match="“/badge”"):
        app.check()

    @app.page("/badge", function="look")
    def badge(request: Request) -> Badge:
        return Badge(0)

    app.check()
