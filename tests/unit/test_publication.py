"""What a person's act sets off, on a country of eight records."""

from pathlib import Path

import pyarrow as pa
import pytest

from reconcile import cycle, publication
from reconcile.audit import AuditLog
from reconcile.errors import DecisionError, ReleaseError
from reconcile.national import contents, coverage, release
from reconcile.review.decisions import Decision, DecisionLog
from reconcile.schema import PROVENANCE, QUARANTINE
from reconcile.settings import Settings
from reconcile.workspace import Workspace, write_json, write_table
from tests import small_country
from tests.small_tables import links, records

SIGNED = {"signed_by": "A. Coordinator", "role": "deputy coordinator", "reason": "reviewed"}


@pytest.fixture(autouse=True)
def plain_renderings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents.page, "render", lambda *_given, **_named: "")
    monkeypatch.setattr(contents.list_workbook, "write_workbook", lambda path, *_given, **_named: path.write_text(""))
    monkeypatch.setattr(cycle, "forces", lambda: small_country.FORCES)
    monkeypatch.setattr(publication, "forces", lambda: small_country.FORCES)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A cycle of the small country, compiled."""
    made = Settings(
        Workspace(tmp_path), "2018-03", "APD-1", "DPIA-1", synthetic=True, database_url=f"sqlite:///{tmp_path}/d.sqlite"
    )
    stage(made, "records", records(small_country.RECORDS))
    stage(made, "links", links(small_country.LINKS))
    stage(made, "provenance", PROVENANCE.empty_table())
    stage(made, "quarantine", QUARANTINE.empty_table())
    write_json(made.workspace.stage(made.cycle, "receipts.json"), [each.to_json() for each in small_country.RECEIPTS])
    write_json(made.workspace.stage(made.cycle, "model.json"), {"name": "2018-03-01-abcdef12"})
    cycle.reconsider(made)
    return made


def stage(settings: Settings, name: str, table: pa.Table) -> None:
    write_table(settings.workspace.stage(settings.cycle, f"{name}.parquet"), table)


def said(left: str, right: str, judgement: str, evidence: str | None = None) -> Decision:
    return Decision(left, right, judgement, evidence, "reviewer-1", "compared the files")


def waiting(settings: Settings) -> set[tuple[str, str]]:
    found = publication.open_links(settings, touching_list=False)
    return set(zip(found["left"].to_pylist(), found["right"].to_pylist(), strict=True))


def test_a_decision_is_bound_to_the_evidence_of_its_link(settings: Settings) -> None:
    """`reconcile decide LEFT RIGHT` once bound to nothing, so no change of evidence ever opened the link again."""
    publication.decide(settings, [said("kent:3", "essex:2", "same"), said("kent:2", "surrey:1", "different")])
    assert cycle.decisions(settings)["evidence_hash"].to_pylist() == ["h", None]
    changed = cycle.table(settings, "links").drop_columns(["evidence_hash"])
    stage(settings, "links", changed.append_column("evidence_hash", pa.array(["new"] * len(changed))))
    cycle.reconsider(settings)
    assert ("essex:2", "kent:3") in waiting(settings)


@pytest.mark.parametrize("pair", [("kent:3", "essex:2"), ("kent:2", "surrey:1")])
def test_a_decision_on_other_evidence_than_the_links_is_refused(settings: Settings, pair: tuple[str, str]) -> None:
    with pytest.raises(DecisionError, match="nothing was recorded"):
        publication.decide(settings, [said("essex:3", "kent:2", "same"), said(*pair, "same", "seen last week")])
    assert cycle.decisions(settings).num_rows == 0


def test_a_verified_link_that_joins_nothing_waits_for_a_person(settings: Settings) -> None:
    """It once stood in no queue and beside no line, and the fewest people were counted too many."""
    assert not waiting(settings) & {("essex:1", "kent:1"), ("essex:1", "surrey:1")}
    before = cycle.statistics_of(settings)["distinct_people"]
    publication.decide(settings, [said("kent:1", "surrey:1", "different")])
    assert waiting(settings) >= {("essex:1", "kent:1"), ("essex:1", "surrey:1")}
    after = cycle.statistics_of(settings)["distinct_people"]
    assert (after["low"], after["high"]) == (before["low"], before["high"] + 1)
    lines = {tuple(row["records"]): row for row in cycle.table(settings, "missing_list").to_pylist()}
    essex = lines["essex:1",]
    assert {other["right"] for other in essex["possibly_same_as"]} == {"kent:1", "surrey:1"}
    assert [seen["strength"] for seen in essex["sightings"]] == ["proposed"]
    assert essex["located_elsewhere"] == "POSSIBLE"


def test_a_decision_recorded_since_the_list_was_compiled_stops_the_release(settings: Settings) -> None:
    DecisionLog(settings.database_url).record([said("essex:3", "kent:2", "same", "h")])
    with pytest.raises(ReleaseError, match="decisions were recorded since"):
        publication.release(settings, **SIGNED)
    assert publication.current(settings) is None
    cycle.reconsider(settings)
    assert publication.release(settings, **SIGNED) == publication.current(settings)


def test_a_release_is_logged_before_it_is_made_in_the_role_signed(settings: Settings, monkeypatch) -> None:
    def crash(*_given: object, **_named: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(contents, "write", crash)
        with pytest.raises(OSError, match="disk full"):
            publication.release(settings, **SIGNED)
    line = AuditLog(settings.database_url).export().to_pylist()[-1]
    assert (line["operation"], line["role"], line["count"]) == ("disclosure", "deputy coordinator", 4)
    publication.release(settings, **SIGNED)
    (head,) = release.audit_heads(settings)
    assert head == AuditLog(settings.database_url).head()


def test_a_release_nobody_answers_for_is_refused_and_not_logged(settings: Settings) -> None:
    before = AuditLog(settings.database_url).head()
    with pytest.raises(ReleaseError, match="give all three"):
        publication.release(settings, signed_by="A. Coordinator", role="coordinator", reason=" ")
    assert AuditLog(settings.database_url).head() == before


def test_reports_tell_of_no_join_that_was_not_released(settings: Settings) -> None:
    """A decision on people nobody misses leaves the list as it was, and once went into reports unsigned."""
    publication.release(settings, **SIGNED)
    publication.decide(settings, [said("essex:2", "essex:4", "same")])
    with pytest.raises(ReleaseError, match="has changed since"):
        publication.report(settings)
    publication.release(settings, **SIGNED)
    assert publication.report(settings)


def test_a_rejected_extract_is_named_and_silent() -> None:
    """`reconcile run` asks the figures for it to tell by its exit code."""
    receipts = (small_country.receipt("essex", "REJECTED", "2018-02-26", 4), *small_country.RECEIPTS[1:])
    figures = coverage.coverage(receipts, small_country.FORCES)
    assert figures["forces_rejected"] == [small_country.NAMES["essex"]]
    assert set(figures["forces_rejected"]) < set(figures["forces_silent"])


def test_the_audit_log_says_which_records_each_force_is_told_of(settings: Settings) -> None:
    """Every report was once logged as no record at all."""
    publication.release(settings, **SIGNED)
    publication.report(settings)
    lines = {row["recipient"]: row for row in AuditLog(settings.database_url).export().to_pylist()}
    assert lines["surrey"]["subjects"] == ["essex:1", "kent:1", "surrey:1"]
    assert lines["kent"]["subjects"] == ["essex:1", "kent:1", "kent:2", "kent:3", "surrey:1"]
    assert (lines["kent"]["count"], lines["wiltshire"]["count"]) == (5, 0)


def test_looking_at_evidence_is_a_consultation(settings: Settings) -> None:
    publication.log_consultation(settings, publication.open_links(settings), reader="reviewer-1")
    line = AuditLog(settings.database_url).export().to_pylist()[-1]
    assert (line["operation"], line["actor"]) == ("consultation", "reviewer-1")
    assert line["subjects"] == ["essex:2", "essex:3", "essex:4", "kent:2", "kent:3"]


def test_a_report_says_where_the_dates_do_not_tell_which_came_first(settings: Settings) -> None:
    """A lead without a date of contact was once told as if the person had been seen since."""
    open_dates = "before or after the loss cannot be told"
    for contact, told in (("2017-01-01", False), ("          ", True)):
        stage(settings, "records", records(small_country.RECORDS.replace("2017-01-01", contact)))
        cycle.reconsider(settings)
        publication.release(settings, **SIGNED)
        pages = [path.read_text(encoding="utf-8") for path in publication.report(settings) if path.suffix == ".html"]
        assert [open_dates in page for page in pages] == [told, told, told, False, False]
