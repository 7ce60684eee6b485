"""The look is held by rules: one palette for light and dark, contrast, icons that exist, no inline code."""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.template import engines
from django.test import Client, RequestFactory, override_settings

from hotpot.pot.web import pages, replies

ROOM = Path(pages.__file__).parent
TOKENS = (ROOM / "static/web/tokens.css").read_text()
CSS = (ROOM / "static/web/hotpot.css").read_text()
TEMPLATES = sorted((ROOM / "templates").rglob("*.html"))
AA_TEXT = 4.5
AA_EDGE = 3.0


def palette(selector: str) -> dict[str, str]:
    block = TOKENS.split(selector, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", block))


LIGHT = palette(":root {")
DARK = palette(':root[data-theme="dark"] {')


def luminance(color: str) -> float:
    """https://www.w3.org/TR/WCAG21/#dfn-relative-luminance"""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_dark_by_system_and_dark_by_choice_are_one() -> None:
    assert palette(':root:not([data-theme="light"]) {') == DARK
    assert DARK.keys() <= LIGHT.keys()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        (text, ground)
        for text in ("text", "muted", "accent", "bad")
        for ground in ("bg", "surface", "raised", "sunken", "hover")
    ]
    + [("on-accent", "accent-fill"), ("on-accent", "accent-fill-hover"), ("text", "accent-soft")]
    + [(tone, f"{tone}-soft") for tone in ("good", "warn", "bad")],
)
def test_text_can_be_read(theme: dict[str, str], text: str, ground: str) -> None:
    assert contrast(theme[text], theme[ground]) >= AA_TEXT


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("edge", ["line-strong", "focus", "series-1", "series-2", "series-3", "series-4"])
def test_edges_and_marks_can_be_seen(theme: dict[str, str], edge: str) -> None:
    assert contrast(theme[edge], theme["surface"]) >= AA_EDGE


def test_components_name_only_tokens_that_exist() -> None:
    assert set(re.findall(r"var\(--([\w-]+)\)", CSS)) <= LIGHT.keys()


def test_every_icon_that_the_room_names_is_in_the_sprite() -> None:
    sprite = (ROOM / "static/web/vendor/icons.svg").read_text()
    listed = (ROOM / "icons.txt").read_text().split()
    assert re.findall(r'<symbol id="([\w-]+)"', sprite) == listed
    named = {
        name for page in TEMPLATES for name in re.findall(r'{% (?:icon|empty) "([\w-]+)"', page.read_text())
    }
    assert named <= set(listed)


@pytest.mark.parametrize("page", TEMPLATES, ids=lambda page: page.name)
def test_no_page_has_inline_code_or_style(page: Path) -> None:
    assert not re.search(r"\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|hx-on|javascript:", page.read_text())


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "409", "422", "429", "500"])
def test_an_error_page_needs_no_request_and_shows_the_sentence(name: str) -> None:
    html = engines["django"].get_template(f"{name}.html").render({"sentence": "Ask <b>Lin</b>."})
    assert "data-sentence" in html
    assert 'class="button primary"' in html
    if name in ("400", "403", "404", "409", "422", "429"):
        assert "Ask &lt;b&gt;Lin&lt;/b&gt;." in html


def test_the_chosen_theme_is_in_the_page_and_nothing_else_is() -> None:
    page = engines["django"].get_template("404.html")
    request = RequestFactory().get("/")
    request.COOKIES["hotpot_theme"] = "dark"
    assert 'data-theme="dark"' in page.render({"request": request})
    request.COOKIES["hotpot_theme"] = '"><script>'
    assert "data-theme=" not in page.render({"request": request})


def test_a_toast_travels_in_the_answers_head() -> None:
    answer = replies.toast(pages.offline(RequestFactory().get("/")), "Saved.")
    assert json.loads(answer.headers["HX-Trigger"]) == {"toast": {"text": "Saved.", "tone": "good"}}


def test_the_app_can_be_installed() -> None:
    answer = pages.manifest(RequestFactory().get("/"))
    sizes = {icon["sizes"] for icon in json.loads(answer.content)["icons"]}
    assert {"192x192", "512x512"} <= sizes


def test_the_worker_keeps_the_shell_and_knows_nobody() -> None:
    script = pages.service_worker(RequestFactory().get("/")).content.decode()
    assert "/offline/" in script
    assert "csrf" not in pages.offline(RequestFactory().get("/")).content.decode()


def test_the_whole_shell_is_light_on_a_slow_line() -> None:
    files = [(ROOM / "static" / name).read_bytes() for name in pages.SHELL_FILES]
    assert sum(len(gzip.compress(file)) for file in files) < 60 * 1024


@pytest.mark.django_db
@pytest.mark.parametrize(("demo", "status"), [(True, 200), (False, 404)])
@pytest.mark.parametrize("path", ["/design/", "/design/phone/"])
def test_the_style_guide_is_for_demos_only(client: Client, path: str, demo: bool, status: int) -> None:
    with override_settings(HOTPOT_DEMO=demo, DEBUG=False):
        assert client.get(path).status_code == status
