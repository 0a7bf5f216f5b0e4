"""What a person's act sets off, on a country of eight records."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from reconcile import cycle, made_from, publication, reporting
from reconcile.audit import AuditLog
from reconcile.cli import app
from reconcile.errors import DecisionError, ReleaseError
from reconcile.national import contents, coverage, release
from reconcile.review.decisions import Decision, DecisionLog
from reconcile.schema import NAMES_ADDED, PROVENANCE, QUARANTINE
from reconcile.settings import Settings
from reconcile.workspace import Workspace, read_table, write_json, write_table
from tests import small_country
from tests.small_tables import links, records

pytestmark = pytest.mark.slow

SIGNED = {"signed_by": "A. Coordinator", "role": "deputy coordinator", "reason": "reviewed"}


_HEADING, *_ROWS = small_country.RECORDS.strip().splitlines()
RECORDS = "\n".join([f"{_HEADING} birth_date |", *(f"{row} 1980-01-01 |" for row in _ROWS)])
"""Grown up every one: of others a force is told nothing."""


@pytest.fixture(autouse=True)
def plain_renderings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents.page, "render", lambda *_given, **_named: "")
    monkeypatch.setattr(contents.list_workbook, "write_workbook", lambda path, *_given, **_named: path.write_text(""))
    monkeypatch.setattr(cycle, "forces", lambda: small_country.FORCES)
    monkeypatch.setattr(publication, "forces", lambda: small_country.FORCES)
    monkeypatch.setattr(reporting, "forces", lambda: small_country.FORCES)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A cycle of the small country, compiled."""
    made = Settings(
        Workspace(tmp_path), "2018-03", "APD-1", "DPIA-1", synthetic=True, database_url=f"sqlite:///{tmp_path}/d.sqlite"
    )
    stage(made, "records", records(RECORDS))
    stage(made, "links", links(small_country.LINKS))
    stage(made, "provenance", PROVENANCE.empty_table())
    stage(made, "quarantine", QUARANTINE.empty_table())
    stage(made, "names_added", NAMES_ADDED.empty_table())
    write_json(made.workspace.stage(made.cycle, "receipts.json"), [each.to_json() for each in small_country.RECEIPTS])
    write_json(made.workspace.stage(made.cycle, "model.json"), {"name": "2018-03-01-abcdef12"})
    cycle.reconsider(made)
    return made


def stage(settings: Settings, name: str, table: pa.Table) -> None:
    write_table(settings.workspace.stage(settings.cycle, f"{name}.parquet"), table)
    made_from.note(settings, "links")


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


def test_a_list_that_goes_on_from_another_release_than_the_current_one_is_not_published(settings: Settings) -> None:
    """It would forget what the release in between joined and named, and could not be run again."""
    publication.release(settings, **SIGNED)
    assert publication.release(settings, **SIGNED) == publication.current(settings), "the same again"
    later = replace(settings, cycle="2018-06")
    shutil.copytree(settings.workspace.stage("2018-03", ""), settings.workspace.stage("2018-06", ""))
    cycle.reconsider(later)
    publication.decide(settings, [said("kent:1", "surrey:1", "different")])
    between = publication.release(settings, **SIGNED)
    stage(later, "decisions", cycle.decisions(later))
    for name in made_from.INPUTS:
        made_from.note(later, name)
    with pytest.raises(ReleaseError, match=f"before {between.name} was published"):
        publication.release(later, **SIGNED)
    cycle.reconsider(later)
    assert publication.release(later, **SIGNED) == publication.current(later)


def test_a_release_is_logged_before_it_is_made_in_the_role_signed(settings: Settings, monkeypatch) -> None:
    def crash(*_given: object, **_named: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(contents, "write", crash)
        with pytest.raises(OSError, match="disk full"):
            publication.release(settings, **SIGNED)
    line = AuditLog(settings.database_url).export().to_pylist()[-1]
    assert (line["operation"], line["role"], line["count"]) == ("disclosure", "deputy coordinator", 4)
    published = publication.release(settings, **SIGNED)
    (head,) = release.audit_heads(settings)
    told, seal = AuditLog(settings.database_url).export().to_pylist()[-2:]
    assert (head.number, head.hash) == (told["number"], told["hash"])
    assert (seal["operation"], seal["query"]) == ("combination", release.seal_of(published, published.name))


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
        reporting.report(settings)
    publication.release(settings, **SIGNED)
    assert reporting.report(settings)


def test_a_rejected_extract_is_named_and_silent() -> None:
    """`reconcile run` asks the figures for it to tell by its exit code."""
    receipts = (small_country.receipt("essex", "REJECTED", "2018-02-26", 4), *small_country.RECEIPTS[1:])
    figures = coverage.coverage(receipts, small_country.FORCES)
    assert figures["forces_rejected"] == [small_country.NAMES["essex"]]
    assert set(figures["forces_rejected"]) < set(figures["forces_silent"])


def test_the_audit_log_says_which_records_each_force_is_told_of(settings: Settings) -> None:
    """Every report was once logged as no record at all."""
    publication.release(settings, **SIGNED)
    reporting.report(settings)
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
        stage(settings, "records", records(RECORDS.replace("2017-01-01", contact)))
        cycle.reconsider(settings)
        publication.release(settings, **SIGNED)
        pages = [path.read_text(encoding="utf-8") for path in reporting.report(settings) if path.suffix == ".html"]
        assert [open_dates in page for page in pages] == [told, told, told, False, False]


def weakened(settings: Settings, **strengths: str) -> None:
    """The links of the small country as a later cycle finds them: "surrey:1" loses the number it was verified by."""
    table = links(small_country.LINKS.replace("surrey:1 | verified", f"surrey:1 | {strengths['surrey']}"))
    stage(settings, "links", table)
    cycle.reconsider(settings)


def test_what_was_released_as_one_is_held_and_waits_for_a_person(settings: Settings) -> None:
    publication.release(settings, **SIGNED)
    before = cycle.table(settings, "identities")
    weakened(settings, surrey="proposed")
    after = cycle.table(settings, "identities")
    assert after.select(["national_id", "record_id"]).equals(before.select(["national_id", "record_id"]))
    found = publication.open_links(settings)
    first = found.slice(0, 1).to_pylist()[0]
    assert (first["left"], first["right"], first["why"]) == ("essex:1", "surrey:1", "held")
    assert publication.unsettled(settings) == {"held": 1}


def test_what_is_only_held_says_no_more_than_possible(settings: Settings) -> None:
    """The record in custody was certain as long as its number was the same."""
    publication.release(settings, **SIGNED)
    lines = {tuple(row["records"]): row for row in cycle.table(settings, "missing_list").to_pylist()}
    assert lines["essex:1", "kent:1", "surrey:1"]["located_elsewhere"] == "YES"
    weakened(settings, surrey="proposed")
    lines = {tuple(row["records"]): row for row in cycle.table(settings, "missing_list").to_pylist()}
    line = lines["essex:1", "kent:1", "surrey:1"]
    assert line["located_elsewhere"] == "POSSIBLE"
    assert [seen["strength"] for seen in line["sightings"]] == ["held"]
    figures = cycle.statistics_of(settings)
    assert figures["distinct_people"]["high"] == len(lines)
    publication.decide(settings, [said("essex:1", "surrey:1", "same")])
    lines = {tuple(row["records"]): row for row in cycle.table(settings, "missing_list").to_pylist()}
    assert lines["essex:1", "kent:1", "surrey:1"]["located_elsewhere"] == "YES"
    assert publication.unsettled(settings) == {}


def test_a_cut_bridge_waits_and_says_why(settings: Settings) -> None:
    table = links("|left|right|strength|guard|\n|essex:1|kent:1|verified||\n|kent:1|surrey:1|verified||")
    against = links("|left|right|strength|guard|\n|essex:1|surrey:1|possible|mis_keyed_identifier|")
    weak = table.set_column(table.column_names.index("probability"), "probability", pa.array([1.0, 0.6]))
    stage(settings, "links", pa.concat_tables([weak, against]))
    cycle.reconsider(settings)
    assert publication.unsettled(settings) == {"weak_bridge": 1}
    found = {(row["left"], row["right"]): row["why"] for row in publication.open_links(settings).to_pylist()}
    assert found == {("kent:1", "surrey:1"): "weak_bridge", ("essex:1", "surrey:1"): None}


def test_a_guard_that_speaks_against_an_identity_waits(settings: Settings) -> None:
    table = links(small_country.LINKS)
    against = links("|left|right|strength|guard|\n|kent:1|surrey:1|possible|mis_keyed_identifier|")
    stage(settings, "links", pa.concat_tables([table, against]))
    publication.decide(settings, [said("essex:1", "kent:1", "same"), said("essex:1", "surrey:1", "same")])
    assert publication.unsettled(settings) == {"contradicted": 1}


def identity(settings: Settings, record: str) -> tuple[str, tuple[str, ...]]:
    rows = cycle.table(settings, "identities").to_pylist()
    (name,) = (row["national_id"] for row in rows if row["record_id"] == record)
    return name, tuple(row["record_id"] for row in rows if row["national_id"] == name)


def test_an_unmerge_takes_records_out_and_later_links_do_not_bring_them_back(settings: Settings) -> None:
    name, _ = identity(settings, "essex:1")
    plan = publication.plan_unmerge(settings, name, ["surrey:1"])
    would = publication.would_be(settings, plan)
    assert cycle.decisions(settings).num_rows == 0
    now = publication.unmerge(settings, plan, reviewer="reviewer-1", reason="fingerprints of two people")
    assert now == would == {name: ("essex:1", "kent:1"), identity(settings, "surrey:1")[0]: ("surrey:1",)}
    found = cycle.decisions(settings).to_pylist()
    assert [(row["left"], row["right"], row["judgement"], row["evidence_hash"]) for row in found] == [
        ("essex:1", "surrey:1", "different", "h"),
        ("kent:1", "surrey:1", "different", None),
    ]
    more = links(
        "|left|right|strength|\n|kent:1|surrey:1|verified|\n|essex:4|surrey:1|verified|\n|essex:4|kent:1|verified|"
    )
    stage(settings, "links", pa.concat_tables([links(small_country.LINKS), more]))
    cycle.reconsider(settings)
    assert identity(settings, "essex:1") == (name, ("essex:1", "kent:1"))
    assert identity(settings, "essex:4")[1] == ("essex:4",)
    assert publication.unsettled(settings) == {"parted": 2}


def test_an_unmerge_is_two_alterations_and_is_undone_as_a_whole(settings: Settings) -> None:
    name, members = identity(settings, "essex:1")
    plan = publication.plan_unmerge(settings, name, ["surrey:1"])
    publication.unmerge(settings, plan, reviewer="reviewer-1", reason="fingerprints of two people")
    publication.decide(settings, [said("kent:1", "surrey:1", "cannot_tell")])
    assert publication.undo_unmerge(settings, name, ["surrey:1"], reviewer="reviewer-2", reason="prints mixed up") == 1
    assert identity(settings, "surrey:1") == (name, members)
    assert cycle.decisions(settings)["judgement"].to_pylist() == ["cannot_tell"]
    with pytest.raises(DecisionError, match="nothing to undo"):
        publication.undo_unmerge(settings, name, ["surrey:1"], reviewer="reviewer-2", reason="again")
    lines = AuditLog(settings.database_url).export().to_pylist()
    alterations = [(row["actor"], row["subjects"]) for row in lines if row["operation"] == "alteration"]
    assert alterations == [
        ("reviewer-1", ["essex:1", "surrey:1"]),
        ("reviewer-1", ["kent:1", "surrey:1"]),
        ("reviewer-1", ["kent:1", "surrey:1"]),
        ("reviewer-2", ["essex:1", "surrey:1"]),
    ]


@pytest.mark.parametrize(
    ("records", "says"),
    [(["kent:2"], "not of"), ([], "name some"), (["essex:1", "kent:1", "surrey:1"], "but not all")],
)
def test_an_unmerge_that_takes_nothing_apart_is_refused(settings: Settings, records: list[str], says: str) -> None:
    name, _ = identity(settings, "essex:1")
    with pytest.raises(DecisionError, match=says):
        publication.plan_unmerge(settings, name, records)
    with pytest.raises(DecisionError, match="no identity"):
        publication.plan_unmerge(settings, "P0", ["essex:1"])


def test_a_release_holds_the_history_of_its_ids(settings: Settings) -> None:
    first = read_table(publication.release(settings, **SIGNED) / contents.LINEAGE)
    assert set(first["event"].to_pylist()) == {"founded"}
    name, _ = identity(settings, "essex:1")
    plan = publication.plan_unmerge(settings, name, ["surrey:1"])
    publication.unmerge(settings, plan, reviewer="reviewer-1", reason="fingerprints of two people")
    second = read_table(publication.release(settings, **SIGNED) / contents.LINEAGE)
    new = {row["event"]: row for row in second.slice(first.num_rows).to_pylist()}
    assert second.slice(0, first.num_rows).equals(first)
    assert new.keys() == {"kept", "split_from"}
    assert (new["split_from"]["others"], new["split_from"]["reason"]) == ([name], "decided different by a person")
    cycle.reconsider(settings)
    assert cycle.table(settings, "lineage").equals(second)


def test_the_verb_shows_what_it_will_do_before_it_does_it(settings: Settings, capsys) -> None:
    lines = [
        f'{key} = "{value}"' for key, value in (("cycle", settings.cycle), ("policy_document", "A"), ("dpia", "D"))
    ]
    lines += [f'database_url = "{settings.database_url}"', "synthetic = true"]
    (settings.workspace.root / "reconcile.toml").write_text("\n".join(lines))
    name, _ = identity(settings, "essex:1")

    def unmerge(*arguments: str) -> str:
        app(["unmerge", name, "surrey:1", "-w", str(settings.workspace.root), *arguments], standalone_mode=False)
        return capsys.readouterr().out

    shown = unmerge("--dry-run")
    assert f"{name}: 1 record taken out, 2 records stay" in shown
    assert "nothing recorded" in shown
    assert cycle.decisions(settings).num_rows == 0
    with pytest.raises(DecisionError, match="no reason"):
        unmerge()
    assert capsys.readouterr().out == ""
    done = unmerge("--reason", "fingerprints of two people", "--second", "ben")
    assert done.startswith(shown.split("nothing recorded")[0])
    assert "2 pairs decided different" in done
    assert cycle.decisions(settings).num_rows == 2
    assert "2 decisions taken back" in unmerge("--undo", "--reason", "prints mixed up", "--second", "ben")
    told = json.loads(unmerge("--dry-run", "--json"))
    assert (told["decisions"], told["recorded"], told["out"]) == (2, False, ["surrey:1"])
    assert told["identities"][name] == ["essex:1", "kent:1"]


def test_a_protected_person_leaves_the_reports_of_other_forces(settings: Settings, capsys) -> None:
    """By the verb, from the next report on, without compiling again; lifting it brings the person back."""
    publication.release(settings, **SIGNED)
    (settings.workspace.root / "reconcile.toml").write_text(
        f'cycle = "2018-03"\npolicy_document = "A"\ndpia = "D"\ndatabase_url = "{settings.database_url}"\n'
    )

    def protect(*arguments: str) -> str:
        app(
            ["protect", *arguments, "--reviewer", "coordinator-1", "-w", str(settings.workspace.root)],
            standalone_mode=False,
        )
        return capsys.readouterr().out

    def told(to: str) -> list[str]:
        reporting.report(settings)
        lines = AuditLog(settings.database_url).export().to_pylist()
        return [row["subjects"] for row in lines if row["recipient"] == to][-1]

    assert "surrey:1" in told("kent")
    assert "restricted in this cycle: 1 person" in protect("surrey:1", "--reason", "a secret of the person's")
    # Its own record alone: the report begins with what is withdrawn.
    assert (told("surrey"), told("kent")) == (["surrey:1"], ["kent:1", "kent:2", "kent:3"])
    log = AuditLog(settings.database_url).export().to_pylist()
    (line,) = [row for row in log if row["justification"] == "protecting a record"]
    assert (line["operation"], line["actor"], line["subjects"]) == ("alteration", "coordinator-1", ["surrey:1"])
    assert "secret" not in str(log)
    protect("surrey:1", "--lift", "--reason", "over")
    assert "surrey:1" in told("kent")
    with pytest.raises(DecisionError, match="no record surrey:9"):
        protect("surrey:9", "--reason", "nobody")
