"""The browser the pages are tried in, and the hand-made cycle they show."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.pages.showing import ANSWERS, render, write_reports
from tests.pages.survey import Survey, make


@pytest.fixture(scope="session")
def survey() -> Survey:
    return make()


@pytest.fixture(scope="session")
def national_page(survey: Survey, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release page of the hand-made cycle, some forces having answered, as a file."""
    path = tmp_path_factory.mktemp("national") / "page.html"
    path.write_text(render(survey, answers=ANSWERS), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def reports(survey: Survey, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all forces' reports of the hand-made cycle."""
    return write_reports(survey, tmp_path_factory.mktemp("reports"))


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)  # ms, for a machine with other work
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        yield started
        started.close()


@pytest.fixture
def opened(browser: Any) -> Iterator[Callable[..., Any]]:
    """Open a file at a width and in a colour scheme; any outside request or console message fails the test."""
    said: list[str] = []
    tabs = []

    def open_file(path: Path, *, width: int = 1280, scheme: str = "light", script: bool = True) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script, offline=True
        )
        tab = context.new_page()
        tab.on("console", lambda message: said.append(f"console: {message.text}"))
        tab.on("pageerror", lambda error: said.append(f"error: {error}"))
        tab.on("request", lambda request: None if _local(request.url) else said.append(f"asked for {request.url}"))
        tab.goto(path.as_uri())
        tabs.append(context)
        return tab

    yield open_file
    for context in tabs:
        context.close()
    assert said == []


def _local(url: str) -> bool:
    return re.match(r"(file|data|about):", url) is not None
