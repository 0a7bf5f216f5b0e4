"""A second release through the whole cycle: what changed, that it can be run again, what stays once it is erased."""

import json
import re
import shutil
from pathlib import Path

import openpyxl
import pytest

from reconcile import cycle, holdings, protecting, publication, release_erasure, tasks, verification
from reconcile.audit import AuditLog
from reconcile.errors import ReconcileError, ReleaseError
from reconcile.intake import judgements
from reconcile.linkage import model as models
from reconcile.national import bands, contents, release, snapshot
from reconcile.settings import Settings
from reconcile.workspace import read_table, write_json, write_table
from tests import two_cycles
from tests.two_cycles import SIGNED

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A workspace with one release and the next cycle compiled."""
    return two_cycles.second(two_cycles.first(tmp_path_factory.mktemp("two") / "workspace"))


@pytest.fixture(scope="module")
def released(compiled: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A workspace with two releases of two cycles."""
    made = copy(compiled, tmp_path_factory.mktemp("released"))
    publication.release(made, **SIGNED)
    return made


@pytest.fixture
def pending(compiled: Settings, tmp_path: Path) -> Settings:
    """A copy of the one with one release that a test may spoil."""
    return copy(compiled, tmp_path)


@pytest.fixture
def copied(released: Settings, tmp_path: Path) -> Settings:
    """A copy of the one with two releases that a test may spoil."""
    return copy(released, tmp_path)


def copy(made: Settings, folder: Path) -> Settings:
    shutil.copytree(made.workspace.root, folder / "workspace")
    return two_cycles.settings_at(folder / "workspace", made.cycle)


def both(settings: Settings) -> tuple[Path, Path]:
    first, second = release.every(settings)
    return first, second


def told(settings: Settings, **asked) -> list[str]:
    found, _what = holdings.changes(settings, **asked)
    return [f"{row['kind']}: {', '.join(row['records'])}: {row['reason']}" for row in found.table.to_pylist()]


EXPECTED = [
    "found: essex:E2: deceased",
    "found: kent:K1: located",
    "merged: {}: decided same by a person",
    "corrected: kent:K3: the force changed the date of the loss",
]


def test_two_found_one_corrected_and_one_merged_is_exactly_what_it_says(released: Settings) -> None:
    (merged,) = {"kent:K4", "essex:E1"} & {line.split(": ")[1] for line in told(released)}
    expected = [line.format(merged) for line in EXPECTED]
    assert sorted(told(released)) == sorted(expected)
    first, second = (folder.name for folder in both(released))
    assert sorted(told(released, since=first, to=second)) == sorted(expected)
    counted = json.loads((both(released)[1] / contents.CHANGES_COUNTED).read_text())
    assert counted["previous"] == first
    assert {kind: count["rows"] for kind, count in counted["changes"].items() if count["rows"]} == {
        "found": 2,
        "merged": 1,
        "corrected": 1,
    }
    before, after = (json.loads((folder / contents.STATISTICS).read_text()) for folder in both(released))
    moved = counted["changes"].values()
    assert after["gross_claims"] - before["gross_claims"] == sum(count["claims"] for count in moved) == -2
    high = [figures["distinct_people"]["high"] for figures in (before, after)]
    assert high[1] - high[0] == sum(count["people"] for count in moved) == -3


def test_a_first_release_says_that_it_is_the_first(released: Settings) -> None:
    found, _what = holdings.changes(released, to=both(released)[0].name)
    assert (found.previous, found.table.num_rows) == (None, 0)
    assert "This is the first release" in (both(released)[0] / contents.PAGE).read_text(encoding="utf-8")


def test_every_release_comes_out_the_same_to_the_last_byte(released: Settings) -> None:
    """With decisions, lists of name changes, a corrected and a held extract, and a release before."""
    for folder in both(released):
        found = verification.verify(released, folder.name)
        assert found == verification.Verified(folder.name, data_hash=release.release_hash(folder))
        assert found.holds
    states = {receipt.force: receipt.state for receipt in cycle.receipts(released)}
    assert states["durham"] == "HELD"
    kept = json.loads((released.workspace.snapshots / both(released)[0].name / "name_changes.json").read_text())
    assert kept["lists"][0]["used"] == 1


def test_whoever_is_protected_at_the_sign_off_stands_on_no_page_and_in_no_workbook(copied: Settings) -> None:
    """They once did, and a release run again after the protection was lifted has to be the same."""
    protecting.protect(copied, "kent:K2", by="keeper", reason="the witness of Leeds")
    assert not publication.as_published(copied)
    before = both(copied)[1]
    made = publication.release(copied, **SIGNED)
    assert made != before
    assert publication.as_published(copied)
    for folder, named in ((before, True), (made, False)):
        book = openpyxl.load_workbook(folder / contents.WORKBOOK)
        cells = [str(cell) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row]
        about = next(cell for cell in cells if "not named: under 18" in cell)
        page = (folder / contents.PAGE).read_text(encoding="utf-8")
        assert ("Pickles" in page) == named
        assert any("Pickles" in cell for cell in cells) == named
        assert about.startswith("0 people are" if named else "1 person is")
        assert ("1 person is not named here" in page) != named
    kept = copied.workspace.snapshots / made.name
    assert json.loads((kept / snapshot.PROTECTED).read_text()) == ["kent:K2"]
    assert not [
        path for path in (*made.rglob("*"), *kept.rglob("*")) if path.is_file() and b"Leeds" in path.read_bytes()
    ]
    protecting.lift(copied, "kent:K2", by="keeper", reason="no longer")
    for folder in (before, made):
        assert verification.verify(copied, folder.name).holds


def test_a_release_rewritten_together_with_its_manifest_shows(copied: Settings) -> None:
    second = both(copied)[1]
    signed = json.loads((second / release.SIGN_OFF).read_text()) | {"signed_by": "somebody else"}
    write_json(second / release.SIGN_OFF, signed)
    manifest = json.loads((second / release.MANIFEST).read_text())
    manifest["files"][release.SIGN_OFF] = contents.sha256(second / release.SIGN_OFF)
    write_json(second / release.MANIFEST, manifest)
    assert release.verify_hashes(second) == ()
    found = verification.verify(copied, second.name)
    assert found.altered == ("manifest.json is not the one the audit log has the hash of",)


def test_a_release_is_run_again_from_its_snapshot_and_nothing_else(copied: Settings) -> None:
    second = both(copied)[1]
    for folder in ("cycles", "inbox", "reports"):
        shutil.rmtree(copied.workspace.root / folder)
    shutil.rmtree(both(copied)[0])
    (copied.workspace.root / "decisions.sqlite").unlink()
    found = verification.verify(copied, second.name)
    assert (found.holds, found.vouched) == (True, False)
    assert not (copied.workspace.root / "cycles").exists()
    assert not (copied.workspace.root / "decisions.sqlite").exists()


def test_a_release_is_run_again_with_the_model_it_was_made_with(released: Settings, monkeypatch) -> None:
    asked = []
    load = models.load

    def noted(path: Path | None = None):
        asked.append(path)
        return load(path)

    monkeypatch.setattr(models, "load", noted)
    verification.verify(released)
    assert [path.stem for path in asked if path] == [two_cycles.manifest(both(released)[1])["model"]]


def test_a_record_altered_in_the_snapshot_shows_before_anything_is_run(copied: Settings) -> None:
    kept = copied.workspace.snapshots / both(copied)[1].name
    shutil.copyfile(kept / "decisions.parquet", kept / "records.parquet")
    (kept / "names_added.parquet").unlink()
    found = verification.verify(copied)
    assert found.altered == (
        "names_added.parquet of the snapshot is missing",
        "records.parquet of the snapshot is not what was kept",
    )
    with pytest.raises(ReleaseError, match="was altered"):
        verification.need(found)


def test_a_rule_changed_since_is_named_with_the_files_that_come_out_otherwise(released: Settings, monkeypatch) -> None:
    from reconcile.national import claims

    bands = claims.cuts()["length"]["bands"]
    named = [{**band, "name": other["name"]} for band, other in zip(bands, bands[::-1], strict=True)]
    renamed = {**claims.cuts(), "length": {"bands": named}}
    monkeypatch.setattr(claims, "cuts", lambda: renamed)
    monkeypatch.setattr(release, "_code", lambda: "another")
    found = verification.verify(released)
    assert {"claims.parquet", "claims.csv"} <= set(found.differs)
    assert contents.IDENTITIES not in found.differs
    assert found.suspects == ("the program is another version",)
    with pytest.raises(ReleaseError, match="came out otherwise"):
        verification.need(found)


def test_what_signing_off_would_change_is_what_it_changes(pending: Settings) -> None:
    expected = told(pending, pending=True)
    assert len(expected) == 4
    publication.release(pending, **SIGNED)
    assert told(pending) == expected


def test_an_extract_a_person_held_back_is_not_published_where_compiling_broke_off(pending: Settings) -> None:
    counted = next(each for each in cycle.receipts(pending) if each.state == "RECEIVED")
    judgements.record(pending, counted, judgements.HOLD, by="coordinator-1", reason="wrong register")
    with pytest.raises(ReleaseError, match=f"the extract of {counted.force} was held back"):
        publication.release(pending, **SIGNED)


def test_what_signing_off_would_change_is_not_told_from_tables_of_two_runs(pending: Settings) -> None:
    path = pending.workspace.stage(pending.cycle, "links.parquet")
    write_table(path, read_table(path).slice(1))
    with pytest.raises(ReconcileError, match="a run broke off"):
        holdings.changes(pending, pending=True)


def test_figures_out_of_their_bands_stop_the_release_until_a_person_says_why(pending: Settings, monkeypatch) -> None:
    made = pending
    sooner = {**bands.table(), "gross_claims": {**bands.table()["gross_claims"], "at_least": 2}}
    monkeypatch.setattr(bands, "table", lambda: sooner)
    first = publication.current(made)
    log = AuditLog(made.database_url)
    lines = log.head()
    answer = {
        "responded_by_user": {"name": "coordinator-1"},
        "params_input": {"reason": "counts checked", "accept_bands": ""},
    }
    shown = tasks.compile_list(str(made.workspace.root))
    assert shown["Outside their bands"] == "Open claims: 4; 6 in the release before."
    assert shown["Changes"] == "found 2, merged 1, corrected 1"
    with pytest.raises(ReleaseError, match="Open claims: 4; 6 in the release before"):
        publication.release(made, **SIGNED)
    with pytest.raises(ReleaseError, match="left their bands"):
        tasks.release(str(made.workspace.root), answer, shown)
    assert (publication.current(made), log.head()) == (first, lines)
    answer["params_input"]["accept_bands"] = "both forces confirmed it"
    name = tasks.release(str(made.workspace.root), answer, shown)
    signed = json.loads((made.workspace.releases / name / release.SIGN_OFF).read_text())
    assert signed["bands"]["accepted"] == "both forces confirmed it"
    assert "both forces confirmed it" in (made.workspace.releases / name / contents.PAGE).read_text(encoding="utf-8")
    assert verification.verify(made).holds


def test_an_erased_snapshot_leaves_proof_and_says_who_erased_it(copied: Settings) -> None:
    first, second = both(copied)
    files = {path: path.read_bytes() for path in first.iterdir()}
    done = release_erasure.erase(copied, first.name, reason="review of 2020", actor="coordinator-1")
    assert done.bytes > 0
    assert {path: path.read_bytes() for path in first.iterdir()} == files
    assert [path.name for path in (copied.workspace.snapshots / first.name).iterdir()] == [snapshot.ERASED]
    assert not list(copied.workspace.stage("2018-03", "").rglob("*.parquet"))
    found = verification.verify(copied, first.name)
    assert found.holds
    assert found.proof_only.startswith("its snapshot was erased on ")
    assert found.proof_only.endswith(" by coordinator-1: review of 2020")
    line = AuditLog(copied.database_url).export().to_pylist()[-1]
    assert (line["operation"], line["actor"], line["query"], line["count"]) == (
        "erasure",
        "coordinator-1",
        f"release {first.name}",
        9,
    )
    assert verification.verify(copied, second.name).proof_only == ""
    with pytest.raises(ReleaseError, match="nothing of"):
        release_erasure.erase(copied, first.name, reason="again", actor="coordinator-1")
    (first / "claims.csv").write_text("altered")
    assert verification.verify(copied, first.name).altered == ("claims.csv is not what was published",)


def test_a_release_whose_people_are_erased_keeps_hashes_counts_and_sign_off(copied: Settings) -> None:
    first, second = both(copied)
    hashes = two_cycles.manifest(first)["files"]
    release_erasure.erase(copied, first.name, reason="review of 2028", actor="coordinator-1", people=True)
    assert {path.name for path in first.iterdir()} == set(release.PROOFS)
    assert two_cycles.manifest(first)["files"] == hashes
    for path in first.iterdir():
        for name in ("Farrow", "Pickles", "Zeller", "1971", "K1"):
            assert not re.search(rf"\b{name}\b", path.read_text(encoding="utf-8")), path.name
    assert verification.verify(copied, first.name).holds
    states = {each.name: (each.snapshot, each.people) for each in holdings.releases(copied)}
    assert states[first.name][0].startswith("proof only")
    assert states[first.name][1] == "people erased"
    assert states[second.name] == ("can be run again", "people kept")
    (first / contents.STATISTICS).write_text("{}")
    assert verification.verify(copied, first.name).altered == ("statistics.json is not what was published",)


def test_the_changes_of_a_release_whose_people_were_erased_are_said_to_be_erased(copied: Settings) -> None:
    second = both(copied)[1]
    publication.release(two_cycles.second(copied, "2018-09", merged=False), **SIGNED)
    release_erasure.erase(copied, second.name, reason="review of 2028", actor="coordinator-1", people=True)
    with pytest.raises(ReleaseError, match="its people were erased"):
        holdings.changes(copied, to=second.name)


def test_files_taken_away_under_a_false_note_of_erasure_show(copied: Settings) -> None:
    first, _second = both(copied)
    (first / "claims.csv").unlink()
    (first / release.ERASED).write_text("{}")
    assert verification.verify(copied, first.name).altered == (
        "it is noted as erased, and no line of the audit log says so",
    )


def test_files_taken_away_after_the_snapshot_alone_was_erased_show(copied: Settings) -> None:
    first, _second = both(copied)
    release_erasure.erase(copied, first.name, reason="review of 2028", actor="coordinator-1")
    assert verification.verify(copied, first.name).holds
    (first / "claims.csv").unlink()
    (first / release.ERASED).write_text("{}")
    assert verification.verify(copied, first.name).altered == (
        "it is noted as erased, and no line of the audit log says so",
    )


def test_purge_erases_what_a_publication_left_that_broke_off(pending: Settings) -> None:
    orphan, half = pending.workspace.snapshots / "2018-06-00000000", pending.workspace.releases / ".building-00000000"
    for folder in (orphan, half):
        folder.mkdir()
        (folder / "claims.csv").write_text("Farrow")
    now = int(orphan.stat().st_mtime * 1000)
    assert release_erasure.due(pending, now=now) == ()
    done = release_erasure.due(pending, now=now + 2 * 86_400_000)
    assert sorted(each.release for each in done) == [half.name, orphan.name]
    assert not orphan.exists()
    assert not half.exists()
    assert AuditLog(pending.database_url).export()["operation"].to_pylist()[-2:] == ["erasure"] * 2


def test_the_current_release_keeps_its_people(copied: Settings) -> None:
    second = both(copied)[1]
    with pytest.raises(ReleaseError, match="is the current release"):
        release_erasure.erase(copied, second.name, reason="wrong", actor="coordinator-1", people=True)
    with pytest.raises(ReleaseError, match="says why"):
        release_erasure.erase(copied, second.name, reason=" ", actor="coordinator-1")
    assert verification.verify(copied).proof_only == ""


def test_purge_erases_what_is_past_its_date_and_a_dry_run_nothing(copied: Settings) -> None:
    first, second = both(copied)
    dates = [each.review_by for each in holdings.releases(copied)]
    assert len(set(dates)) == 1
    before = _milliseconds(dates[0])
    assert release_erasure.due(copied, now=before) == ()
    after = before + 86_400_000
    assert [each.release for each in release_erasure.due(copied, dry_run=True, now=after)] == [first.name, second.name]
    assert verification.verify(copied).proof_only == ""
    assert len(release_erasure.due(copied, now=after)) == 2
    assert release_erasure.due(copied, now=after) == ()
    assert "review date has passed" in verification.verify(copied).proof_only
    assert copied.workspace.stage("2018-06", "records.parquet").is_file(), "the open cycle goes on"


def test_the_next_cycle_goes_on_after_an_erasure(copied: Settings) -> None:
    release_erasure.erase(copied, both(copied)[0].name, reason="review", actor="coordinator-1", people=True)
    made = two_cycles.second(copied, "2018-09", merged=False)
    assert told(made, pending=True) == []


@pytest.mark.parametrize("at", ["snapshot.write", "snapshot.place", "_move"])
def test_a_crash_around_the_snapshot_leaves_the_release_before(pending: Settings, monkeypatch, at: str) -> None:
    made = pending
    first = publication.current(made)

    def crash(*_given: object, **_named: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(f"reconcile.national.release.{at}", crash)
        with pytest.raises(OSError, match="disk full"):
            publication.release(made, **SIGNED)
    assert publication.current(made) == first
    assert {path.name for path in made.workspace.releases.iterdir()} == {first.name, release.POINTER}
    assert not [path for path in made.workspace.snapshots.iterdir() if path.name.startswith(".")]
    publication.release(made, **SIGNED)
    assert verification.verify(made).holds
    assert verification.verify(made).proof_only == ""


def _milliseconds(day) -> int:
    import calendar

    return calendar.timegm(day.timetuple()) * 1000
