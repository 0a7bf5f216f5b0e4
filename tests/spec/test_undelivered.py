"""What becomes of notices that wait: lines of the ledger in, what counts as told and what is taken back out.

A report told Essex of a record of Surrey. Then notices were made that no outbox has yet.
"""

from collections.abc import Set
from typing import Any

import pytest

from reconcile.reports.corrections import corrections
from reconcile.reports.told import NOTICE, Told
from reconcile.reports.undelivered import Anew, Waiting, anew
from reconcile.review.restricted import NOBODY, Restricted
from tests import small_tables as small
from tests.told_before import holds, ledger, noticed, reported, then

RECORDS = """
| record   | status              |
| essex:1  | whereabouts_unknown |
| essex:2  | whereabouts_unknown |
| surrey:1 | in_custody          |
| kent:2   | located             |
"""
FIRST = """
| force | item | kind            | own     | others   |
| essex | E-1  | found_elsewhere | essex:1 | surrey:1 |
"""
SECOND = """
| force | item | kind            | own     | others |
| essex | E-2  | found_elsewhere | essex:2 | kent:2 |
"""
BOTH = FIRST + SECOND.strip().splitlines()[1] + "\n"
REPORT, EARLY, LATE = "2018-03-aaaa", "2018-03-notice-bbbb", "2018-03-notice-cccc"
NOTHING: frozenset[str] = frozenset()
SURREY = Restricted(frozenset(), frozenset({"surrey:1"}))


def told(items: str, document: str, kind: str = NOTICE) -> list[Told]:
    return reported(items, small.records(RECORDS), document, kind)


def waits(lines: Any, name: str, *, never_went: bool = True) -> Waiting:
    own = [row for row in lines.to_pylist() if row["document"] == name]
    records = sorted({one for row in own for one in (*row["own"], *row["others"])})
    return Waiting(name, own, tuple(records), never_went)


def made_anew(lines: Any, *every: Waiting, tells: Set[str] = NOTHING, held: Restricted = NOBODY) -> Anew | None:
    return anew("essex", lines.to_pylist(), every, tells, held)


def as_told(found: Anew) -> list[tuple[str, str]]:
    return [(row["document"], row["item"]) for row in found.lines]


@pytest.mark.parametrize("never_went", [True, False])
def test_what_waits_and_still_holds_goes_as_it_is(never_went: bool) -> None:
    lines = then(ledger(*told(FIRST, EARLY)), ledger(*told(SECOND, LATE)))
    every = [waits(lines, name, never_went=never_went) for name in (EARLY, LATE)]
    assert made_anew(lines, *every) is None
    assert made_anew(lines, *every, tells={"E-3"}) is None, "other news is told beside it"


def test_what_is_overtaken_is_taken_back_and_all_that_waits_is_told_anew_by_what_was_told_before() -> None:
    lines = then(ledger(*told(FIRST, REPORT, "report")), ledger(*told(BOTH, EARLY)), ledger(*told(SECOND, LATE)))
    found = made_anew(lines, waits(lines, EARLY), waits(lines, LATE), tells={"E-1"})
    assert found is not None
    assert found.taken_back == (EARLY, LATE)
    assert as_told(found) == [(REPORT, "E-1")]


def test_a_notice_of_which_a_later_document_tells_a_part_is_made_anew_and_one_it_tells_whole_is_not() -> None:
    lines = then(ledger(*told(BOTH, EARLY)), ledger(*told(FIRST, REPORT, "report")))
    found = made_anew(lines, waits(lines, EARLY))
    assert found is not None
    assert (as_told(found), found.taken_back) == ([(REPORT, "E-1")], (EARLY,))
    lines = then(lines, ledger(*told(SECOND, LATE)))
    assert made_anew(lines, waits(lines, EARLY)) is None


def test_of_what_may_have_arrived_the_rest_alone_is_told_anew_and_nothing_is_taken_back() -> None:
    """What is overtaken may be known to the force: it is corrected."""
    lines = ledger(*told(BOTH, EARLY))
    found = made_anew(lines, waits(lines, EARLY, never_went=False), tells={"E-1"})
    assert found is not None
    assert (as_told(found), found.taken_back) == ([(EARLY, "E-1")], ())


def test_that_a_record_says_otherwise_and_its_person_is_restricted_before_it_went_leaves_the_report_to_correct() -> (
    None
):
    """The notice would be refused for good, and the force would never hear that the lead is withdrawn."""
    first = ledger(*told(FIRST, REPORT, "report"))
    people = ("essex:1 surrey:1",)
    decided = "| left | right | judgement |\n| essex:1 | surrey:1 | same |"
    abroad = small.records(RECORDS.replace("in_custody ", "abroad_known"))
    linked = {"decided": decided, "links": "| left | right | strength |\n| essex:1 | surrey:1 | proposed |"}
    now = holds(first, abroad, people, **linked)
    (otherwise,) = corrections("essex", first.to_pylist(), [], now, {})
    assert otherwise.reason == "says_otherwise"
    lines = then(first, ledger(*noticed({"essex": [otherwise]}, EARLY)))
    guarded = holds(lines, abroad, people, **linked, restricted=["surrey:1"])
    assert corrections("essex", lines.to_pylist(), [], guarded, {}) == (), "as if it had been told"
    for never_went, taken_back in ((True, (EARLY,)), (False, ())):
        found = made_anew(lines, waits(lines, EARLY, never_went=never_went), held=SURREY)
        assert found is not None
        assert (found.taken_back, found.corrected) == (taken_back, {"E-1"})
        (withdrawn,) = corrections("essex", found.lines, [], guarded, {})
        assert (withdrawn.reason, withdrawn.document) == ("withdrawn", REPORT)


def test_a_notice_that_tells_of_the_forces_own_records_alone_is_refused_for_nobody() -> None:
    own = Waiting(EARLY, (), ("essex:1",), never_went=True)
    assert not own.refused("essex", Restricted(frozenset(), frozenset({"essex:1"})))
    assert waits(ledger(*told(FIRST, EARLY)), EARLY).refused("essex", SURREY)
