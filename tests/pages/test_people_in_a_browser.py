"""Search, a person, the list, a download and the sign-off in a real browser, with keys alone where that is asked."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import Request

from reconcile import cycle, publication
from reconcile.review.access import Visitor
from reconcile.review.pages import create_app
from reconcile.settings import Settings
from tests import people_country, small_country
from tests.pages.serving import FORM_REFUSED

pytestmark = pytest.mark.needs("chromium")
PLACES = ("/search", "/list", "/list/changes", "/list/download", "/releases", "/sign-off", "/extracts")
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cycle, "forces", lambda: small_country.FORCES)
        patch.setattr(publication, "forces", lambda: small_country.FORCES)
        yield people_country.written(tmp_path_factory.mktemp("served") / "workspace")


@pytest.fixture(scope="module")
def address(settings: Settings) -> Iterator[str]:
    """The pages served on loopback to a coordinator."""

    def who(_request: Request) -> Visitor:
        return Visitor("A. Coordinator", frozenset(("coordinator",)))

    config = uvicorn.Config(create_app(settings, who, secret="of a test"), port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def opened(browser: Any, address: str) -> Iterator[Open]:
    """Open a place; what the console says, such as a breach of the policy, or a request elsewhere fails the test."""
    said: list[str] = []
    tabs = []

    def open_place(place: str, width: int = 1280, scheme: str = "light", *, script: bool = True) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
        )
        tab = context.new_page()
        tab.on("console", lambda message: None if FORM_REFUSED in message.text else said.append(message.text))
        tab.on("request", lambda asked: None if asked.url.startswith((address, "data:")) else said.append(asked.url))
        tab.goto(f"{address}{place}")
        tabs.append(context)
        return tab

    yield open_place
    for context in tabs:
        context.close()
    assert said == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_nothing_runs_out_of_the_page(opened: Open, address: str, settings: Settings, width: int, scheme: str) -> None:
    person = f"/person/{people_country.person_of(settings, 'essex:1')}"
    tab = opened("/search", width, scheme)
    for place in (*PLACES, person):
        tab.goto(f"{address}{place}")
        assert tab.locator("h1").count() == 1, place
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), place
        small = (
            "[...document.querySelectorAll('main button, main select, main summary, main input:not([type=hidden])')]"
        )
        sizes = tab.evaluate(f"{small}.filter(e => e.checkVisibility()).map(e => e.closest('label') || e)"
                             ".map(e => e.getBoundingClientRect().height)")  # fmt: skip
        assert all(height >= 24 for height in sizes), place


def test_a_name_leads_to_a_person_by_keys_alone_and_without_a_script(opened: Open, settings: Settings) -> None:
    tab = opened("/search", script=False)
    tab.keyboard.type("Мария Иванова")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("h2.count")
    assert "question" not in tab.url
    link = tab.locator(".hits a").first
    link.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**/person/{people_country.person_of(settings, 'surrey:1')}")
    assert "Maria Ivanova" in tab.locator("h1").inner_text()
    assert "Ivanova" not in tab.title()


def test_the_list_is_taken_away_only_with_a_reason(opened: Open, tmp_path: Path) -> None:
    tab = opened("/list?force=kent")
    tab.click("text=Download")
    tab.click("text=Log it and download")
    assert "There is a problem" in tab.locator("main").inner_text()
    tab.select_option("#purpose", "locate_missing")
    tab.fill("#justification", "the weekly meeting of coordinators")
    tab.check("input[value=csv]")
    with tab.expect_download() as waiting:
        tab.click("text=Log it and download")
    assert waiting.value.suggested_filename == "missing-list_2018-03-as-compiled_OFFICIAL-SENSITIVE-SYNTHETIC.csv"
    waiting.value.save_as(tmp_path / "list.csv")
    assert "Smith, William" in (tmp_path / "list.csv").read_text(encoding="utf-8-sig")
