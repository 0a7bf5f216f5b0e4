"""The review pages served on loopback for a browser, and who comes to them."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from playwright.sync_api import expect

from reconcile.review.accounts import Accounts
from reconcile.review.pages.alone import stand_alone
from reconcile.settings import Settings

PASSWORD = "four plain words here"
PEOPLE = {
    "Ann": ("reviewer",),
    "Ben": ("reviewer",),
    "Cas": ("reviewer", "coordinator"),
}
FORM_REFUSED = "status of 422"
"""What Chromium says of a form that is shown again with what is missing."""
Come = Callable[[str], Any]
OF_FORCES = {"Flo": "kent", "Tom": "sussex"}
"""Officers, and of which force each is."""


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The address the pages are served at, with an account for each of ``PEOPLE`` and ``OF_FORCES``."""
    accounts = Accounts(settings)
    for name, roles in PEOPLE.items():
        accounts.add(name, PASSWORD, roles, by="operator")
    for name, force in OF_FORCES.items():
        accounts.add(name, PASSWORD, ["force"], force, by="operator")
    with on_loopback(stand_alone(settings, "s" * 40)) as address:
        yield address


@contextmanager
def visiting(browser: Any, settings: Settings) -> Iterator[Come]:
    """Has somebody sign in, by name, in a browser of their own; a console message or a request elsewhere fails."""
    said: list[str] = []
    with serving(settings) as address:
        contexts = []

        def come(name: str) -> Any:
            context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=address)
            contexts.append(context)
            tab = context.new_page()
            tab.on("console", lambda message: None if FORM_REFUSED in message.text else said.append(message.text))
            tab.on("pageerror", lambda error: said.append(str(error)))
            tab.on(
                "request", lambda asked: None if asked.url.startswith((address, "data:")) else said.append(asked.url)
            )
            sign_in(tab, address, name)
            return tab

        yield come
        for context in contexts:
            context.close()
    assert said == []


@contextmanager
def on_loopback(app: Any) -> Iterator[str]:
    """The address ``app`` is served at, on a port that was free."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def sign_in(tab: Any, address: str, name: str) -> None:
    """Sign in with keys alone, from the sign-in's own focus on."""
    tab.goto(f"{address}/sign-in")
    expect(tab.locator("#name")).to_be_focused()  # keys pressed before would take its place
    tab.keyboard.type(name)
    tab.keyboard.press("Tab")
    tab.keyboard.type(PASSWORD)
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
