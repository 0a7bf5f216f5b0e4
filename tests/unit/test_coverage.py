"""Every state of a receipt in figures and on the page: what waits or is refused is no zero, what is old is dated."""

from dataclasses import replace
from typing import Any

import pytest

from reconcile.forces import forces
from reconcile.national import coverage, page, statistics
from tests import small_country

OLD = (
    ("nothing_new", 0, "Nothing new came: the extract of 26 February 2018, accepted in cycle 2018-02, is used again."),
)
BAND = (("band.records", 9, "The extract holds 9 acceptable records."),)
CHANGED: dict[str, dict[str, Any]] = {
    "essex": {"state": "STALE", "why": OLD, "taken_from": "2018-02"},
    "kent": {"state": "LATE", "supersedes": ("ab" * 32,)},
    "sussex": {"state": "HELD", "rows_in": 9, "accepted": 8, "quarantined": 1, "why": BAND},
    "wiltshire": {"state": "REFUSED", "why": (("refused", 0, "counsel advises against it"),)},
}
RECEIPTS = tuple(replace(each, **CHANGED.get(each.force, {})) for each in small_country.RECEIPTS)
FORCES = tuple(force for force in forces() if force.slug in {each.force for each in RECEIPTS})


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    return statistics.statistics(**small_country.tables(), receipts=RECEIPTS, forces=FORCES)


def test_each_state_is_named_and_only_what_counts_has_figures(figures: dict[str, Any]) -> None:
    names = small_country.NAMES
    assert figures["forces_stale"] == {names["essex"]: "2018-02-26"}
    assert (figures["forces_late"], figures["forces_corrected"]) == ([names["kent"]], [names["kent"]])
    assert (figures["forces_held"], figures["forces_refused"]) == ([names["sussex"]], [names["wiltshire"]])
    assert figures["forces_silent"] == [names["sussex"], names["wiltshire"]]
    assert set(figures["by_force"]) == {names["essex"], names["kent"], names["surrey"]}
    assert figures["forces_answered"] == 3


def test_rows_that_wait_are_rows_held_and_the_rows_add_up(figures: dict[str, Any]) -> None:
    assert figures["rows"] == {"in": 17, "accepted": 8, "quarantined": 0, "rejected": 0, "held": 9}


def test_the_coverage_of_each_force_says_why() -> None:
    entries = {entry["force"]: entry for entry in coverage.by_force(RECEIPTS, FORCES)}
    assert (entries["sussex"]["answered"], entries["wiltshire"]["answered"]) == (False, False)
    assert (entries["kent"]["corrected"], entries["essex"]["used_again"]) == (1, True)
    flat = {row["force"]: row for row in coverage.as_table(list(entries.values())).to_pylist()}
    assert flat["wiltshire"]["why"] == ["counsel advises against it"]
    assert flat["essex"]["why"] == [OLD[0][2]]


def test_the_page_says_it_all(figures: dict[str, Any]) -> None:
    listed = small_country.tables()
    text = page.render(
        {**figures, "cycle": "2018-03", "synthetic": True},
        _missing_list(listed),
        RECEIPTS,
        FORCES,
        marking="OFFICIAL",
        synthetic=True,
        model_name="m",
    )
    assert "Essex Police as of 26 February 2018" in text
    assert OLD[0][2] in text
    assert "waits, not known" in text
    assert "counsel advises against it" in text
    assert "Late, and counted: Kent Police" in text
    assert "Counted by a corrected extract: Kent Police" in text
    assert "* by an old extract" in text


def _missing_list(tables: dict[str, Any]) -> Any:
    from reconcile.national import missing_list

    return missing_list.compile_list(
        *(tables[name] for name in ("records", "identities", "links", "decisions", "facts"))
    )
