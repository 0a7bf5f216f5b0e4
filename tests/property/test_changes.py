"""Whatever forces say and people decide: the list before and its changes give the list now."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile import schema
from reconcile.national.claims import open_claims
from reconcile.national.previous import Previous
from tests.small_tables import records
from tests.two_releases import THEN, compared, identities, previous

pytestmark = pytest.mark.slow

RECORDS = tuple(f"{force}:{number}" for force in ("kent", "essex", "surrey") for number in (1, 2, 3))
STATUSES = st.sampled_from((None, None, "whereabouts_unknown", "wanted", "located", "transferred", "deceased"))
DATES = st.sampled_from(("", "2015", "2016-05-01", "2018-04-01"))
ENDED = st.sampled_from(("", "", "2016-05-01 2018-04-01 found", "2015 2018 corrected"))
STATES = st.sampled_from(("", "", "NIL", "NOT_RECEIVED", "REJECTED"))


@st.composite
def release(draw: st.DrawFn) -> tuple[str, tuple[str, ...], dict[str, str]]:
    """Records as a text table, their identities, and the forces that are not simply there."""
    states = {force: state for force in ("kent", "essex", "surrey") if (state := draw(STATES))}
    lines = ["| record | status | missing_since | ended |"]
    groups: dict[str, list[str]] = {}
    for record in RECORDS:
        if record.split(":")[0] not in states and (status := draw(STATUSES)):
            lines.append(f"| {record} | {status} | {draw(DATES)} | {draw(ENDED)} |")
            groups.setdefault(draw(st.sampled_from("ABCDE")), []).append(record)
    return "\n".join(lines), tuple(f"{name}: {' '.join(members)}" for name, members in sorted(groups.items())), states


RELEASES = st.tuples(release(), release(), st.sets(st.sampled_from(("kent", "essex"))))


def lists(before: Previous, text: str, groups: tuple[str, ...]) -> tuple[Counter[str], Counter[str]]:
    """Claims by national id, then and now."""
    now = open_claims(records(text), identities(*groups))
    return Counter(before.claims["national_id"].to_pylist()), Counter(now["national_id"].to_pylist())


@settings(max_examples=400, deadline=None)
@given(RELEASES)
def test_the_list_before_and_its_changes_give_the_list_now(drawn) -> None:
    (was, groups_then, states_then), (text, groups, states), corrected = drawn
    before = previous(was, groups_then, **states_then)
    table = compared(before, text, groups, corrected=sorted(corrected - states.keys()), **states)
    then, now = lists(before, text, groups)
    rows = table.to_pylist()
    assert len(then) + sum(row["people"] for row in rows) == len(now)
    assert then.total() + sum(row["claims"] for row in rows) == now.total()
    assert len({(row["national_id"], row["kind"]) for row in rows}) == len(rows)
    assert all(row["reason"] and row["kind"] in schema.CHANGE_KINDS for row in rows)
    assert {row["national_id"] for row in rows} <= then.keys() | now.keys()


@settings(max_examples=400, deadline=None)
@given(RELEASES)
def test_every_line_and_claim_that_came_or_went_is_told_of_once(drawn) -> None:
    (was, groups_then, states_then), (text, groups, states), _corrected = drawn
    before = previous(was, groups_then, **states_then)
    rows = compared(before, text, groups, **states).to_pylist()
    then, now = lists(before, text, groups)
    for national_id in then.keys() - now.keys():
        counted = [row["people"] for row in rows if row["people"] < 0 and row["national_id"] == national_id]
        assert counted in ([-1], []), national_id
    for national_id in now.keys() - then.keys():
        counted = [row["people"] for row in rows if row["people"] > 0 and row["national_id"] == national_id]
        assert counted in ([1], []), national_id
    claims_then, claims_now = (set(each["record_id"].to_pylist()) for each in (before.claims, _claims(text, groups)))
    named = Counter(record for row in rows if row["claims"] or row["kind"] == "moved" for record in row["records"])
    assert claims_then ^ claims_now <= {record for row in rows for record in row["records"]}
    assert all(named[record] <= 1 for record in claims_then ^ claims_now)


@settings(max_examples=200, deadline=None)
@given(release())
def test_a_release_has_not_changed_beside_itself(drawn) -> None:
    text, groups, states = drawn
    before = previous(text.replace("2018-04-01 found", " "), groups, **states)
    claims = set(before.claims["record_id"].to_pylist())
    rows = compared(before, text, groups, **states).to_pylist()
    assert not [row for row in rows if claims & set(row["records"])]


@settings(max_examples=200, deadline=None)
@given(RELEASES)
def test_nobody_is_found_by_a_force_that_does_not_answer(drawn) -> None:
    (was, groups_then, states_then), (text, groups, states), _corrected = drawn
    rows = compared(previous(was, groups_then, **states_then), text, groups, **states).to_pylist()
    silent = {force for force, state in states.items() if state != "NIL"}
    for row in rows:
        if row["kind"] in ("found", "withdrawn"):
            assert not silent & {record.split(":")[0] for record in row["records"]}


def _claims(text: str, groups: tuple[str, ...]):
    return open_claims(records(text, THEN), identities(*groups))
