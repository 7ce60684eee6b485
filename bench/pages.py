"""How long each page takes at demo size: follows every link of each role, several times, one at a time.

Needs a demo that runs (`hotpot demo`). Prints a JSON row a page with --json, else the slowest and the sums.
The aim: p95 under 150 ms.
"""

from __future__ import annotations

import json
import re
import statistics
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from html import unescape
from http.cookiejar import CookieJar
from urllib.parse import quote, urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import click

AIM_MS = 150.0
PAGES_MAX = 300
SLOWEST = 10
DOOR = re.compile(r'<form[^>]*action="(/sign-in/as/\d+/)".*?</form>', re.DOTALL)
NEXT = re.compile(r'name="next" value="([^"]*)"')
STRONG = re.compile(r"<strong>([^<]*)</strong>")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
HREF = re.compile(r'href="([^"]+)"')
# One place to see is enough of each: other sorts and further rows are the same page.
SKIPPED = re.compile(r"sort=|after=|export=|^/static/|^/sw.js|^/design/|\.webmanifest$")


@dataclass(frozen=True, slots=True)
class Row:
    role: str
    page: str
    p50_ms: float
    p95_ms: float
    bytes: int


class Visitor:
    """One role's browser."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.jar = CookieJar()
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(self.jar))

    def get(self, page: str) -> tuple[float, str, str]:
        """Milliseconds, the address it ended at, the HTML (empty for anything else)."""
        began = time.perf_counter()
        with self.opener.open(urljoin(self.base, quote(page, safe="/?&=%+:,"))) as answer:
            content = answer.read()
        took = (time.perf_counter() - began) * 1000
        html = content.decode() if answer.headers.get_content_type() == "text/html" else ""
        return took, urlsplit(answer.url).path, html

    def enter(self, action: str, token: str, place: str) -> str:
        """Through a door of the landing page; the address it leads to."""
        form = urlencode({"csrfmiddlewaretoken": token, "next": place}).encode()
        request = Request(urljoin(self.base, action), form, {"Referer": self.base})  # noqa: S310
        with self.opener.open(request) as answer:
            return str(urlsplit(answer.url).path)


def doors(html: str) -> Iterator[tuple[str, str, str, str]]:
    """Role, where its form posts to, its token, where it leads."""
    for found in DOOR.finditer(html):
        form = found.group(0)
        place, name, token = NEXT.search(form), STRONG.search(form), TOKEN.search(form)
        if token is not None:
            yield (
                name.group(1) if name else "",
                found.group(1),
                token.group(1),
                place.group(1) if place else "",
            )


def walk(visitor: Visitor, role: str, start: str, times: int) -> Iterator[Row]:
    known, waiting = {start}, deque([start])
    while waiting and len(known) < PAGES_MAX:
        page = waiting.popleft()
        spent, html = [], ""
        for _time in range(times):
            took, _address, html = visitor.get(page)
            spent.append(took)
        if not html:
            continue
        yield Row(role, page, round(statistics.median(spent), 1), round(p95(spent), 1), len(html.encode()))
        for link in HREF.findall(html):
            target = urljoin(page, unescape(link).partition("#")[0])
            if target.startswith("/") and target not in known and not SKIPPED.search(target):
                known.add(target)
                waiting.append(target)


def p95(values: list[float]) -> float:
    return sorted(values)[max(0, round(len(values) * 0.95) - 1)]


@click.command()
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="Where the demo runs.")
@click.option("--times", default=5, show_default=True, help="How often each page is asked for.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON row a page.")
def main(url: str, times: int, as_json: bool) -> None:
    """Time every page that each role of the demo can reach."""
    _took, _address, landing = Visitor(url).get("/")
    rows: list[Row] = []
    seen: set[str] = set()
    for role, action, _token, _place in doors(landing):
        visitor = Visitor(url)
        own = next(door for door in doors(visitor.get("/")[2]) if door[1] == action)
        start = visitor.enter(action, own[2], own[3])
        for row in walk(visitor, role, start, times):
            rows.append(row)
            if as_json:
                click.echo(json.dumps(asdict(row), ensure_ascii=False))
        seen.add(role)
    _sum_up(rows, len(seen), as_json)


def _sum_up(rows: list[Row], roles: int, as_json: bool) -> None:
    if not rows:
        raise click.ClickException("No page was found. Does a demo run there?")
    told = {
        "pages": len(rows),
        "roles": roles,
        "p50_ms": round(statistics.median(row.p50_ms for row in rows), 1),
        "p95_ms": round(p95([row.p95_ms for row in rows]), 1),
        "max_ms": max(row.p95_ms for row in rows),
        "over_aim": sum(row.p95_ms > AIM_MS for row in rows),
    }
    if as_json:
        click.echo(json.dumps(told))
        return
    for row in sorted(rows, key=lambda row: -row.p95_ms)[:SLOWEST]:
        click.echo(f"{row.p95_ms:8.1f} ms  {row.bytes:>8,} B  {row.role:<12} {row.page}")
    click.echo(", ".join(f"{name} {value}" for name, value in told.items()))


if __name__ == "__main__":
    main()
