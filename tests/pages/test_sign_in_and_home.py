"""Signing in and home, in a browser: by keyboard alone, wide and narrow, and out again."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from reconcile.review.accounts import Accounts
from reconcile.review.pages.alone import stand_alone
from tests.small_workspace import compiled

PASSWORD = "four plain words here"
pytestmark = [pytest.mark.slow, pytest.mark.needs("chromium")]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address the pages of the small country are served at, with an account "Ann"."""
    import uvicorn

    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("RECONCILE_DATABASE_URL", raising=False)
        settings = compiled(tmp_path_factory.mktemp("served") / "workspace")
    Accounts(settings).add("Ann", PASSWORD, ["coordinator", "protected"], by="operator")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(stand_alone(settings, "s" * 40), port=port, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def tab(browser: Any, served: str) -> Iterator[Any]:
    """A tab at the sign-in; what it asks of anybody else, and what its console says, fails the test."""
    said: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.on("console", lambda message: said.append(message.text) if "401" not in message.text else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on(
        "request", lambda request: None if request.url.startswith((served, "data:")) else said.append(request.url)
    )
    opened.goto(f"{served}/")
    yield opened
    context.close()
    assert said == []


def sign_in(tab: Any, password: str = PASSWORD) -> None:
    tab.keyboard.type("ann" if tab.evaluate("document.activeElement.id") == "name" else "")
    if tab.evaluate("document.activeElement.id") == "name":
        tab.keyboard.press("Tab")
    tab.keyboard.type(password)
    with tab.expect_navigation():
        tab.keyboard.press("Enter")


def test_by_keyboard_alone_to_home_its_keys_and_out_again(tab: Any) -> None:
    assert tab.title().startswith("Sign in")
    sign_in(tab, "another four words")
    assert tab.locator("[role=alert]").inner_text().startswith("The name or the password is not right.")
    assert tab.evaluate("document.activeElement.id") == "password", "the name is kept, the password is asked for again"
    sign_in(tab)
    assert tab.locator("h1").inner_text() == "Cycle 2018-03"
    assert tab.locator(".who strong").inner_text() == "Ann"
    tab.keyboard.press("?")
    assert tab.locator("#all-keys").is_visible()
    assert "?" in tab.locator("[data-keys]").inner_text()
    expect(tab.locator("#all-keys").get_by_role("button", name="Close")).to_be_focused()
    tab.keyboard.press("Escape")
    assert not tab.locator("#all-keys").is_visible()
    tab.get_by_role("button", name="Keys").click()
    tab.get_by_label("Use keys of one letter").uncheck()
    tab.keyboard.press("Escape")
    tab.keyboard.press("?")
    assert not tab.locator("#all-keys").is_visible(), "keys of one letter can be turned off"
    tab.get_by_role("button", name="Sign out").focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/sign-in")
    tab.go_back()
    assert "Cycle 2018-03" not in tab.locator("body").inner_text(), "nothing is kept in the browser"


@pytest.mark.parametrize("width", [320, 1280])
def test_home_reflows_and_each_square_leads_to_its_force(tab: Any, width: int) -> None:
    sign_in(tab)
    tab.set_viewport_size({"width": width, "height": 800})
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    squares = tab.locator("a.tile")
    assert squares.count() == 45
    places = {tuple(square.bounding_box()[side] for side in ("x", "y")) for square in squares.all()}
    assert len(places) == 45, "the policy lets no style attribute place them"
    tab.locator("a.tile[href='#force-kent']").click()
    assert tab.locator("tr:target th").inner_text() == "Kent Police"


def test_home_reads_without_a_script(browser: Any, served: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{served}/")
    tab.fill("#name", "Ann")
    tab.fill("#password", PASSWORD)
    tab.click("main button")
    assert tab.locator("h2").first.inner_text() == "What waits"
    tab.get_by_role("button", name="Keys").click()
    assert tab.locator("#all-keys").is_visible()
    context.close()
