"""A release is whole, immutable, the same for the same data, and never replaced by half of another."""

import csv
import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reconcile import release_erasure, schema
from reconcile.audit import Head
from reconcile.errors import ReleaseError
from reconcile.national import contents, csv_file, missing_list, public_files, release, statistics
from reconcile.reports.answer_times import NOTHING
from reconcile.settings import Settings
from reconcile.workspace import Workspace
from tests.small_country import FORCES, RECEIPTS, tables

SIGNED = {"signed_by": "A. Coordinator", "role": "national coordinator", "reason": "reviewed"}
PUBLIC = {public_files.JSON, public_files.CSV, public_files.PAGE}
PROOF = {release.MANIFEST, release.SIGN_OFF, contents.PROVENANCE, contents.DECISIONS}
"""What packing may change; the manifest with the hash of the snapshot, which holds where each record came from."""


def compiled(decided: str = "", order: list[int] | None = None, row_number: int = 1) -> release.Compiled:
    held = tables(decided, order)
    figures = statistics.statistics(**held, receipts=RECEIPTS, forces=FORCES)
    ids = held["records"]["record_id"]
    return release.Compiled(
        **held,
        missing_list=missing_list.compile_list(**held),
        provenance=pa.table(
            [
                ids,
                held["records"]["force"],
                pa.repeat("f" * 64, len(ids)),
                pa.repeat(pa.scalar(row_number, pa.int32()), len(ids)),
            ],
            schema=schema.PROVENANCE,
        ),
        statistics={**figures, "model": "2018-03-01-abcdef12", "synthetic": True, "cycle": "2018-03"},
        receipts=RECEIPTS,
        forces=FORCES,
        answers=NOTHING,
    )


def workspace(root: Path, *, synthetic: bool = True) -> Settings:
    return Settings(Workspace(root), "2018-03", "APD-1", "DPIA-1", synthetic=synthetic)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(autouse=True)
def plain_renderings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page and workbook in one line each, where the test is not about them."""
    if request.node.get_closest_marker("slow"):
        return

    def said(*_given: object, marking: str, synthetic: bool, model_name: str, **_more: object) -> str:
        return f"{marking} {'SYNTHETIC ' if synthetic else ''}{model_name}"

    monkeypatch.setattr(contents.page, "render", said)
    monkeypatch.setattr(
        contents.list_workbook, "write_workbook", lambda path, *given, **named: path.write_text(said(*given, **named))
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return workspace(tmp_path)


def test_nothing_published_yet(settings: Settings) -> None:
    assert release.current(settings) is None


def test_a_release_is_current_and_matches_its_hashes(settings: Settings) -> None:
    published = release.publish(settings, compiled(), **SIGNED)
    assert release.current(settings) == published
    assert release.verify_hashes(published) == ()
    assert published.name == f"2018-03-{release.release_hash(published)[:8]}"
    assert set(contents.DATA) < content(published).keys()


def test_row_order_and_packing_change_the_proofs_only(tmp_path: Path) -> None:
    one = release.publish(workspace(tmp_path / "one"), compiled(), **SIGNED)
    order = [3, 1, 7, 5, 0, 2, 6, 4]
    other = release.publish(workspace(tmp_path / "other"), compiled(order=order, row_number=2), **SIGNED)
    assert one.name == other.name
    first, second = content(one), content(other)
    assert {name for name in first if first[name] != second[name]} <= PROOF
    assert first[contents.PROVENANCE] != second[contents.PROVENANCE]


@pytest.mark.slow
def test_the_page_and_the_workbook_are_the_same_each_time(tmp_path: Path) -> None:
    one = content(release.publish(workspace(tmp_path / "one"), compiled(), **SIGNED))
    other = content(release.publish(workspace(tmp_path / "other"), compiled(), **SIGNED))
    assert one[contents.PAGE] == other[contents.PAGE]
    assert one[contents.WORKBOOK] == other[contents.WORKBOOK]
    assert b"SYNTHETIC" in one[contents.PAGE]


def test_a_decision_makes_another_release_and_the_first_stays(settings: Settings) -> None:
    first = release.publish(settings, compiled(), **SIGNED)
    second = release.publish(settings, compiled("|left|right|judgement|\n|essex:3|kent:2|different|"), **SIGNED)
    assert first.name != second.name
    assert release.current(settings) == second
    assert release.verify_hashes(first) == ()


def test_publishing_the_same_again_writes_nothing_and_makes_it_current(settings: Settings) -> None:
    first = release.publish(settings, compiled(), **SIGNED)
    before = content(first)
    release.publish(settings, compiled("|left|right|judgement|\n|essex:3|kent:2|different|"), **SIGNED)
    again = release.publish(settings, compiled(), signed_by="B", role="deputy", reason="again")
    assert (again, release.current(settings)) == (first, first)
    assert content(first) == before


@pytest.mark.parametrize("where", ["list_workbook.write_workbook", "page.render", "write_csv"])
def test_a_crash_while_writing_leaves_the_previous_release(settings: Settings, monkeypatch, where: str) -> None:
    first = release.publish(settings, compiled(), **SIGNED)

    def crash(*_given: object, **_named: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(f"reconcile.national.contents.{where}", crash)
    with pytest.raises(OSError, match="disk full"):
        release.publish(settings, compiled("|left|right|judgement|\n|essex:3|kent:2|different|"), **SIGNED)
    assert release.current(settings) == first
    assert {path.name for path in settings.workspace.releases.iterdir()} == {first.name, release.POINTER}


def test_a_crash_before_the_pointer_moves_leaves_the_previous_release(settings: Settings, monkeypatch) -> None:
    first = release.publish(settings, compiled(), **SIGNED)
    other = compiled("|left|right|judgement|\n|essex:3|kent:2|different|")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", _fails_on(release.POINTER))
        with pytest.raises(OSError, match="crash"):
            release.publish(settings, other, **SIGNED)
    assert release.current(settings) == first
    assert release.current(settings) != release.publish(settings, other, **SIGNED) == release.current(settings)


def _fails_on(name: str):
    whole = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if Path(target).name == name:
            raise OSError("crash")
        return whole(self, target)

    return replace


def test_what_was_altered_is_named_and_cannot_be_published_over(settings: Settings) -> None:
    published = release.publish(settings, compiled(), **SIGNED)
    (published / contents.STATISTICS).write_text("{}")
    (published / "claims.csv").unlink()
    (published / "more.txt").write_text("more")
    assert release.verify_hashes(published) == (
        "claims.csv is missing",
        "more.txt is in no manifest",
        "statistics.json is not what was published",
    )
    with pytest.raises(ReleaseError, match="was altered"):
        release.publish(settings, compiled(), **SIGNED)


def test_a_pointer_to_nothing_is_said_so(settings: Settings) -> None:
    settings.workspace.releases.mkdir()
    (settings.workspace.releases / release.POINTER).write_text("2018-02-00000000\n")
    with pytest.raises(ReleaseError, match="2018-02-00000000"):
        release.current(settings)


@pytest.mark.parametrize("blank", ["signed_by", "role", "reason"])
def test_nothing_is_published_unsigned(settings: Settings, blank: str) -> None:
    with pytest.raises(ReleaseError, match="signs it off"):
        release.publish(settings, compiled(), **{**SIGNED, blank: " "})
    assert release.current(settings) is None


def test_the_sign_off_says_who_when_and_why(settings: Settings) -> None:
    at = dt.datetime(2018, 3, 12, 9, 30, tzinfo=dt.UTC)
    head = Head(7, "ab" * 32)
    published = release.publish(settings, compiled(), **SIGNED, signed_at=at, audit_head=head)
    signed = json.loads((published / release.SIGN_OFF).read_text())
    assert signed == {
        **SIGNED,
        "signed_at": "2018-03-12T09:30:00+00:00",
        "release": published.name,
        "audit_head": {"number": 7, "hash": "ab" * 32},
        "bands": None,
    }
    assert release.audit_heads(settings) == (head,)


def test_the_manifest_names_inputs_and_configuration(settings: Settings) -> None:
    published = release.publish(settings, compiled(), **SIGNED)
    manifest = json.loads((published / release.MANIFEST).read_text())
    assert [(entry["force"], entry["state"]) for entry in manifest["inputs"]] == [(r.force, r.state) for r in RECEIPTS]
    assert manifest["inputs"][0]["sha256"] == RECEIPTS[0].sha256
    assert manifest["model"] == "2018-03-01-abcdef12"
    assert {"reconcile/notification/periods.csv", "reconcile/forces/kent.toml"} < manifest["configuration"].keys()
    assert "expectations/registry_extract.json" in manifest["configuration"]
    assert set(manifest["files"]) == content(published).keys() - {release.MANIFEST}


def test_a_sign_off_altered_later_shows(settings: Settings) -> None:
    """The sign-off once stood in no manifest: another name under it went unseen."""
    published = release.publish(settings, compiled(), **SIGNED)
    signed = published / release.SIGN_OFF
    signed.write_text(signed.read_text().replace(SIGNED["signed_by"], "Somebody Else"))
    assert release.verify_hashes(published) == ("signoff.json is not what was published",)


def test_data_files_say_nothing_of_the_files_they_came_from(settings: Settings) -> None:
    published = release.publish(settings, compiled(), **SIGNED)
    for name in contents.DATA:
        assert RECEIPTS[0].sha256.encode() not in (published / name).read_bytes(), name


def test_only_what_touches_the_list_is_published(settings: Settings) -> None:
    published = release.publish(settings, compiled(), **SIGNED)
    listed = set(pq.read_table(published / contents.MISSING_LIST)["national_id"].to_pylist())
    assert listed == {"P1", "P2", "P3", "P5"}
    assert set(pq.read_table(published / contents.FACTS)["national_id"].to_pylist()) == listed
    assert len(pq.read_table(published / contents.CLAIMS)) == 5
    assert len(pq.read_table(published / release.IDENTITIES)) == 8


@pytest.mark.parametrize(
    ("synthetic", "marking"), [(True, "OFFICIAL-SENSITIVE SYNTHETIC"), (False, "OFFICIAL-SENSITIVE")]
)
def test_every_file_carries_the_marking(tmp_path: Path, synthetic: bool, marking: str) -> None:
    published = release.publish(workspace(tmp_path, synthetic=synthetic), compiled(), **SIGNED)
    for name in content(published).keys() - {release.SIGN_OFF, contents.WORKBOOK}:
        path = published / name
        if name in PUBLIC:
            assert "OFFICIAL" in path.read_text(), name
            assert ("SYNTHETIC" in path.read_text()) == synthetic, name
            assert "SENSITIVE" not in path.read_text(), name
        elif name.endswith(".parquet"):
            assert pq.read_schema(path).metadata[b"marking"].decode() == marking, name
        elif name.endswith(".csv"):
            rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
            assert rows or name == "changes.csv", name
            assert {row["marking"] for row in rows} <= {marking}, name
        elif name.endswith(".json"):
            assert json.loads(path.read_text())["marking"] == marking, name
        else:
            assert "OFFICIAL-SENSITIVE" in path.read_text(), name
            assert ("SYNTHETIC" in path.read_text()) == synthetic, name


def _cells(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield from row.values()


def test_no_cell_becomes_a_formula(tmp_path: Path) -> None:
    nasty = ["=1+1", "+44", "-1", "@SUM(A1)", "\t=1", "\r=1", "Smith"]
    table = pa.table({"name": nasty, "names": [[text, "x"] for text in nasty]})
    csv_file.write_csv(tmp_path / "a.csv", table, "OFFICIAL")
    cells = list(_cells(tmp_path / "a.csv"))
    assert not [cell for cell in cells if cell.startswith(csv_file.FORMULA)]
    assert "'=1+1" in cells
    assert "Smith" in cells


def test_a_partial_date_keeps_its_text_and_its_interval(tmp_path: Path) -> None:
    dates = pa.array(
        [{"lo": dt.date(2005, 1, 1), "hi": dt.date(2005, 12, 31), "text": "2005"}, None], schema.PARTIAL_DATE
    )
    csv_file.write_csv(tmp_path / "a.csv", pa.table({"since": dates}), "OFFICIAL")
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfsince,since_first,since_last,marking\r\n")
    assert list(_cells(tmp_path / "a.csv")) == ["2005", "2005-01-01", "2005-12-31", "OFFICIAL", "", "", "", "OFFICIAL"]


def test_the_days_of_the_last_release_are_those_of_another_cycle(settings: Settings) -> None:
    assert release.as_of_before(settings) == {}
    release.publish(settings, compiled(), **SIGNED)
    assert release.as_of_before(settings) == {}
    later = replace(settings, cycle="2018-04")
    days = {each.force: each.as_of for each in RECEIPTS if each.state != "NOT_RECEIVED"}
    assert release.as_of_before(later) == days
    release.publish(later, compiled(), **SIGNED)
    assert release.as_of_before(later) == days


def test_a_release_whose_people_were_erased_does_not_become_current_again(tmp_path: Path) -> None:
    settings = replace(workspace(tmp_path), database_url=f"sqlite:///{tmp_path / 'log.sqlite'}")
    first = release.publish(settings, compiled(), **SIGNED)
    second = release.publish(settings, compiled("|left|right|judgement|\n|essex:3|kent:2|different|"), **SIGNED)
    release_erasure.erase(settings, first.name, reason="review", actor="A", people=True)
    with pytest.raises(ReleaseError, match="its people were erased"):
        release.publish(settings, compiled(), **SIGNED)
    assert release.current(settings) == second
