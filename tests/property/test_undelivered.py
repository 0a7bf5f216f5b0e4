"""Properties of notices that wait, over any sequence of decisions, extracts, protections, notices and deliveries."""

import itertools
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from reconcile import notifying
from reconcile.reports import notices
from reconcile.reports.told import CORRECTION, Told, ToldLog
from reconcile.reports.undelivered import Waiting
from reconcile.review.restricted import Restricted
from reconcile.settings import Settings
from reconcile.workspace import Workspace
from tests.property.test_corrections import OF, STATUSES, Country
from tests.told_before import FORCES, MORNING

LED = (("essex:1", "surrey:1"), ("essex:1", "sussex:1"))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("decide"), st.sampled_from(LED), st.sampled_from(["same", "same", "different"])),
        st.tuples(st.just("says"), st.sampled_from(["surrey:1", "sussex:1"]), st.sampled_from(STATUSES)),
        st.tuples(st.just("protect"), st.sampled_from(["surrey:1", "sussex:1"]), st.none()),
        st.tuples(st.sampled_from(["notify", "notify", "deliver", "report"]), st.none(), st.none()),
    ),
    max_size=12,
)
"""Of two leads of high risk, so that one notice can tell both and a later word overtake one."""

WORKSPACE = Settings(Workspace(Path("w")), "2018-03", "policy", "dpia", synthetic=True)
SENT: Any = [("notify", None, None), ("deliver", None, None)]
THERE_AND_BACK: Any = [
    ("decide", LED[0], "same"),
    ("report", None, None),
    *(
        step
        for status in ("in_custody", "whereabouts_unknown", "in_custody")
        for step in (("says", "surrey:1", status), SENT[0])
    ),
]
"""What a notice that waits says holds no more, and then holds again: it is told again under its own name."""


@dataclass
class Posted(Country):
    """The same country, in which a notice waits until it is delivered; a report is delivered at once."""

    posted: dict[str, list[tuple[str, tuple[str, ...]]]] = field(default_factory=dict)
    went: list[tuple[str, str]] = field(default_factory=list)
    made: dict[tuple[str, str], notices.Notice] = field(default_factory=dict)
    folder: Any = field(default_factory=tempfile.TemporaryDirectory)

    def __post_init__(self) -> None:
        moments = itertools.count(int(MORNING.timestamp() * 1000))
        self.log = ToldLog(f"sqlite:///{Path(self.folder.name)}/told.sqlite", lambda: next(moments))

    def act(self, what: str, of: Any, how: Any) -> None:
        if what == "deliver":
            self.deliver()
        elif what == "report":
            for force, every in self.posted.items():
                self.take_back(force, [name for name, _records in every])
            self.posted = {}
            self.report()
            self.went += [(force, f"report {self.reports}") for force in FORCES]
        else:
            super().act(what, of, how)

    def rows(self, force: str, document: str = "") -> list[Any]:
        rows = self.told.to_pylist()
        return [row for row in rows if row["force"] == force and document in ("", row["document"])]

    def take_back(self, force: str, names: Any) -> None:
        for name in names:
            self.log.take_back(force, name)
        self.told = self.log.lines()

    def tell(self, lines: list[Told]) -> None:
        self.log.record(lines)
        self.told = self.log.lines()

    def notify(self) -> list[notices.Notice]:
        now, by_id, made = self.holding, {row["record_id"]: row for row in self.records.to_pylist()}, []
        for force in FORCES:
            waits = [Waiting(n, self.rows(force, n), records, True) for n, records in self.posted.get(force, [])]
            tell = partial(
                notices.notice, OF[force], self.items(force), 0, holding=now, answers={}, cycle="2018-03", signed=True
            )
            own = self.rows(force)
            found, back = notifying._with_waiting(force, tell, own, own, waits, now)
            self.take_back(force, back)
            self.posted[force] = [each for each in self.posted.get(force, []) if each[0] not in back]
            if found:
                made.append(found)
                self.made[force, found.name] = found
                self.posted[force].append((found.name, found.records))
                self.tell(found.lines(by_id))
        return made

    def deliver(self) -> None:
        held = Restricted(frozenset(), frozenset(self.protected))
        for force, every in self.posted.items():
            last = {row["item"]: row["document"] for row in self.rows(force)}
            for name, records in list(every):
                one = Waiting(name, self.rows(force, name), records, True)
                if all(last[item] == name for item in one.items) and not one.refused(force, held):
                    every.remove((name, records))
                    self.went.append((force, name))


def lived(steps: list[Any]) -> Posted:
    country = Posted()
    for step in steps:
        country.act(*step)
    return country


@settings(max_examples=150, deadline=None)
@given(STEPS)
@example([("decide", LED[0], "same"), *SENT[:1], ("decide", LED[0], "different"), *SENT])
def test_no_correction_goes_of_what_never_went(steps: list[Any]) -> None:
    country = lived(steps)
    for force in FORCES:
        told: set[str] = set()
        for row in country.rows(force):
            if (force, row["document"]) in country.went:
                assert row["kind"] != CORRECTION or row["item"] in told
                told.add(row["item"])


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_once_all_are_notified_every_notice_that_waits_goes_and_nothing_is_told_twice(steps: list[Any]) -> None:
    country = lived(steps)
    country.notify()
    assert country.notify() == []
    country.deliver()
    assert not [each for every in country.posted.values() for each in every]
    assert country.notify() == []


@settings(max_examples=150, deadline=None)
@given(STEPS)
@example([("decide", LED[0], "same"), *SENT, ("decide", LED[1], "same"), *SENT[:1], ("decide", LED[0], "different")])
def test_whatever_went_and_was_decided_to_be_of_two_people_has_been_corrected(steps: list[Any]) -> None:
    country = lived(steps)
    country.notify()
    country.deliver()
    for force in FORCES:
        last = {row["item"]: row for row in country.rows(force) if (force, row["document"]) in country.went}
        for item, row in last.items():
            if country.said.get(tuple(sorted(item.split()))) == "different":  # type: ignore[call-overload]
                assert row["kind"] == CORRECTION


@settings(max_examples=100, deadline=None)
@given(STEPS)
@example(THERE_AND_BACK)
@example([*THERE_AND_BACK, *SENT])
def test_the_ledger_has_of_every_notice_that_waits_or_went_what_its_json_says(steps: list[Any]) -> None:
    country = lived(steps)
    waits = {(force, name) for force, every in country.posted.items() for name, _records in every}
    for (force, name), notice in country.made.items():
        if (force, name) in {*waits, *country.went}:
            said = notices.document(notice, WORKSPACE, at=MORNING)
            rows = country.rows(force, name)
            assert Counter((row["item"], row["reason"]) for row in rows if row["kind"] == CORRECTION) == Counter(
                (each["item"], each["reason"]) for each in said["corrections"]
            )
            assert {row["item"] for row in rows if row["kind"] != CORRECTION} == {each["id"] for each in said["items"]}


@settings(max_examples=60, deadline=None)
@given(STEPS)
@example(THERE_AND_BACK)
def test_a_report_begins_with_every_correction_that_a_notice_delivered_since_the_last_tells(steps: list[Any]) -> None:
    country = lived(steps)
    country.protected.clear()  # nobody's item is left out of what is compared below
    country.notify()
    country.deliver()
    last = max((place for place, (_, name) in enumerate(country.went) if name.startswith("report ")), default=-1)
    delivered = country.went[last + 1 :]
    begins = country.report()
    for force, name in delivered:
        assert {each.item for each in country.made[force, name].corrections} <= set(begins[force])
