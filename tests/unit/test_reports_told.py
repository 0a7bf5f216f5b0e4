"""What publication sets off with the reports: the ledger before the files, contacts, and whose decisions count."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from reconcile import cycle, publication, reporting
from reconcile.audit import AuditLog
from reconcile.reports import answered, force_report
from reconcile.reports.contacts import contacts
from reconcile.reports.told import ToldLog
from reconcile.review import acts
from reconcile.review.access import Visitor
from reconcile.settings import Settings
from reconcile.workspace import write_bytes
from tests import force_country, loop_country, small_country, told_country

pytestmark = pytest.mark.slow

SIGNED = {"signed_by": "A. Coordinator", "role": "national coordinator", "reason": "reviewed"}
ANN, BOB = Visitor("ann", frozenset({"reviewer"})), Visitor("bob", frozenset({"reviewer"}))


@pytest.fixture
def released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(publication, "forces", lambda: small_country.FORCES)
    monkeypatch.setattr(reporting, "forces", lambda: small_country.FORCES)
    return loop_country.released(tmp_path)


def page_of(settings: Settings, force: str) -> str:
    (page,) = [path for path in reporting.report(settings) if path.suffix == ".html" and path.parent.name == force]
    return page.read_text(encoding="utf-8")


def answer(settings: Settings, visitor: Visitor, item: str) -> str:
    shown = acts.item_of(settings, visitor, f"link:{item}")
    assert shown is not None
    given = {"evidence_hash": shown["evidence_hash"], "reason_code": "identifier"}
    return acts.judge(settings, visitor, f"link:{item}", "same", **given).became


def test_an_answer_by_the_first_of_two_people_is_told_to_nobody(released: Settings) -> None:
    first = publication.current(released).name
    assert answer(released, ANN, loop_country.DISPUTED) == "second"
    cycle.reconsider(released)
    untold = page_of(released, "essex")
    assert "kent:1" not in untold
    assert "Since your last report" not in untold
    assert answer(released, BOB, loop_country.DISPUTED) == "decided"
    cycle.reconsider(released)
    publication.release(released, **SIGNED)
    told = page_of(released, "essex")
    assert "kent:1" in told
    assert "Link decided by a person." in told
    assert "Since your last report" in told
    assert first in told


def test_the_ledger_holds_each_item_once_however_often_the_reports_are_written(released: Settings) -> None:
    name = publication.current(released).name
    reporting.report(released)
    lines = ToldLog(released.database_url).lines()
    told = [row for row in lines.to_pylist() if row["kind"] == "double_claim"]
    assert {row["force"] for row in told} == {"kent", "surrey"}
    (kent,) = [row for row in told if row["force"] == "kent"]
    assert (kent["document"], kent["document_kind"]) == (name, "report")
    assert (kent["own"], kent["others"], kent["pairs"]) == (["kent:5"], ["surrey:1"], [["kent:5", "surrey:1"]])
    assert kent["due"] > kent["told_at"].date()
    reporting.report(released)
    assert len(ToldLog(released.database_url).lines()) == len(lines)


def test_ledger_and_audit_log_are_written_before_a_forces_files(
    released: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[tuple[str, list[str], dict[str, Any]]] = []

    def spy(path: Path, content: bytes) -> None:
        told = ToldLog(released.database_url).lines().to_pylist()
        line = AuditLog(released.database_url).export().to_pylist()[-1]
        found.append((path.parent.name, [row["item"] for row in told if row["force"] == path.parent.name], line))
        write_bytes(path, content)

    monkeypatch.setattr(force_report, "write_bytes", spy)
    reporting.report(released)
    lines = ToldLog(released.database_url).lines().to_pylist()
    for force, told, line in found:
        assert told == [row["item"] for row in lines if row["force"] == force]
        assert (line["operation"], line["recipient"]) == ("disclosure", force)
    assert any(told for _, told, _ in found)


def test_the_page_tells_the_other_forces_contact_from_the_workspaces_own_profile(released: Settings) -> None:
    assert "public-protection@surrey.police.example" in page_of(released, "kent")
    shipped = Path(publication.__file__).parent / "forces" / "surrey.toml"
    own = shipped.read_text(encoding="utf-8").replace("public-protection@surrey", "desk@surrey")
    released.workspace.profiles.mkdir()
    (released.workspace.profiles / "surrey.toml").write_text(own, encoding="utf-8")
    page = page_of(released, "kent")
    assert "desk@surrey.police.example" in page
    assert "public-protection@surrey" not in page


def test_an_invented_contact_is_told_of_synthetic_people_alone(tmp_path: Path) -> None:
    assert len(contacts(tmp_path)) == 45
    assert contacts(tmp_path, synthetic=False) == {}
    text = (Path(publication.__file__).parent / "forces" / "kent.toml").read_text(encoding="utf-8")
    (tmp_path / "kent.toml").write_text(text.replace("kent.police.example", "kent.police.uk.example"), encoding="utf-8")
    (told,) = contacts(tmp_path, synthetic=False).values()
    assert (told.force, told.email) == ("Kent Police", "public-protection@kent.police.uk.example")
    (tmp_path / "kent.toml").write_text(text.split("[report]")[0] + "[format]" + text.split("[format]")[1])
    assert contacts(tmp_path, synthetic=False) == {}, "a force without a contact is told without"


def test_a_report_written_long_after_its_release_says_what_it_said_on_the_day(tmp_path: Path) -> None:
    """Counted by the present day its bytes would be others, and it would be delivered again."""
    made = force_country.told(tmp_path, days_ago=90)
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in made.workspace.reports.rglob("*.json")]
    due = [item["due"] for each in documents for item in each["items"] if item["due"]]
    assert due
    assert max(due) < dt.datetime.now(dt.UTC).date().isoformat(), "the days to answer are past"
    assert {each["states"]["overdue"] for each in documents} == {0}


def test_an_item_is_overdue_in_a_report_whose_release_was_signed_off_after_its_day(tmp_path: Path) -> None:
    report = told_country.reports()["kent"]
    first = min(item.due for item in report.items if item.due)
    for on, found in ((first, False), (first + dt.timedelta(days=1), True)):
        complete = answered.completing(f"sqlite:///{tmp_path}/d.sqlite", "2018-06-cccc", on)
        late = [item for item, each in complete(report).answers.items() if each.state == "overdue"]
        assert bool(late) == found
