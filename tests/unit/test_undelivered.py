"""Which notices wait, and which of them certainly never reached their force."""

import datetime as dt
from pathlib import Path

import pytest

from reconcile.audit import AuditLog
from reconcile.errors import SourceError
from reconcile.reports.answers import Answer, AnswerLog
from reconcile.reports.delivery import deliver
from reconcile.reports.told import Told, ToldLog
from reconcile.reports.undelivered import take_back, waiting
from reconcile.settings import Settings
from tests.desks import desk, office

FILES = [("OFFICIAL-SENSITIVE_2018-03_kent_notice.html", b"a lead for kent")]


@pytest.fixture
def waits(tmp_path: Path) -> tuple[Settings, str]:
    """A notice to Kent that was refused as Kent has no key yet, and the secret key it will have."""
    settings, secrets = office(tmp_path, "kent")
    (settings.workspace.profiles / "kent.toml").unlink()
    ToldLog(settings.database_url).record(
        [Told("kent", "lead-1", "notice", "aa11", "held_here", "d", ("kent:1",), ("essex:7",), ())]
    )
    assert tell(settings) == "failed"
    return settings, secrets["kent"]


def tell(settings: Settings) -> str:
    return deliver(settings, "kent", FILES, "lead-1", kind="notice", told=["kent:1", "essex:7"]).state


def never_went(settings: Settings) -> dict[str, bool]:
    return {each.name: each.never_went for each in waiting(settings.database_url).get("kent", ())}


def shown(settings: Settings, operation: str, why: str, force: str | None = None) -> None:
    """Somebody is shown something on the pages."""
    AuditLog(settings.database_url).append(
        operation,
        actor="ann",
        role="force",
        purpose="manage_rso",
        justification=why,
        subjects=["kent:1"],
        force=force,
        recipient="ann" if operation == "disclosure" else None,
        count=1,
    )


def test_what_was_refused_never_went_and_what_was_delivered_waits_no_more(waits: tuple[Settings, str]) -> None:
    settings, secret = waits
    (found,) = waiting(settings.database_url)["kent"]
    assert (found.name, found.items, found.records) == ("lead-1", {"aa11"}, ("essex:7", "kent:1"))
    assert found.never_went
    desk(settings, "kent", secret)
    assert tell(settings) == "delivered"
    assert waiting(settings.database_url) == {}


def test_what_was_taken_back_or_was_never_told_does_not_wait(waits: tuple[Settings, str]) -> None:
    settings, _ = waits
    ToldLog(settings.database_url).take_back("kent", "lead-1")
    assert waiting(settings.database_url) == {}


def test_a_delivery_that_broke_off_once_it_was_begun_may_have_arrived(
    waits: tuple[Settings, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, secret = waits
    desk(settings, "kent", secret)

    class Breaks:
        def put(self, *_given: object) -> None:
            raise SourceError("the connection broke off")

    monkeypatch.setattr("reconcile.reports.delivery.outbox", lambda *_given: Breaks())
    assert tell(settings) == "failed"
    assert never_went(settings) == {"lead-1": False}


@pytest.mark.parametrize(
    ("operation", "why", "force", "may_have_it"),
    [
        ("consultation", "the items of its match report", "kent", True),
        ("disclosure", "notice lead-1, html", None, True),
        ("consultation", "item AA11 of its match report", "kent", True),
        ("consultation", "the items of its match report", "essex", False),
        ("consultation", "a force's acceptance report", "kent", False),
        ("disclosure", "notice lead-12, html", None, False),
        ("disclosure", "notice lead-1", None, False),  # the line before a notice is written
    ],
)
def test_what_somebody_of_the_force_was_shown_on_its_pages_it_may_have(
    waits: tuple[Settings, str], operation: str, why: str, force: str | None, may_have_it: bool
) -> None:
    settings, _ = waits
    shown(settings, operation, why, force)
    assert never_went(settings) == {"lead-1": not may_have_it}


def test_what_was_answered_arrived(waits: tuple[Settings, str]) -> None:
    settings, _ = waits
    day = dt.date(2018, 3, 12)
    answer = Answer("kent", "aa11", "lead-1", "d", "need_more", "sergeant", day, None, None, "", "file", "ann")
    AnswerLog(settings.database_url).record([answer])
    assert never_went(settings) == {"lead-1": False}


def test_what_was_shown_since_it_was_looked_at_is_not_taken_back_and_nothing_is_told_in_its_place(
    waits: tuple[Settings, str],
) -> None:
    settings, _ = waits
    ledger = ToldLog(settings.database_url)
    assert never_went(settings) == {"lead-1": True}
    shown(settings, "consultation", "the items of its match report", "kent")
    anew = Told("kent", "lead-2", "notice", "aa11", "held_here", "d", ("kent:1",), ("essex:7",), ())
    before = ledger.newest()
    assert not take_back(settings.database_url, "kent", ["lead-1"], telling=[anew])
    assert ledger.newest() == before


def test_what_never_went_is_taken_back_with_what_is_told_in_its_place(waits: tuple[Settings, str]) -> None:
    settings, _ = waits
    anew = Told("kent", "lead-2", "notice", "aa11", "held_here", "d", ("kent:1",), ("essex:7",), ())
    assert take_back(settings.database_url, "kent", ["lead-1"], telling=[anew])
    assert ToldLog(settings.database_url).lines()["document"].to_pylist() == ["lead-2"]
