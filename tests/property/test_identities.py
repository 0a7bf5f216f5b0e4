"""What identities keep to from cycle to cycle, whatever the links, the decisions and what became of the records."""

import datetime as dt
from collections import defaultdict

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile import schema
from reconcile.linkage.identities import conflicts, resolve
from reconcile.linkage.lineage import REASONS, lineage

pytestmark = pytest.mark.slow

IDS = [f"kent:{number}" for number in range(7)]
PAIRS = [(left, right) for left in IDS for right in IDS if left < right]
AT = dt.datetime(2018, 3, 1, tzinfo=dt.UTC)
Links = dict[tuple[str, str], tuple[str, str | None, float]]
Answers = dict[tuple[str, str], str]

chances = st.sampled_from([0.02, 0.1, 0.4, 0.6, 0.8, 0.95, 0.9999])
some_links = st.dictionaries(
    st.sampled_from(PAIRS),
    st.one_of(
        st.tuples(st.just("verified"), st.none(), chances),
        st.tuples(st.sampled_from(["proposed", "possible"]), st.none(), chances),
        st.tuples(st.just("possible"), st.just("mis_keyed_identifier"), chances),
    ),
    max_size=12,
)
some_answers = st.dictionaries(st.sampled_from(PAIRS), st.sampled_from(["same", "different"]), max_size=4)
some_records = st.sets(st.sampled_from(IDS), min_size=1)
cycles = st.lists(st.tuples(some_records, some_links, some_answers), min_size=2, max_size=4)


def links(found: Links) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {"left": left, "right": right, "strength": strength, "guard": guard, "probability": chance}
            for (left, right), (strength, guard, chance) in found.items()
        ],
        schema.LINKS,
    )


def decisions(answers: Answers) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {"left": left, "right": right, "judgement": said, "decided_at": AT}
            for (left, right), said in answers.items()
        ],
        schema.DECISIONS,
    )


def members(identities: pa.Table) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in identities.to_pylist():
        found[row["national_id"]].add(row["record_id"])
    return found


class History:
    """Cycles one after another, as the releases would hold them."""

    def __init__(self) -> None:
        self.identities: pa.Table | None = None
        self.lineage: pa.Table | None = None
        self.cycles = 0

    def resolve(self, records: set[str], found: Links, answers: Answers) -> pa.Table:
        return resolve(sorted(records), links(found), decisions(answers), self.identities, self.lineage)

    def next(self, records: set[str], found: Links, answers: Answers) -> pa.Table:
        resolved, self.cycles = self.resolve(records, found, answers), self.cycles + 1
        cycle, tables = str(self.cycles), (links(found), decisions(answers))
        self.lineage = lineage(self.identities, resolved, *tables, cycle=cycle, before=self.lineage)
        self.identities = resolved
        return self.lineage.filter(pc.equal(self.lineage["cycle"], pa.scalar(cycle)))


@settings(max_examples=40, deadline=None)
@given(cycles)
def test_every_record_is_in_one_identity_and_no_identity_holds_two_decided_different(steps: list) -> None:
    history = History()
    for records, found, answers in steps:
        history.next(records, found, answers)
        held = history.identities.to_pylist()
        assert [row["record_id"] for row in sorted(held, key=lambda row: row["record_id"])] == sorted(records)
        of = {row["record_id"]: row["national_id"] for row in held}
        assert all(of[a] != of[b] for (a, b), said in answers.items() if said == "different" and {a, b} <= records)


@settings(max_examples=40, deadline=None)
@given(cycles)
def test_every_join_is_one_that_stands(steps: list) -> None:
    """Decided, verified, or held: and then the two were one before, and a link of even odds passes the guards."""
    history = History()
    for records, found, answers in steps:
        before = members(history.identities) if history.identities else {}
        history.next(records, found, answers)
        for row in history.identities.to_pylist():
            pair = tuple(sorted([row["record_id"], row["joined_to"] or ""]))
            if row["joined_by"] == "founding":
                assert row["joined_to"] is None
            elif row["joined_by"] == "decided":
                assert answers[pair] == "same"
            elif row["joined_by"] == "verified":
                assert found[pair][0] == "verified"
            else:
                assert any(set(pair) <= those for those in before.values())
                assert found[pair][1] is None


@settings(max_examples=40, deadline=None)
@given(cycles)
def test_the_same_inputs_change_nothing_the_second_time(steps: list) -> None:
    history = History()
    for step in steps:
        history.next(*step)
        expected = history.identities
        changes = history.next(*step)
        assert history.identities.equals(expected)
        assert changes.num_rows == 0


@settings(max_examples=40, deadline=None)
@given(cycles, st.randoms(use_true_random=False))
def test_order_changes_nothing(steps: list, random) -> None:
    history = History()

    def mixed(table: pa.Table) -> pa.Table:
        return table.take(pa.array(random.sample(range(len(table)), len(table)), pa.int64()))

    for records, found, answers in steps:
        tables = mixed(links(found)), mixed(decisions(answers))
        before = None if history.identities is None else mixed(history.identities)
        shuffled = resolve(random.sample(sorted(records), len(records)), *tables, before, history.lineage)
        assert shuffled.equals(history.resolve(records, found, answers))
        turned = lineage(before, shuffled, *tables, cycle=str(history.cycles + 1), before=history.lineage)
        history.next(records, found, answers)
        assert turned.equals(history.lineage)


@settings(max_examples=40, deadline=None)
@given(cycles)
def test_an_id_once_used_is_only_ever_given_to_records_that_held_it(steps: list) -> None:
    history, ever = History(), defaultdict(set)
    for step in steps:
        before = members(history.identities) if history.identities else {}
        history.next(*step)
        for name, records in members(history.identities).items():
            assert name not in ever or records & ever[name]
            if name in before:
                assert records & before[name]
            ever[name] |= records


@settings(max_examples=40, deadline=None)
@given(cycles)
def test_lineage_tells_of_every_change_once_and_of_nothing_else(steps: list) -> None:
    history = History()
    for step in steps:
        before = members(history.identities) if history.identities else {}
        told = {row["national_id"]: row for row in history.next(*step).to_pylist()}
        now = members(history.identities)
        assert {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)} == told.keys()
        for name, row in told.items():
            assert set(row["records"]) == (now.get(name) or before[name])
            assert set(row["reason"].split("; ")) <= set(REASONS)
            had, has = before.get(name, set()), now.get(name, set())
            went = {other for other, records in now.items() if records & had} - {name}
            came = {other for other, records in before.items() if records & has} - {name}
            assert row["others"] == sorted(went | came)
            expected = (
                {"kept"}
                if had and has
                else {"merged_into"}
                if went
                else {"retired"}
                if had
                else {"split_from"}
                if came
                else {"founded", "returned"}
            )
            assert row["event"] in expected


@settings(max_examples=40, deadline=None)
@given(some_records, some_links, st.lists(st.sampled_from([0.9, 0.93, 0.97, 0.999, 1.0]), min_size=12, max_size=12))
def test_ids_and_joins_do_not_move_when_only_weights_change(records: set, found: Links, retrained: list) -> None:
    """Where no guard speaks against, a verified link that is still likely joins as before, whatever its weight."""
    found = {pair: (strength, None, 0.95) for pair, (strength, _guard, _chance) in found.items()}
    history = History()
    history.next(records, found, {})
    expected = history.identities
    moved = {
        pair: (strength, None, chance) for (pair, (strength, *_)), chance in zip(found.items(), retrained, strict=False)
    }
    assert history.next(records, moved, {}).num_rows == 0
    assert history.identities.equals(expected)
    assert resolve(sorted(records), links(moved), decisions({})).equals(expected)


@settings(max_examples=40, deadline=None)
@given(some_records, some_links, some_answers, chances)
def test_whatever_the_weights_become_a_founder_keeps_its_id(
    records: set, found: Links, answers: Answers, chance: float
) -> None:
    history = History()
    history.next(records, found, answers)
    founders = {row["record_id"]: row["national_id"] for row in history.identities.to_pylist() if not row["joined_to"]}
    moved = {pair: (strength, guard, chance) for pair, (strength, guard, _) in found.items()}
    history.next(records, moved, answers)
    now = {row["record_id"]: row["national_id"] for row in history.identities.to_pylist()}
    merged = {row["national_id"] for row in history.lineage.to_pylist() if row["event"] == "merged_into"}
    assert all(now[record] == name or name in merged for record, name in founders.items())


@settings(max_examples=40, deadline=None)
@given(cycles)
def test_conflicts_are_pairs_that_joins_would_bring_together(steps: list) -> None:
    for records, found, answers in steps:
        told = conflicts(sorted(records), links(found), decisions(answers))
        assert all(answers[pair] == "different" for pair in told)
        free = {pair: said for pair, said in answers.items() if said == "same"}
        of = {
            row["record_id"]: row["national_id"]
            for row in resolve(sorted(records), links(found), decisions(free)).to_pylist()
        }
        assert all(of[a] == of[b] for a, b in told if (a, b) not in found)
