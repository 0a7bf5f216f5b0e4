"""A force's own pages in a browser: its whole loop by keyboard alone, what axe-core finds, dark, narrow, no script."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from reconcile.reports.answering import Raw, take
from reconcile.reports.answers import AnswerLog
from reconcile.reports.told import ToldLog
from reconcile.review import acts
from reconcile.settings import Settings
from tests import force_country
from tests.conftest import find
from tests.pages import axe
from tests.pages.serving import FORM_REFUSED, serving, sign_in
from tests.pages.test_review_rooms import ACTED_WITH, CUT_OFF, WHOLE

pytestmark = [pytest.mark.slow, pytest.mark.needs("chromium")]
Come = Callable[..., Any]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("RECONCILE_DATABASE_URL", raising=False)
        made = force_country.told(tmp_path_factory.mktemp("forces") / "workspace")
    told = ToldLog(made.database_url).latest("essex")
    (item,) = (each for each, line in told.items() if line["kind"] == "double_claim")
    today = dt.datetime.now(dt.UTC).date().isoformat()
    raw = Raw(item, "need_more", "MOSOVO sergeant", today, note="Which of the two is managed by you?")
    assert take(made, "essex", [raw], by="officer of essex", source="page").taken
    acts.apply(made)
    return made


@pytest.fixture(scope="module")
def address(settings: Settings) -> Iterator[str]:
    with serving(settings) as there:
        yield there


@pytest.fixture(scope="module")
def cookies(browser: Any, address: str) -> Callable[[str], Any]:
    kept: dict[str, Any] = {}

    def of(name: str) -> Any:
        if name not in kept:
            context = browser.new_context()
            sign_in(context.new_page(), address, name)
            kept[name] = context.storage_state()
            context.close()
        return kept[name]

    return of


@pytest.fixture
def come(browser: Any, address: str, cookies: Callable[[str], Any]) -> Iterator[Come]:
    """A tab of somebody who is signed in; a console message or a request elsewhere fails the test."""
    said: list[str] = []
    contexts = []

    def new(name: str, scheme: str = "light", *, width: int = 1280, **more: Any) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            base_url=address,
            storage_state=cookies(name) if name else None,
            **more,
        )
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: None if FORM_REFUSED in message.text else said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("request", lambda asked: None if asked.url.startswith((address, "data:")) else said.append(asked.url))
        return tab

    yield new
    for context in contexts:
        context.close()
    assert said == []


@pytest.fixture(scope="session")
def checker(pytestconfig: pytest.Config, leave_out: Callable[[str], Any]) -> str:
    npm = find("npm")
    assert npm, "mark the test with needs('npm')"
    return axe.fetched(npm, pytestconfig.cache.mkdir("axe")) or leave_out(f"{axe.PACKAGE} from npm")  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def rooms(settings: Settings) -> dict[str, str]:
    """The path of each of Kent's rooms."""
    items = {line["kind"]: item for item, line in ToldLog(settings.database_url).latest("kent").items()}
    found = {f"item {kind}": f"/reports/items/{item}" for kind, item in items.items()}
    return {"items": "/reports", "nothing fits": "/reports?text=nothing", "refused": "/queue", **found}


def item_of(rooms: dict[str, str], kind: str) -> str:
    return rooms[f"item {kind}"]


def walk_to(tab: Any, words: str) -> None:
    """Press Tab until the focus is on a link or button of these words."""
    for _ in range(60):
        tab.keyboard.press("Tab")
        if words in tab.evaluate(
            "document.activeElement.matches('a, button') && document.activeElement.textContent || ''"
        ):
            return
    pytest.fail(f"no Tab leads to {words}")


def walk_into(tab: Any, name: str) -> None:
    """Press Tab until the focus is in the field of this name."""
    for _ in range(60):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.name") == name:
            return
    pytest.fail(f"no Tab leads into {name}")


def press(tab: Any, *keys: str) -> None:
    """Press keys of which the last leads to another page."""
    for key in keys[:-1]:
        tab.keyboard.press(key)
    with tab.expect_navigation():
        tab.keyboard.press(keys[-1])


@pytest.mark.needs("npm")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_on_a_forces_pages(
    come: Come, rooms: dict[str, str], checker: str, scheme: str, width: int
) -> None:
    tab = come("Flo", scheme, width=width, bypass_csp=True)
    found = {}
    for name, path in rooms.items():
        if name != "refused":  # whose console says so
            tab.goto(path)
            found[name] = axe.violations(tab, checker)
    tab.goto(item_of(rooms, "double_claim"))
    tab.get_by_label("More is needed").check()
    tab.get_by_role("button", name="Record the answer").click()
    tab.get_by_role("alert").wait_for()
    found["with a problem"] = axe.violations(tab, checker)
    other = come("Tom", scheme, width=width, bypass_csp=True)
    other.goto("/reports")
    found["nothing to do"] = axe.violations(other, checker)
    cas = come("Cas", scheme, width=width, bypass_csp=True)
    for name, path in (("answers", "/answers"), ("an answer", "/queue/answers/1")):
        cas.goto(path)
        assert cas.evaluate(WHOLE), (path, width)
        found[name] = axe.violations(cas, checker)
    wrong = [f"{name}: {each}" for name, said in found.items() for each in said]
    assert not wrong, "\n".join(wrong)


def test_what_one_acts_with_is_there_at_every_width(come: Come, rooms: dict[str, str]) -> None:
    for path in (rooms["items"], item_of(rooms, "held_here")):
        seen = {}
        for width in (1280, 640, 320):
            tab = come("Flo", width=width)
            tab.goto(path)
            seen[width] = tab.evaluate(ACTED_WITH)
            assert tab.evaluate(WHOLE), (path, width)
            assert tab.evaluate(CUT_OFF) == [], (path, width)
        assert seen[1280] == seen[640] == seen[320]


def test_a_forces_pages_are_read_and_answered_without_a_script(
    come: Come, rooms: dict[str, str], settings: Settings
) -> None:
    with_script, without = come("Flo"), come("Flo", java_script_enabled=False)
    for path in (rooms["items"], rooms["nothing fits"], item_of(rooms, "held_here")):
        said = []
        for tab in (with_script, without):
            tab.goto(path)
            said.append(tab.locator("main").inner_text())
        assert said[0] == said[1]
    without.goto(item_of(rooms, "within_force"))
    without.get_by_label("Done", exact=False).first.check()
    without.get_by_label("Answered by, as a role").fill("Records manager")
    without.get_by_role("button", name="Record the answer").click()
    assert "Done: your answer “Done” is recorded." in without.locator(".said").inner_text()
    assert "done" in AnswerLog(settings.database_url).lines("kent")["answer"].to_pylist()


def test_a_force_with_nothing_to_do_is_told_so(come: Come) -> None:
    tab = come("Tom")
    tab.goto("/")
    assert tab.url.endswith("/reports")
    assert "asks nothing of Sussex Police" in tab.locator("main").inner_text()


def test_a_forces_whole_loop_by_keyboard_and_the_coordinator_who_sees_it(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sign in, find the urgent item, answer it wrongly and then rightly, see it answered; and see to it as Cas."""
    monkeypatch.delenv("RECONCILE_DATABASE_URL", raising=False)
    settings = force_country.told(tmp_path / "workspace")
    with serving(settings) as address:
        tab = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=address).new_page()
        sign_in(tab, address, "Flo")
        assert tab.url == f"{address}/reports"
        assert "4 to answer, 2 of them urgent" in tab.locator(".counts").inner_text()
        assert tab.locator("nav[aria-label=Rooms] a").all_inner_texts() == ["Your items"]
        first = tab.locator("table.own-items tbody tr").first.inner_text()
        assert "urgent" in first
        walk_to(tab, "Surrey Police has a record of your missing person")
        press(tab, "Enter")
        assert tab.locator(".confirm").inner_text().startswith("Confirm identity, by fingerprint where possible")
        walk_into(tab, "answer")
        tab.keyboard.press("ArrowDown")
        tab.keyboard.press("ArrowDown")  # from the first, which is checked at the first press, to Located
        assert tab.evaluate("document.activeElement.value") == "located"
        walk_into(tab, "note")
        tab.keyboard.type("Custody record seen.")
        walk_to(tab, "Record the answer")
        press(tab, "Enter")
        assert "Choose the kind of place." in tab.get_by_role("alert").inner_text()
        assert tab.locator("#note").input_value() == "Custody record seen."
        assert tab.locator("#answer-located").is_checked()
        walk_to(tab, "Give the day on which the person was located.")
        tab.keyboard.press("Enter")
        expect(tab).to_have_url(re.compile("#located_on$"))
        tab.locator("#located_on").fill("2026-01-05")
        tab.locator("#place_kind").focus()
        tab.keyboard.press("I")  # In custody
        walk_into(tab, "officer_role")
        tab.keyboard.type("MOSOVO sergeant")
        walk_to(tab, "Record the answer")
        press(tab, "Enter")
        assert "Done: your answer “Located” is recorded." in tab.locator(".said").inner_text()
        assert "in custody" in tab.locator(".history").inner_text()
        press(tab, "n")
        assert "Missing from Essex Police" in tab.locator("h1").inner_text()
        tab.goto("/reports")
        assert "3 to answer, 1 of them urgent · 1 answered" in tab.locator(".counts").inner_text()
        assert "answered Located" in tab.locator("table.own-items tbody tr").last.inner_text().replace("\n", " ")
        with tab.expect_download() as taken:
            tab.get_by_role("button", name="Read and print").click()
        assert taken.value.suggested_filename.endswith("_kent_match-report.html")

        cas = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=address).new_page()
        sign_in(cas, address, "Cas")
        assert "Forces’ answers" in cas.locator("main").inner_text()
        cas.get_by_role("link", name="Look at them").click()
        looked = cas.locator("section", has=cas.get_by_role("heading", name="To look at")).inner_text()
        assert "Kent Police" in looked
        assert "Custody record seen." in looked
        cas.get_by_role("link", name="Person").first.click()
        assert "/person/" in cas.url
        acts.apply(settings)
        cas.goto("/answers")
        cas.get_by_role("link", name="Queue item").first.click()
        assert cas.locator("h1").inner_text() == "Kent answered: located"
        assert "Custody record seen." in cas.locator("main").inner_text()
        press(cas, "5", "r")
        assert "Say in the note what was done." in cas.get_by_role("alert").inner_text()
        press(cas, "1", "r")
        assert "Decided." in cas.locator(".became").inner_text()
        cas.goto("/answers")
        assert "Nothing. An answer stands here" in cas.locator("main").inner_text()
        cas.goto("/queue")
        press(cas, "z")
        assert cas.locator("h1").inner_text() == "Kent answered: located", "taken back, it waits again"
        for page in (tab, cas):
            page.context.close()
