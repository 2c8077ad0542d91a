"""The page: complete by itself, escaped, and working in a real browser, with and without scripts."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from poetry_arch_check.check.projects import ProjectReport
from poetry_arch_check.formats import FORMATS
from poetry_arch_check.formats.combined import combined_format
from poetry_arch_check.formats.view import View
from support.browser import CHROMIUM, page
from support.large import THREE, TWELVE, large, large_report, report
from support.make import package

if TYPE_CHECKING:
    from pathlib import Path

    from poetry_arch_check.check.report import Report
    from support.browser import Page

HOSTILE = (
    "</script><script>window.taken=1</script>",
    '"><img src=http://evil.example/x onerror="window.taken=1">',
    "'onmouseover='window.taken=1",
    "</style></title></textarea><iframe src=//evil.example>",
    "{{7*7}}&lt;b&gt;&#x3c;",
    "<!--",
    "\x1b[31m\u202e::error::##[add-mask]",
    "x" * 300,
)
_VOID = {"meta", "link", "input"}


def hostile(places: tuple[str, ...] = THREE, *, more: int = 0) -> Report:
    """Return a report with hostile names, versions, files, notes and names of targets."""
    packages = [
        package(f"{text}.tar.gz", f"{text}.whl", name=text, version=text) for text in HOSTILE
    ]
    built = report([*packages, *large()[:more]], *places)
    targets = tuple(
        replace(each, target=replace(each.target, name=f"{each.target.name} {text}"), notes=HOSTILE)
        for each, text in zip(built.targets, HOSTILE * 2, strict=False)
    )
    return replace(built, targets=targets, notes=HOSTILE)


def rendered(of: Report) -> str:
    """Return the page."""
    return FORMATS["html"](of, View(lock_path=HOSTILE[1]))


def projects() -> str:
    """Return the page of three projects: one is fine, one is hostile, one cannot be checked."""
    fine = report([package("demo-1.0-py3-none-any.whl", name="demo")], *THREE)
    found = (
        ProjectReport(folder="services/a", report=fine),
        ProjectReport(folder=HOSTILE[1], report=hostile(more=100)),
        ProjectReport(folder=HOSTILE[0], failure=HOSTILE),
    )
    views = [View(lock_path=f"{project.folder}/poetry.lock") for project in found]
    return combined_format("html")(found, views)


class Read(HTMLParser):
    """Elements as they stand, which have to be closed."""

    def __init__(self) -> None:
        """Nothing is open."""
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember it."""
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the last one that was opened, which has to be this one."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text += data


@pytest.mark.parametrize("many", [False, True])
def test_what_is_hostile_is_text(many: bool) -> None:
    """Elements are closed, attributes are the page's own, and the text is what was there."""
    read = Read()
    read.feed(projects() if many else rendered(hostile()))
    assert read.open == []
    allowed = {
        "lang", "charset", "http-equiv", "content", "name", "rel", "href", "class", "viewbox",
        "preserveaspectratio", "aria-hidden", "aria-label", "x", "width", "height", "type", "id",
        "checked", "for", "hidden", "placeholder", "scope", "tabindex", "open",
    }  # fmt: skip
    assert {name for _, name, _ in read.attributes} <= allowed
    links = {value for _, name, value in read.attributes if name == "href"}
    assert all(re.fullmatch(r"#p\d+(-\d)?|#project\d|data:,", link) for link in links)
    for text in HOSTILE[:6]:
        assert text in read.text
    assert "\\x1b[31m\\u202e" in read.text


def test_the_large_page_is_not_too_large() -> None:
    """500 packages on 12 targets; what a step cures is folded away."""
    text = rendered(large_report(*TWELVE))
    assert len(text) < 3_000_000
    assert text.count("<tr ") == 500
    assert "Cures 200 packages: " in text


def width_of(tab: Page, screen: int) -> int:
    """Return how wide the page is on a screen of this width, in pixels."""
    tab.call(
        "Emulation.setDeviceMetricsOverride",
        width=screen,
        height=800,
        deviceScaleFactor=1,
        mobile=screen < 500,
    )
    return int(tab.evaluate("document.documentElement.scrollWidth"))


def colours(tab: Page) -> dict[str, str]:
    """Return the background in each colour scheme."""
    found = {}
    for scheme in ("light", "dark"):
        preferred = [{"name": "prefers-color-scheme", "value": scheme}]
        tab.call("Emulation.setEmulatedMedia", features=preferred)
        found[scheme] = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    return found


def assert_quiet(tab: Page, file: Path) -> None:
    """Assert that the browser complains of nothing, and asks for nothing but the page."""
    assert tab.complaints() == []
    assert {url for url in tab.requests() if not url.startswith("data:")} == {file.as_uri()}


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
@pytest.mark.parametrize("scripts", [True, False])
def test_a_browser_shows_it(scripts: bool, tmp_path: Path) -> None:
    """No error, no request; the filter filters, details open, a phone is wide enough."""
    file = tmp_path / "report.html"
    file.write_text(rendered(hostile(TWELVE, more=492)), "utf-8")
    with page(tmp_path / "profile") as tab:
        tab.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        start = time.monotonic()
        tab.open(file)
        assert tab.evaluate("document.querySelectorAll('.matrix tbody tr').length") == 500
        assert tab.evaluate("document.querySelectorAll('.matrix td').length") == 500 * 12
        assert time.monotonic() - start < 20
        assert_quiet(tab, file)
        foreign = "document.querySelectorAll('img,iframe,script+script,[onerror]').length"
        assert tab.evaluate(foreign) == 0
        assert tab.evaluate("typeof window.taken") == "undefined"
        assert tab.evaluate("document.scripts.length") == 1
        seen = (
            "[...document.querySelectorAll('.matrix tbody tr')]"
            ".filter((row) => row.checkVisibility()).length"
        )
        problems = tab.evaluate(seen)
        assert 0 < problems < 500
        tab.evaluate("document.querySelector('label[for=show-all]').click()")
        assert tab.evaluate(seen) == 500
        about = seen.replace(".matrix tbody tr", "#packages > details")
        assert tab.evaluate(about) == 500
        tab.evaluate("document.querySelector('label[for=show-bad]').click()")
        assert tab.evaluate(about) == problems == tab.evaluate(seen)
        assert tab.evaluate("search.checkVisibility()") == scripts
        if scripts:
            tab.evaluate("document.querySelector('label[for=show-all]').click()")
            tab.evaluate("search.value = 'CUDA1'; search.dispatchEvent(new Event('input'))")
            assert tab.evaluate(seen) == 11
            assert tab.evaluate("document.getElementById('count').textContent") == "11 of 500"
            tab.evaluate("document.querySelector('.matrix tr:not([hidden]) a').click()")
            tab.evaluate("new Promise((done) => setTimeout(done, 100))")
            assert tab.evaluate("document.querySelectorAll('details[open]').length") == 1
        tab.evaluate("document.querySelector('#packages summary').click()")
        assert tab.evaluate("document.querySelector('#packages details').open")
        for width in (360, 1400):
            assert width_of(tab, width) <= width
        assert_quiet(tab, file)
        assert len({*colours(tab).values()}) == 2


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
@pytest.mark.parametrize("scripts", [True, False])
def test_a_browser_shows_many_projects(scripts: bool, tmp_path: Path) -> None:
    """What is wrong is open; each project has a filter of its own; links open what they lead to."""
    file = tmp_path / "report.html"
    file.write_text(projects(), "utf-8")
    with page(tmp_path / "profile") as tab:
        tab.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        tab.open(file)
        folded = "[...document.querySelectorAll('.project')].map((each) => each.open)"
        assert tab.evaluate(folded) == [False, True, True]
        assert tab.evaluate("document.querySelectorAll('img,iframe,[onerror]').length") == 0
        assert tab.evaluate("typeof window.taken") == "undefined"
        seen = (
            "[...document.querySelectorAll('.packages')].map((section) =>"
            " [...section.querySelectorAll('.matrix tbody tr')]"
            ".filter((row) => row.checkVisibility()).length)"
        )
        fine, problems = tab.evaluate(seen)
        assert (fine, 0 < problems < 108) == (0, True)
        tab.evaluate("document.querySelector('#project0 > summary').click()")
        tab.evaluate("document.querySelector('label[for=show-all-1]').click()")
        assert tab.evaluate(seen) == [1, 108]
        tab.evaluate("document.querySelector('label[for=show-bad-0]').click()")
        assert tab.evaluate(seen) == [0, 108]
        search = (
            "[...document.querySelectorAll('input[type=search]')].map((e) => e.checkVisibility())"
        )
        assert tab.evaluate(search) == [scripts, scripts]
        if scripts:
            tab.evaluate("document.querySelector('#project0 > summary').click()")
            tab.evaluate("location.hash = '#p0-0'")
            tab.evaluate("new Promise((done) => setTimeout(done, 100))")
            assert tab.evaluate("document.getElementById('p0-0').open")
            assert tab.evaluate(seen) == [1, 108]
        assert width_of(tab, 360) <= 360
        assert_quiet(tab, file)
        assert len({*colours(tab).values()}) == 2
