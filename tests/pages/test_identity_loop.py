"""An identity of several records in a browser: from the queue, or asked to be parted, to a release that shows it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reconcile import cycle, publication
from reconcile.national import release as releases
from reconcile.review.decisions import DecisionLog
from reconcile.review.queue_items import numbers
from reconcile.settings import Settings
from tests import small_country
from tests.pages.serving import Come, visiting
from tests.small_tables import links, records
from tests.small_workspace import compiled_of

pytestmark = [pytest.mark.slow, pytest.mark.needs("chromium")]

RECORDS = """
| record   | name          | sex | birth_date | status              | missing_since | last_contact | risk_level |
| essex:1  | Hart, Daniel  | M   | 1971-05-12 | whereabouts_unknown | 2016-05-01    |              | high       |
| kent:1   | Hart, Dan     | M   | 1971-05-12 | wanted              | 2016-07-01    |              |            |
| surrey:1 | Hart, David   | M   | 1971-05-12 | whereabouts_unknown | 2012-02-01    |              | medium     |
| essex:2  | Ivanova, Mary | F   | 1985-07-03 | whereabouts_unknown | 2017-02-01    |              | medium     |
| kent:2   | Ivanova, Mara | F   | 1985-07-03 | whereabouts_unknown | 2017-02       |              | medium     |
| surrey:3 | Green, Ada    | F   | 1955-11-30 | located             |               | 2017-12-01   |            |
"""
LINKS = """
| left    | right    | strength | guard          |
| essex:1 | kent:1   | verified |                |
| kent:1  | surrey:1 | verified |                |
| essex:1 | surrey:1 | possible | possible_twins |
| essex:2 | kent:2   | verified |                |
"""
THREE, PAIR = ("essex:1", "kent:1", "surrey:1"), ("essex:2", "kent:2")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The workspace, its list published once before anybody judged; nothing is drawn by chance."""
    monkeypatch.delenv("RECONCILE_DATABASE_URL", raising=False)
    monkeypatch.setitem(numbers()["audit"], "frames", {})
    made = compiled_of(tmp_path / "workspace", records(RECORDS), links(LINKS), small_country.RECEIPTS)
    publication.release(made, signed_by="operator", role="national coordinator", reason="the first list")
    return made


@pytest.fixture
def come(browser: Any, settings: Settings) -> Iterator[Come]:
    with visiting(browser, settings) as come:
        yield come


def listed(settings: Settings) -> set[tuple[str, ...]]:
    return {tuple(sorted(row["records"])) for row in cycle.table(settings, "missing_list").to_pylist()}


def open_from_queue(tab: Any, says: str) -> None:
    """Go to the one identity item of the queue by its row."""
    tab.goto("/queue?kind=identity")
    row = tab.locator("table.queue tbody tr")
    assert row.count() == 1
    assert says in row.inner_text()
    with tab.expect_navigation():  # keys pressed before the script of the page is there are lost
        row.get_by_role("link").click()


def assign(tab: Any, others: tuple[int, ...], button: str, reason: str = "evidence") -> str:
    """Give these records to another person by keys, preview, and answer; what the next page says."""
    for record in others:
        tab.keyboard.press(str(record))
        tab.keyboard.press("b")
        tab.keyboard.press("Escape")
        assert tab.locator(f"#person-{record}").input_value() == "B"
    with tab.expect_navigation():
        tab.keyboard.press("p")
    assert tab.locator(".preview li").count() == 2
    tab.select_option("#reason", reason)
    with tab.expect_navigation():
        tab.get_by_role("button", name=button).click()
    return str(tab.locator(".became").inner_text())


def applied(tab: Any) -> None:
    tab.goto("/")
    tab.get_by_role("button", name="Apply them").click()
    tab.get_by_text("All that was decided is on the list").wait_for(timeout=60_000)


def signed_off(tab: Any, reason: str) -> None:
    tab.goto("/sign-off")
    tab.get_by_label("Why it may be published").fill(reason)
    tab.get_by_role("button", name="Sign off and publish").click()
    tab.wait_for_url("**/releases")


def shown_in_release(tab: Any, settings: Settings, surname: str) -> int:
    """The lines of the current release in which a surname stands, as the list browser shows them."""
    current = releases.current(settings)
    assert current
    tab.goto(f"/list?release={current.name}")
    return int(tab.locator("main tbody tr", has_text=surname).count())


def test_an_identity_from_the_queue_to_a_release(come: Come, settings: Settings) -> None:
    assert {THREE[:2], THREE[2:]} <= listed(settings), "a weak bridge joins nothing until somebody says so"
    ann = come("Ann")
    open_from_queue(ann, "One identity, 3 records")
    assert "A second person is asked" in assign(ann, (2, 3), "Record the letters")
    assert DecisionLog(settings.database_url).state().num_rows == 0

    ben = come("Ben")
    open_from_queue(ben, "a second person")
    assert "Ann" not in ben.locator("main").inner_text()
    assert ben.locator("#person-2").input_value() == "A", "what the first answered is not filled in"
    assert "Decided" in assign(ben, (2, 3), "Record the letters")
    decided = DecisionLog(settings.database_url).state().to_pylist()
    assert {(row["left"], row["right"]): row["judgement"] for row in decided} == {
        ("essex:1", "kent:1"): "different",
        ("essex:1", "surrey:1"): "different",
        ("kent:1", "surrey:1"): "same",
    }
    assert {row["reviewer"] for row in decided} == {"Ann and Ben"}

    cas = come("Cas")
    applied(cas)
    assert {THREE[:1], THREE[1:]} <= listed(settings)
    signed_off(cas, "the twins are two")
    assert shown_in_release(cas, settings, "Hart") == 2
    cas.goto("/list/changes?to=" + releases.current(settings).name)  # type: ignore[union-attr]
    assert "Hart" in cas.locator("table.changes").inner_text()


def test_an_identity_nobody_is_asked_about_is_parted_by_two_and_put_together_again(
    come: Come, settings: Settings
) -> None:
    (person,) = {
        row["national_id"] for row in cycle.table(settings, "identities").to_pylist() if row["record_id"] in PAIR
    }
    cas = come("Cas")
    cas.goto(f"/identities/{person}")
    assert "A second person is asked" in assign(cas, (2,), "Part them", "asked_forces")
    assert DecisionLog(settings.database_url).state().num_rows == 0

    ben = come("Ben")
    ben.goto("/queue?kind=identity&state=second")
    ben.locator("table.queue").get_by_role("link").click()
    assert "Cas" not in ben.locator("main").inner_text()
    assert "Decided" in assign(ben, (2,), "Record the letters")
    applied(cas)
    assert {PAIR[:1], PAIR[1:]} <= listed(settings)
    signed_off(cas, "two women")
    assert shown_in_release(cas, settings, "Ivanova") == 2

    ben.goto(f"/identities/{person}")
    ben.get_by_label("Why").fill("the forces mistook them")
    with ben.expect_navigation():
        ben.get_by_role("button", name="Take my answer back").click()
    assert "Taken back" in ben.locator(".became").inner_text()
    applied(cas)
    assert PAIR in listed(settings)
