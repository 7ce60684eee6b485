"""The Chinese catalogue is whole, compiled, and what the pages really say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

import polib
import pytest
from django.conf import settings
from django.test import Client

import hotpot
from hotpot.conftest import Market, signed_in_client
from hotpot.pot.console.tests.test_walk import MANIFEST
from hotpot.pot.console.tests.test_walk import market as market  # a fixture

SOURCES = Path(hotpot.__file__).parent
CATALOGUE = SOURCES / "locale/zh_Hans/LC_MESSAGES/django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sdg]|%[sd]|\{\w*\}")
Key = tuple[str | None, str]


def entries(path: Path) -> dict[Key, polib.POEntry]:
    return {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(path))}


def said(entry: polib.POEntry) -> list[str]:
    """One form: Chinese has no plural."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_everything_is_translated() -> None:
    left = [key for key, entry in entries(CATALOGUE).items() if entry.fuzzy or not all(said(entry))]
    assert not left, "translate these in src/hotpot/locale, then run `make messages`"


def test_placeholders_are_those_of_the_source() -> None:
    wrong = [
        (entry.msgid, text)
        for entry in entries(CATALOGUE).values()
        for text in said(entry)
        if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    ]
    assert not wrong


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    compiled = {
        (entry.msgctxt, entry.msgid): said(entry) for entry in polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    }
    assert compiled == {key: said(entry) for key, entry in entries(CATALOGUE).items()}, "run `make messages`"


def test_the_catalogue_holds_what_the_sources_say(tmp_path: Path) -> None:
    if shutil.which("xgettext") is None:
        pytest.skip("GNU gettext is not installed")
    copy = tmp_path / "sources"
    shutil.copytree(SOURCES, copy, ignore=shutil.ignore_patterns("tests", "__pycache__", "static"))
    command = [
        "-m",
        "django",
        "makemessages",
        "--locale",
        "zh_Hans",
        "--no-obsolete",
        "--add-location",
        "file",
    ]
    subprocess.run(
        [sys.executable, "-P", *command],
        cwd=copy,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "hotpot.entry.settings", "HOTPOT_DATA": str(tmp_path / "data")},
        check=True,
        capture_output=True,
    )
    drawn, kept = entries(copy / CATALOGUE.relative_to(SOURCES)), entries(CATALOGUE)
    new, gone = set(drawn) - set(kept), set(kept) - set(drawn)
    assert not new, "run `make messages` and translate what is new"
    assert not gone, "run `make messages`: no source says this any more"


class Seen(HTMLParser):
    """What a reader sees or hears of a page; programs, code and what was typed are left out."""

    UNSEEN: ClassVar = {"script", "style", "code", "pre", "textarea"}
    ATTRIBUTES: ClassVar = {"title", "aria-label", "placeholder", "alt", "data-undo"}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.unseen = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unseen += tag in self.UNSEEN
        self.texts += [
            text
            for name, text in attrs
            if text and (name in self.ATTRIBUTES or name.startswith("data-word-"))
        ]

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in self.UNSEEN

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.texts.append(" ".join(data.split()))


# Three words in a row are a sentence that nobody translated. Names of a test's parties have a digit in them.
ENGLISH = re.compile(r"[A-Za-z][A-Za-z'’]+(?: [A-Za-z'’]+){2,}")
HREF = re.compile(r'(?:href|hx-get)="([^"]+)"')
KEPT = (str(MANIFEST["summary"]),)


def english(html: str) -> list[str]:
    return [text for text in Seen(html).texts if text not in KEPT and ENGLISH.search(text)]


def pages(client: Client, *starts: str) -> Iterator[tuple[str, str]]:
    """Address and HTML of one page of each kind that links lead to; all of them as a Chinese reader."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    waiting, seen = deque(starts), set()
    while waiting:
        url = waiting.popleft()
        kind = re.sub(r"\d+", "N", urlsplit(url).path)
        if kind in seen:
            continue
        seen.add(kind)
        response: Any = client.get(url, follow=True)
        if not response.headers["Content-Type"].startswith("text/html"):
            continue
        html = response.content.decode()
        yield url, html
        found = (urljoin(url, unescape(link).partition("#")[0]) for link in HREF.findall(html))
        waiting.extend(
            link for link in found if not urlsplit(link).netloc and not link.startswith("/static/")
        )


PHONE = ("/home/", "/messages/", "/me/", "/account/", "/nothing-here/")
READERS = {
    "operator": ("/console/", "/record/"),
    "integrator": ("/console/", "/connectors/"),
    "customer": ("/console/", "/connectors/new/"),
    "developer": ("/console/",),
    "member": ("/console/",),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", READERS)
def test_no_page_speaks_english_to_a_chinese_reader(market: Market, who: str) -> None:
    person = market.members[0].person if who == "member" else getattr(market, f"{who}_owner")
    told = {url: english(html) for url, html in pages(signed_in_client(person), *PHONE, *READERS[who])}
    assert len(told) > 6
    assert not {url: texts for url, texts in told.items() if texts}


@pytest.mark.django_db
def test_the_door_speaks_chinese() -> None:
    assert english(Client().get("/").content.decode()), "this test sees no English where there is some"
    told = {url: english(html) for url, html in pages(Client(), "/", "/sign-in/", "/sign-in/password/")}
    assert not {url: texts for url, texts in told.items() if texts}
