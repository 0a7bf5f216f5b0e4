# ruff: noqa: E501
"""Imported lists of name changes: what they find, what they never do, and what becomes of every row."""

import csv
import datetime as dt
import io
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from reconcile import cycle, intake, schema, settings
from reconcile.audit import AuditLog
from reconcile.demo import write_scenario
from reconcile.demo.population import register
from reconcile.errors import ExtractError
from reconcile.linkage import identities, link, load, name_changes
from reconcile.settings import Settings
from tests.linkage_records import record, table
from tests.small_tables import decisions, partial, rows

pytestmark = pytest.mark.slow

LIST = """
| old_given | old_surname | new_given | new_surname | birth_date | changed_on | source    |
| Trevor    | Pickles     | Adam      | Storm       | 1958-09-02 | 2016-03-01 | deed_poll |
"""


def changes(text: str) -> pa.Table:
    found = [
        {column: cell or None for column, cell in row.items()}
        | {"birth_date": partial(row["birth_date"]), "changed_on": partial(row.get("changed_on", ""))}
        | {"list_sha256": "l", "row_number": number, "outcome": "unmatched", "records": 0}
        for number, row in enumerate(rows(text), start=1)
    ]
    return pa.Table.from_pylist(found, schema.NAME_CHANGES)


def others() -> pa.Table:
    people, _truth = register(1500, 7)
    return people.select(table(record("a:1")).column_names)


def links(people: pa.Table, text: str = "") -> dict[tuple[str, str], dict[str, Any]]:
    """The links of a register with ``people`` in it, after a list of name changes."""
    records = pa.concat_tables([people, others()])
    if text:
        records = name_changes.with_names(records, name_changes.apply(records, changes(text)).added)
    return {(row["left"], row["right"]): row for row in link(records, load()).links.to_pylist()}


OLD_AND_NEW = (
    record("kent:1", "Trevor", "Pickles", "1958-09-02", sex="M"),
    record("surrey:1", "Adam", "Storm", "1958-09-02", sex="M"),
)


def test_one_person_under_two_names_is_found_by_the_list_alone() -> None:
    """Without the list the two share a birth date and nothing else: a pair that is hardly worth a look."""
    pair = ("kent:1", "surrey:1")
    without, found = links(table(*OLD_AND_NEW)), links(table(*OLD_AND_NEW), LIST)
    assert pair not in without or without[pair]["probability"] < 0.1
    assert found[pair]["probability"] > 0.5
    assert found[pair]["strength"] in ("proposed", "possible")
    assert found[pair]["guard"] is None
    sentences = " ".join(bar["sentence"] for bar in found[pair]["evidence"])
    assert "Trevor Pickles" in sentences
    assert "Adam Storm" in sentences


def test_a_list_adds_evidence_and_joins_nobody() -> None:
    """Three people of one name and birth date, told apart by their identifiers; one of them changed his name."""
    people = table(
        *OLD_AND_NEW,
        record("essex:1", "Trevor", "Pickles", "1958-09-02", sex="M", pnc="1998/9900002J"),
        record("durham:1", "Trevor", "Pickles", "1958-09-02", sex="M", pnc="2004/9900044B"),
    )
    found = links(people, LIST)
    theirs = {ends: row for ends, row in found.items() if set(ends) <= set(people["record_id"].to_pylist())}
    assert theirs
    assert not [row for row in theirs.values() if row["strength"] == "verified"]
    held = identities.resolve(
        people["record_id"], pa.Table.from_pylist(list(theirs.values()), schema.LINKS), decisions(), None
    )
    assert len(set(held["national_id"].to_pylist())) == people.num_rows


def test_a_total_change_of_name_lands_in_review_and_not_in_a_join() -> None:
    """Nothing but the names differs, and no identifier is held: a person decides."""
    held = {"sex": "M", "convicted": "2006-11-14", "postcode": "LS9 4IK", "town": "Leeds"}
    found = links(
        table(
            record("kent:2", "Trevor", "Pickles", "1958-09-02", **held),
            record("surrey:2", "Adam", "Storm", "1958-09-02", **held),
        )
    )
    link_found = found["kent:2", "surrey:2"]
    assert link_found["strength"] in ("proposed", "possible")


OUTCOMES = """
| old_given | old_surname | new_given | new_surname   | birth_date | source    | outcome   | records | added                         |
| Trevor    | PICKLES     | Adam      | Storm         | 1958-09-02 | deed_poll | used      | 2       | deed_poll Adam Storm; previous Trevor PICKLES |
| T         | Pickles     | Adam      | Frost         | 1958-09-02 | deed_poll | unmatched | 0       |                               |
| Trevor    | Pickles     | Adam      | Storm         | 1959-09-02 | deed_poll | unmatched | 0       |                               |
| Trevor    | Pickles     | Adam      | Gale          | 1958       | notified  | used      | 2       | alias Adam Gale; alias Adam Gale |
| Mary Ann  | Cole        |           | Cole-Nowak    | 1971-03-04 | marriage  | used      | 1       | alias Mary Ann Cole-Nowak     |
| Mary Jo   | Cole        |           | Price         | 1971-03-04 | marriage  | unmatched | 0       |                               |
| Mary      | Cole-Nowak  | Maria     | Kowalska      | 1971-03-04 | other     | used      | 1       | alias Maria Kowalska          |
"""


def test_what_becomes_of_each_row() -> None:
    people = table(*OLD_AND_NEW, record("kent:3", "Mary Ann", "Cole", "1971-03-04"))
    expected = rows(OUTCOMES)
    applied = name_changes.apply(people, changes(OUTCOMES))
    by_row: dict[int, list[str]] = {}
    for row in applied.added.to_pylist():
        by_row.setdefault(row["row_number"], []).append(f"{row['kind']} {row['given']} {row['surname']}")
    for number, (row, became) in enumerate(zip(expected, applied.changes.to_pylist(), strict=True), start=1):
        assert (became["outcome"], became["records"]) == (row["outcome"], int(row["records"])), row
        assert "; ".join(by_row.get(number, [])) == row["added"]


def test_the_order_of_rows_and_records_leaves_no_trace() -> None:
    people, listed = table(*OLD_AND_NEW, record("kent:3", "Mary Ann", "Cole", "1971-03-04")), changes(OUTCOMES)
    straight = name_changes.apply(people, listed)
    turned = name_changes.apply(people.take([2, 0, 1]), listed.take([6, 1, 4, 0, 5, 3, 2]))
    assert turned.added.equals(straight.added)
    assert turned.changes.equals(straight.changes)
    linkable = name_changes.with_names(people, straight.added)
    assert [len(names) for names in linkable["names"].to_pylist()] == [3, 3, 3]
    assert name_changes.with_names(people, straight.added.slice(0, 0)) is people


def test_a_change_after_a_certificate_is_like_any_other() -> None:
    """Gender Recognition Act 2004 s.22: nothing is kept or said that tells it from another change of name."""
    listed = LIST.replace("deed_poll", "other    ")
    found = links(table(*OLD_AND_NEW), listed)["kent:1", "surrey:1"]
    plain = links(table(*OLD_AND_NEW), LIST)["kent:1", "surrey:1"]
    assert found["weight"] == plain["weight"]
    assert not [bar for bar in found["evidence"] if "gender" in bar["sentence"].lower()]


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    """A workspace to which only Durham and Kent have sent anything, taken in."""
    write_scenario("national", tmp_path, seed=5, people=300)
    for folder in (tmp_path / "inbox").iterdir():
        if folder.name not in ("durham", "kent"):
            shutil.rmtree(folder)
    chosen = settings.load(tmp_path)
    cycle.intake_forces(chosen)
    return chosen


def put(chosen: Settings, lines: list[list[str]], name: str = "deeds.csv", encoding: str = "utf-8") -> None:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    folder = chosen.workspace.root / "inbox" / "name_changes"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text.getvalue().encode(encoding))


HEADINGS = ["Old forenames", "Old surname", "New forenames", "New surname", "DOB", "Evidence"]


def test_the_cycle_takes_lists_in_accounts_for_every_row_and_leaves_the_records_alone(small: Settings) -> None:
    cycle.gather(small)
    before = cycle.table(small, "records")
    chosen = next(row for row in before.to_pylist() if row["birth_date"] and row["names"][0]["given"])
    given, surname = chosen["names"][0]["given"], chosen["names"][0]["surname"]
    born = chosen["birth_date"]["lo"].isoformat()
    put(
        small,
        [
            HEADINGS,
            [given, surname, "Newly", "Chosenname", born, "Enrolled deed poll, London Gazette"],
            ["No", "Body", "Newly", "Chosenname", "1901-01-01", "marriage"],
            ["", "", "Newly", "Chosenname", born, "Gender Recognition Certificate"],
            ["A", "B", "C", "D", "soon", ""],
            ["A", "B", "a", "b", born, ""],
        ],
    )
    cycle.gather(small)
    became = cycle.table(small, "name_changes").to_pylist()
    assert [row["outcome"] for row in became] == ["used", "unmatched", "rejected", "rejected", "rejected"]
    assert [row["rule"] for row in became[2:]] == ["names_given", "birth_date_given", "names_differ"]
    assert [row["source"] for row in became] == ["deed_poll", "marriage", "other", "other", "other"]
    (received,) = cycle.read_json(small.workspace.stage(small.cycle, "name_changes.json"))["lists"]
    assert (received["file"], received["rows_in"]) == ("deeds.csv", 5)
    assert (received["used"], received["unmatched"], received["rejected"]) == (1, 1, 3)
    landed = small.workspace.landed(small.cycle, "name_changes") / f"{received['sha256']}.csv"
    assert landed.is_file()
    assert cycle.table(small, "records").equals(before)
    added = cycle.table(small, "names_added").to_pylist()
    assert {(row["kind"], row["given"], row["surname"], row["source"]) for row in added} == {
        ("deed_poll", "Newly", "Chosenname", "deed_poll")
    }
    assert chosen["record_id"] in {row["record_id"] for row in added}
    with_them = {row["record_id"]: row["names"] for row in cycle.linkable(small).to_pylist()}
    assert with_them[chosen["record_id"]][:-1] == chosen["names"]
    assert with_them[chosen["record_id"]][-1]["surname"] == "Chosenname"
    cycle.link(small)
    logged = AuditLog(small.database_url).export().to_pylist()
    assert any(line["query"] == f"list {received['sha256']}" for line in logged)


def test_an_inbox_without_a_list_adds_nothing(small: Settings) -> None:
    cycle.gather(small)
    assert cycle.table(small, "name_changes").num_rows == 0
    assert cycle.linkable(small).equals(cycle.table(small, "records"))


@pytest.mark.parametrize(
    ("lines", "encoding", "says"),
    [
        ([["Old surname", "New surname"]], "utf-8", "lacks the columns old_given, new_given, birth_date"),
        ([[*HEADINGS, "dob"], ["a"] * 7], "utf-8", "has a column twice"),
        ([HEADINGS, ["a", "b", "c"]], "utf-8", "row 1, has more or fewer cells"),
        ([HEADINGS, ["é"] * 6], "latin-1", "is not UTF-8"),
        ([], "utf-8", "lacks the columns"),
    ],
)
def test_a_list_that_cannot_be_read_is_named_in_one_line(
    small: Settings, lines: list[list[str]], encoding: str, says: str
) -> None:
    put(small, lines, encoding=encoding)
    with pytest.raises(ExtractError, match=says) as raised:
        intake.read_lists(small)
    assert "deeds.csv" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert "é" not in str(raised.value)


def test_the_same_list_twice_counts_once(small: Settings) -> None:
    lines = [HEADINGS, ["Ann", "Cole", "Ann", "Price", "1971-03-04", "married"]]
    put(small, lines)
    put(small, lines, "again.csv")
    found, lists = intake.read_lists(small)
    assert found.num_rows == len(lists) == 1
    assert found["birth_date"][0].as_py()["lo"] == dt.date(1971, 3, 4)
