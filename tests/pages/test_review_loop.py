"""From the queue to a release in a browser: two reviewers who agree and disagree, a third, and the sign-off."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reconcile import cycle
from reconcile.national import release as releases
from reconcile.review.decisions import DecisionLog
from reconcile.review.judgements import JudgementLog
from reconcile.settings import Settings
from tests import loop_country
from tests.loop_country import AGREED, DISPUTED, PLAIN
from tests.pages.serving import Come, visiting

pytestmark = [pytest.mark.slow, pytest.mark.needs("chromium")]
SAME, DIFFERENT = ("1", "2"), ("2", "1")
"""The keys of an answer and of its first reason."""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("RECONCILE_DATABASE_URL", raising=False)
    return loop_country.released(tmp_path / "workspace")


@pytest.fixture
def come(browser: Any, settings: Settings) -> Iterator[Come]:
    with visiting(browser, settings) as come:
        yield come


def told(tab: Any) -> str:
    return str(tab.locator(".became, .said").first.inner_text())


def press(tab: Any, *keys: str) -> None:
    """Press keys of which the last leads to another page."""
    for key in keys[:-1]:
        tab.keyboard.press(key)
    with tab.expect_navigation():
        tab.keyboard.press(keys[-1])


def walk_to(tab: Any, words: str) -> None:
    """Press Tab until the focus is on a link or button of these words."""
    for _ in range(60):
        tab.keyboard.press("Tab")
        if words in tab.evaluate("document.activeElement.textContent"):
            return
    pytest.fail(f"no Tab leads to {words}")


def skip_to(tab: Any, pair: str) -> None:
    """Skip with the key s until an item is shown."""
    for _ in range(8):
        if f"/links/{pair}" in tab.url:
            return
        press(tab, "s")
    pytest.fail(f"the queue never came to {pair}")


def judge(tab: Any, pair: str, keys: tuple[str, str]) -> str:
    """Answer an item with keys; what the next page says of it."""
    tab.goto("/queue")
    press(tab, "s")
    skip_to(tab, pair)
    press(tab, *keys, "Enter")
    return told(tab)


def listed(settings: Settings) -> list[tuple[str, ...]]:
    return sorted(tuple(sorted(row["records"])) for row in cycle.table(settings, "missing_list").to_pylist())


def test_from_the_queue_to_a_release(come: Come, settings: Settings) -> None:
    before = releases.current(settings)
    assert before
    assert ("essex:1",) in listed(settings)
    assert {("essex:2",), ("kent:2",)} <= set(listed(settings))
    _ann_judges_with_keys_alone(come("Ann"))

    ben = come("Ben")
    ben.goto(f"/links/{DISPUTED}")
    shown = ben.locator("main").inner_text()
    assert "Ann" not in shown
    assert ben.get_by_role("heading", name="Your answer").is_visible()
    assert not ben.get_by_role("heading", name="What the evidence weighs").is_visible(), "the second is blind as well"
    assert "a third is asked" in judge(ben, DISPUTED, DIFFERENT)
    assert told(ben).count("Ann") == 0
    assert "Decided" in judge(ben, AGREED, SAME)

    cas = come("Cas")
    assert "Decided" in judge(cas, DISPUTED, DIFFERENT)
    decided = {(row["left"], row["right"]): row for row in DecisionLog(settings.database_url).state().to_pylist()}
    disputed, agreed = (decided[tuple(pair.split("~"))] for pair in (DISPUTED, AGREED))
    assert (disputed["judgement"], disputed["reviewer"]) == ("different", "Ben and Cas")
    assert (agreed["judgement"], agreed["reviewer"]) == ("same", "Ann and Ben")
    lines = JudgementLog(settings.database_url).lines().to_pylist()
    assert all(line["blind"] for line in lines if line["judgement"] != "undo")

    _applied(cas)
    assert ("essex:2", "kent:2") in listed(settings)
    assert ("essex:1",) in listed(settings), "two people found them different: he stays on the list as he was"
    _signed_off(cas)
    current = releases.current(settings)
    assert current
    assert current != before
    cas.goto(f"/list?release={current.name}")
    assert cas.locator("main").inner_text().count("Baker") < 3
    cas.goto("/releases")
    assert "two joined, one kept apart" in cas.locator("tr", has_text=current.name).inner_text()
    assert "Cas" in cas.locator("tr", has_text=current.name).inner_text()
    cas.goto(f"/list/changes?to={current.name}")
    assert "Nothing changed" not in cas.locator("main").inner_text()
    assert "Baker" in cas.locator("table.changes").inner_text()
    assert "Smith" not in cas.locator("table.changes").inner_text()


def _ann_judges_with_keys_alone(tab: Any) -> None:
    """Sign in, the queue, an answer, taken back, skipped and come to again: no mouse, no address typed."""
    walk_to(tab, "Queue")
    press(tab, "Enter")
    tab.keyboard.press("?")
    assert "Start" in tab.get_by_role("dialog").inner_text()
    tab.keyboard.press("Escape")
    press(tab, "s")
    skip_to(tab, DISPUTED)
    tab.keyboard.press("?")
    for says in ("Same person", "Different people", "Cannot tell", "Skip", "The queue"):
        assert says in tab.get_by_role("dialog").inner_text()
    tab.keyboard.press("Escape")
    press(tab, "3", "1", "Enter")
    assert "A second person is asked" in told(tab)
    press(tab, "z")
    assert f"/links/{DISPUTED}" in tab.url
    assert "Taken back" in told(tab)
    press(tab, *SAME, "Enter")
    assert "A second person is asked" in told(tab)
    skip_to(tab, AGREED)
    press(tab, *SAME, "Enter")
    assert "A second person is asked" in told(tab)
    skip_to(tab, PLAIN)
    press(tab, *DIFFERENT, "Enter")
    assert "Decided" in told(tab)
    # Nobody seconds themselves: her answers are gone from her queue, and the pages of them ask for nothing.
    press(tab, "q") if "/queue" not in tab.url else None
    rows = tab.locator("table.queue a").evaluate_all("links => links.map(each => each.getAttribute('href'))")
    assert not [row for row in rows for pair in (DISPUTED, AGREED, PLAIN) if pair in row]
    tab.goto(f"/links/{DISPUTED}")
    assert "You have answered this one" in tab.locator("main").inner_text()
    assert tab.locator("#judge").count() == 0


def _applied(tab: Any) -> None:
    tab.goto("/")
    tab.get_by_role("button", name="Apply them").click()
    tab.get_by_text("All that was decided is on the list").wait_for(timeout=60_000)


def _signed_off(tab: Any) -> None:
    tab.goto("/sign-off")
    tab.get_by_role("button", name="Sign off and publish").click()
    assert "Say why the list may be published" in tab.get_by_role("alert").inner_text()
    tab.get_by_label("Why it may be published").fill("two joined, one kept apart")
    if tab.locator("#accept_bands").count():
        tab.locator("#accept_bands").fill("a country of nine records")
    tab.get_by_role("button", name="Sign off and publish").click()
    tab.wait_for_url("**/releases")
    assert "is published and current" in told(tab)


def test_nobody_seconds_themselves_by_sending_the_form_again(come: Come, settings: Settings) -> None:
    tab = come("Ann")
    tab.goto(f"/links/{DISPUTED}")
    form = tab.locator("#judge").evaluate("form => Object.fromEntries(new FormData(form))")
    for _ in range(2):
        answer = tab.request.post(f"/links/{DISPUTED}", form={**form, "answer": "same:names_and_birth"})
        assert answer.ok
    assert len(JudgementLog(settings.database_url).lines()) == 1
    assert len(DecisionLog(settings.database_url).state()) == 0
    assert "You have answered this already" in answer.text()
