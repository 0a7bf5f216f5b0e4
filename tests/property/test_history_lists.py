"""Whatever stands in the columns of lists, no row is lost, nothing crashes, and no entry is moved beside another's."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconcile.forces.lists import LIST_COLUMNS, LISTS, PLACE
from reconcile.intake.standardise import standardise
from reconcile.intake.validate import Extract, validate
from tests.unit.dialect import canonical
from tests.unit.test_intake_histories import HISTORIAN, SCALARS

pytestmark = pytest.mark.slow

AS_OF = dt.date(2018, 3, 1)
WORDS = [
    "",
    " ",
    "refused",
    "N/K",
    "05/03/2011",
    "31/02/2011",
    "2012",
    "custody",
    "HMP",
    "moved",
    "traced",
    "é",
    "|",
    ";",
]
ELEMENT = st.one_of(st.sampled_from(WORDS), st.text(max_size=5))
CELL = st.lists(ELEMENT, max_size=4).map("|".join)
ROW = st.fixed_dictionaries({}, optional=dict.fromkeys([*LIST_COLUMNS, *SCALARS], CELL))
ROWS = st.lists(ROW, min_size=1, max_size=5)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
PLACES = {member.column for listed in LISTS.values() for member in listed.members if member.holds == PLACE}


def rows_of(people: list[dict[str, str]]) -> Any:
    blank = dict.fromkeys(LIST_COLUMNS, "")
    named = ({"Ref": f"K{place}", "Surname": f"Hale{place}"} | blank | cells for place, cells in enumerate(people))
    return canonical(*named, dialect=HISTORIAN)


def texts_in(record: dict[str, Any]) -> set[str]:
    """Every text of a record, folded as coded words are."""
    found: set[str] = set()

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            for each in value:
                collect(each)
        elif isinstance(value, str):
            found.add(value.casefold())

    collect(record)
    return found


@QUICK
@given(ROWS)
def test_what_was_sent_in_a_list_is_in_the_record_but_for_addresses_of_stays(people: list[dict[str, str]]) -> None:
    rows = rows_of(people)
    records = standardise(rows, HISTORIAN, AS_OF, "ab" * 32)[0].to_pylist()
    assert len(records) == len(people)
    sent = {row["local_id"]: row for row in rows.to_pylist()}
    for record in records:
        kept = texts_in(record)
        for column in {*LIST_COLUMNS, *SCALARS} - PLACES:
            cell = sent[record["local_id"]][column] or ""
            elements = cell.split("|") if column in LIST_COLUMNS else [cell]
            said = {each.strip().casefold() for each in elements} - {""}
            assert said <= kept or cell.casefold() in kept, (column, cell)


@QUICK
@given(ROWS)
def test_the_entries_of_a_row_are_its_positions_and_depend_on_it_alone(people: list[dict[str, str]]) -> None:
    together = {
        record["local_id"]: record
        for record in standardise(rows_of(people), HISTORIAN, AS_OF, "ab" * 32)[0].to_pylist()
    }
    for row, cells in enumerate(people):
        alone = standardise(rows_of([cells]), HISTORIAN, AS_OF, "ab" * 32)[0].to_pylist()[0]
        for name, listed in LISTS.items():
            found = together[f"K{row}"][name]
            assert found == alone[name]
            most = max((len(cells.get(column, "").split("|")) for column in listed.columns), default=0)
            assert len(found) <= most


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(ROWS)
def test_nothing_in_a_list_holds_a_row_back_but_a_control_character(people: list[dict[str, str]]) -> None:
    rows = rows_of(people)
    (found,) = validate([Extract(rows, HISTORIAN, AS_OF, "ab" * 32, len(people))])
    assert set(found.quarantine["rule"].to_pylist()) <= {"no_control_characters"}
    assert found.accepted.num_rows + found.quarantined == len(people)
