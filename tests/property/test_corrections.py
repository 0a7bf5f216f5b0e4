"""Properties of corrections over any sequence of decisions, new extracts, protections, notices and reports."""

import itertools
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.forces import forces
from reconcile.reports import ledger_lines, notices
from reconcile.reports.corrections import corrections, since_the_report
from reconcile.reports.holding import Holding
from reconcile.reports.item import Item
from reconcile.reports.told import CORRECTION, LINES, NOTICE, REPORT, Told
from reconcile.review import decisions
from tests import small_tables as small
from tests.told_before import FORCES, holds, item, ledger, taken_back, then

RECORDS = ("essex:1", "kent:1", "surrey:1", "sussex:1")
PAIRS = tuple(itertools.combinations(RECORDS, 2))
STATUSES = ("whereabouts_unknown", "in_custody", "located")
HIGH = frozenset({"essex:1"})
OF = {force.slug: force for force in forces()}

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("decide"), st.sampled_from(PAIRS), st.sampled_from(["same", "different", "cannot_tell"])),
        st.tuples(st.just("take back"), st.sampled_from(PAIRS), st.none()),
        st.tuples(st.just("says"), st.sampled_from(RECORDS), st.sampled_from([*STATUSES, None])),
        st.tuples(st.just("protect"), st.sampled_from(RECORDS), st.none()),
        st.tuples(st.just("notify"), st.none(), st.none()),
        st.tuples(st.just("report"), st.none(), st.none()),
    ),
    max_size=14,
)


@dataclass
class Country:
    """Four records of four forces; whoever is decided to be one person is told so to both of their forces."""

    status: dict[str, str] = field(default_factory=lambda: dict.fromkeys(RECORDS, "located") | {"essex:1": "wanted"})
    said: dict[tuple[str, str], str] = field(default_factory=dict)
    undone: set[tuple[str, str]] = field(default_factory=set)
    protected: set[str] = field(default_factory=set)
    told: pa.Table = field(default_factory=LINES.empty_table)
    reports: int = 0

    def act(self, what: str, of: Any, how: Any) -> None:
        if what == "decide":
            self.said[of] = how
        elif what == "take back" and self.said.pop(of, None):
            self.undone.add(of)
        elif what == "says":
            self.status.pop(of, None)
            if how:
                self.status[of] = how
        elif what == "protect":
            self.protected.add(of)
        elif what == "notify":
            self.notify()
        elif what == "report":
            self.report()

    @property
    def records(self) -> pa.Table:
        rows = "\n".join(f"| {record} | {status} |" for record, status in sorted(self.status.items()))
        return small.records(f"| record | status |\n{rows}")

    @property
    def holding(self) -> Holding:
        decided = "\n".join(f"| {left} | {right} | {how} | |" for (left, right), how in sorted(self.said.items()))
        log = [line for pair in sorted(self.undone) for line in taken_back(*pair).to_pylist()]
        for number, line in enumerate(log, start=1):
            line |= {"number": number, "undoes": line["undoes"] and number - 1}
        return holds(
            self.told,
            self.records,
            self.people(),
            decided=f"| left | right | judgement | hash |\n{decided}" if decided else "",
            log=pa.Table.from_pylist(log, decisions.LINES),
            restricted=sorted(self.protected),
        )

    def people(self) -> list[str]:
        group = {record: {record} for record in self.status}
        for left, right in self.together():
            if group[left] is not group[right]:
                joined = group[left] | group[right]
                group.update(dict.fromkeys(joined, joined))
        return sorted({" ".join(sorted(records)) for records in group.values()})

    def together(self) -> list[tuple[str, str]]:
        return sorted(pair for pair, how in self.said.items() if how == "same" and set(pair) <= self.status.keys())

    def items(self, force: str) -> list[Item]:
        found = []
        for pair in self.together():
            for own, other in (pair, pair[::-1]):
                if own.startswith(f"{force}:") and not self.protected & set(pair):
                    text = {"item": f"{own} {other}", "kind": "found_elsewhere", "own": own, "others": other}
                    told = item(text, risk="high" if HIGH & set(pair) else "low")
                    found.append(replace(told, digest=f"{self.status[own]} {self.status[other]}"))
        return found

    def waiting(self, *, signed: bool = True) -> list[notices.Notice]:
        rows, now = self.told.to_pylist(), self.holding
        found = [
            notices.notice(
                OF[force], self.items(force), 0, rows, holding=now, answers={}, cycle="2018-03", signed=signed
            )
            for force in FORCES
        ]
        return [each for each in found if each]

    def notify(self) -> list[notices.Notice]:
        found = self.waiting()
        by_id = {row["record_id"]: row for row in self.records.to_pylist()}
        self.tell([line for each in found for line in each.lines(by_id)])
        return found

    def report(self) -> dict[str, list[str]]:
        """What each force's report begins with."""
        self.reports += 1
        document, rows, now = f"report {self.reports}", self.told.to_pylist(), self.holding
        by_id = {row["record_id"]: row for row in self.records.to_pylist()}
        begins: dict[str, list[str]] = {}
        for force in FORCES:
            items = self.items(force)
            found = since_the_report(force, rows, items, now, {}, document=document)
            begins[force] = [each.item for each in found]
            self.tell([each.line(force, document, REPORT) for each in found])
            self.tell(ledger_lines.lines_of(items, by_id, force=force, document=document, document_kind=REPORT))
        return begins

    def tell(self, lines: list[Told]) -> None:
        self.told = then(self.told, ledger(*lines))


BEGINS: Any = [*(("decide", pair, "same") for pair in PAIRS[:2]), ("report", None, None)]


def lived(steps: list[Any]) -> Country:
    country = Country()
    for step in (*BEGINS, *steps):
        country.act(*step)
    return country


@settings(max_examples=80, deadline=None)
@given(STEPS)
def test_nobody_is_told_a_correction_of_what_they_were_not_told(steps: list[Any]) -> None:
    country = lived(steps)
    known = {(row["force"], row["item"]) for row in country.told.to_pylist() if row["kind"] != CORRECTION}
    for each in country.waiting():
        assert all((each.force.slug, correction.item) in known for correction in each.corrections)


@settings(max_examples=80, deadline=None)
@given(STEPS)
def test_said_again_a_notice_tells_nothing(steps: list[Any]) -> None:
    country = lived(steps)
    country.notify()
    assert country.waiting() == []


@settings(max_examples=80, deadline=None)
@given(STEPS)
def test_before_the_extracts_are_signed_off_only_what_people_did_is_corrected(steps: list[Any]) -> None:
    country = lived(steps)
    now, waits = country.waiting(), country.waiting(signed=False)
    of_people = {
        (each.force.slug, one.item) for each in now for one in each.corrections if one.reason in notices.OF_PEOPLE
    }
    assert {(each.force.slug, one.item) for each in waits for one in each.corrections} == of_people


@settings(max_examples=80, deadline=None)
@given(STEPS)
def test_no_correction_is_in_two_notices(steps: list[Any]) -> None:
    country = lived([*steps, ("notify", None, None)])
    lines = [row for row in country.told.to_pylist() if row["kind"] == CORRECTION and row["document_kind"] == NOTICE]
    told = Counter((row["force"], row["item"], row["digest"]) for row in lines)
    assert max(told.values(), default=1) == 1


@settings(max_examples=80, deadline=None)
@given(STEPS)
def test_what_does_not_hold_any_more_has_been_told_as_corrected_by_the_time_all_are_notified(steps: list[Any]) -> None:
    """Of all that a force was told and that people decided to be of two, its last word is the correction."""
    country = lived(steps)
    country.notify()
    last = {(row["force"], row["item"]): row for row in country.told.to_pylist()}
    for (_force, told), row in last.items():
        if country.said.get(tuple(sorted(told.split()))) == "different":  # type: ignore[call-overload]
            assert row["kind"] == CORRECTION


@settings(max_examples=60, deadline=None)
@given(STEPS, st.randoms(use_true_random=False))
def test_what_others_were_told_and_in_which_order_changes_nothing(steps: list[Any], chance: Any) -> None:
    country = lived(steps)
    rows, now = country.told.to_pylist(), country.holding
    for force in FORCES:
        own = [row for row in rows if row["force"] == force]
        others = [row for row in rows if row["force"] != force]
        chance.shuffle(others)
        mixed = list(others)
        for place, row in zip(sorted(chance.sample(range(len(rows)), len(own))), own, strict=True):
            mixed.insert(place, row)
        items = country.items(force)
        assert corrections(force, mixed, items, now, {}) == corrections(force, own, items, now, {})


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_a_report_begins_with_every_notices_corrections_since_the_last_and_the_next_with_none(steps: list[Any]) -> None:
    country = lived([*steps, ("report", None, None)])
    country.protected.clear()  # nobody's item is left out of what is compared below
    before = len(country.told)
    sent = country.notify()
    begins = country.report()
    noted = {each.force.slug: {one.item for one in each.corrections} for each in sent}
    assert before <= len(country.told)
    for force in FORCES:
        assert noted.get(force, set()) <= set(begins[force])
    assert all(not items for items in country.report().values())
