"""The queue in a browser: an item worked with keys alone, without script, and on a narrow or magnified screen."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reconcile.review.judgements import JudgementLog
from reconcile.review.pages import create_app
from reconcile.settings import Settings
from tests.pages.serving import on_loopback
from tests.review_country import BOB, written

pytestmark = pytest.mark.needs("chromium")

FIRST = "/links/essex:3~essex:4"
Open = Callable[..., Any]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return written(tmp_path / "workspace")


@pytest.fixture
def served(settings: Settings) -> Iterator[str]:
    """The address of the pages, with Bob signed in."""
    with on_loopback(create_app(settings, lambda _request: BOB, secret="s")) as address:
        yield address


@pytest.fixture
def tab(browser: Any, served: str) -> Iterator[Open]:
    """Open a page; a console message or an error of the script fails the test."""
    said: list[str] = []
    contexts = []

    def go(path: str, *, width: int = 1280, script: bool = True) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(served + path)
        return page

    yield go
    for context in contexts:
        context.close()
    assert said == []


def test_an_item_is_worked_with_keys_alone(tab: Open, settings: Settings) -> None:
    page = tab("/queue")
    page.keyboard.press("s")
    page.wait_for_url(f"**{FIRST}")
    page.keyboard.press("2")
    page.keyboard.press("3")
    assert page.locator("input[value='different:relatives']").is_checked()
    page.keyboard.press("Enter")
    page.wait_for_url("**said=second**")
    assert "A second person is asked" in page.get_by_role("status").inner_text()
    page.keyboard.press("z")
    page.wait_for_url(f"**{FIRST}?said=undone**")
    page.keyboard.press("w")
    page.wait_for_url("**weighing=1**")
    assert page.get_by_role("heading", name="What the evidence weighs").is_visible()
    page.keyboard.press("n")
    page.keyboard.type("1 2 3 z s w")
    assert page.locator("#note").input_value() == "1 2 3 z s w", "a note is typed and sets nothing off"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.get_by_role("dialog").get_by_text("Same person; then the number of the reason").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.wait_for_url("**said=skipped**")
    lines = JudgementLog(settings.database_url).lines().to_pylist()
    assert [line["judgement"] for line in lines] == ["different", "undo"]
    assert lines[0]["blind"]


def test_keys_can_be_turned_off(tab: Open) -> None:
    page = tab("/queue")
    page.keyboard.press("?")
    page.get_by_label("Use keys of one letter on this machine").uncheck()
    page.reload()
    page.keyboard.press("s")
    page.keyboard.press("?")
    assert not page.get_by_role("dialog").is_visible()
    assert page.url.endswith("/queue")


def test_records_are_given_people_by_keys_and_previewed(tab: Open) -> None:
    page = tab("/identities/P1")
    page.keyboard.press("3")
    page.keyboard.press("b")
    page.keyboard.press("Escape")
    assert page.locator("#person-3").input_value() == "B"
    page.keyboard.press("p")
    page.get_by_role("heading", name="What would come of it").wait_for()
    assert page.locator("#person-3").input_value() == "B"


def test_an_item_is_worked_without_script(tab: Open, settings: Settings) -> None:
    page = tab(FIRST, script=False)
    page.get_by_label("Too little is known of one of them").check()
    page.get_by_role("button", name="Record").click()
    assert "A second person is asked" in page.get_by_role("status").inner_text()
    assert len(JudgementLog(settings.database_url).lines()) == 1


@pytest.mark.parametrize("width", [320, 640])
@pytest.mark.parametrize("path", ["/queue", FIRST, f"{FIRST}?weighing=1", "/identities/P1"])
def test_pages_reflow(tab: Open, path: str, width: int) -> None:
    """320 pixels is 1280 at 400 %, 640 at 200 %."""
    page = tab(path, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
