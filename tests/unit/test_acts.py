"""What people do at the queue: who sees and is given what, what becomes of an answer, and taking it back."""

import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from reconcile import cycle, database, publication, schema
from reconcile.audit import AuditLog
from reconcile.errors import DecisionError
from reconcile.review import acts, persons
from reconcile.review.access import Visitor
from reconcile.review.acts import Filters, Judged
from reconcile.review.decisions import Decision, DecisionLog
from reconcile.review.judgements import JudgementLog
from reconcile.review.office import office
from reconcile.review.protections import ProtectionLog
from reconcile.review.queue_items import numbers
from reconcile.settings import Settings
from reconcile.workspace import write_table
from tests import small_queue as small
from tests import small_tables, two_cycles
from tests.small_queue import ANN, BOB, CAS, CHILD, HIGH, KEEPER, LINES, LOCATES, PLAIN, TWINS

pytestmark = pytest.mark.slow

REASON = {"same": "identifier", "different": "birth_date", "cannot_tell": "too_little"}


@pytest.fixture(autouse=True)
def nothing_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(numbers()["audit"], "frames", {})


@pytest.fixture
def made(tmp_path: Path) -> Settings:
    return small.workspace(tmp_path)


def judge(made: Settings, visitor: Visitor, item: str, judgement: str, **more: Any) -> Judged:
    shown = acts.item_of(made, visitor, item)
    given = {"evidence_hash": shown["evidence_hash"] if shown else "h", "reason_code": REASON[judgement], **more}
    return acts.judge(made, visitor, item, judgement, **given)


def items(page: acts.Page) -> list[str]:
    return [row["item"] for row in page.rows]


def decided(made: Settings) -> list[tuple[str, str, str, str]]:
    rows = DecisionLog(made.database_url).state().to_pylist()
    return [(row["left"], row["right"], row["judgement"], row["reviewer"]) for row in rows]


def test_the_open_items_come_in_the_queues_order_and_children_only_as_a_count(made: Settings) -> None:
    page = acts.open_items(made, ANN)
    assert items(page) == [LOCATES, LINES, HIGH, TWINS, PLAIN]
    assert (page.total, page.open, page.restricted) == (5, 5, 1)
    assert {(row["state"], row["mine"], row["taken"]) for row in page.rows} == {("open", False, False)}
    assert acts.item_of(made, ANN, CHILD) is None
    everything = acts.open_items(made, KEEPER)
    assert (CHILD in items(everything), everything.restricted) == (True, 0)


def test_who_is_protected_leaves_the_queue_at_once_and_needs_two(made: Settings) -> None:
    """Before the list is compiled again; whoever has the item before them cannot answer it any more."""
    assert acts.reserve(made, ANN, PLAIN).given
    row = acts.item_of(made, ANN, PLAIN)
    assert row is not None
    of_it = pa.Table.from_pylist([{"national_id": row["national_ids"][0], "record_id": "essex:4"}], schema.IDENTITIES)
    write_table(made.workspace.stage(made.cycle, "identities.parquet"), of_it)
    log = ProtectionLog(made.database_url)
    log.protect("essex:4", "keeper", "witness")
    page = acts.open_items(made, ANN)
    assert (PLAIN in items(page), page.open, page.restricted) == (False, 4, 2)
    assert acts.item_of(made, ANN, PLAIN) is None
    assert judge(made, ANN, PLAIN, "same").became == "gone"
    row = acts.item_of(made, KEEPER, PLAIN)
    assert row is not None
    assert (row["restricted"], row["rule"], row["judges"]) == (True, "restricted", 2)
    log.lift("essex:4", "keeper", "over")
    assert PLAIN in items(acts.open_items(made, ANN))


def test_a_page_is_a_part_of_what_passes_the_filters(made: Settings) -> None:
    page = acts.open_items(made, ANN, number=2, size=2)
    assert (items(page), page.total) == ([HIGH, TWINS], 5)
    filtered = acts.open_items(made, ANN, Filters(strength="possible", force="essex"))
    assert (items(filtered), filtered.total, filtered.open) == ([PLAIN], 1, 5)
    assert items(acts.open_items(made, ANN, Filters(touches="lines"))) == [LINES]
    assert items(acts.open_items(made, ANN, Filters(risk_level="high"))) == [HIGH]
    assert not acts.open_items(made, ANN, Filters(state="second")).rows
    assert not acts.open_items(made, ANN, Filters(kind="nonsense")).rows


@pytest.mark.parametrize(
    ("visitor", "seen"),
    [
        (Visitor("engineer", frozenset({"engineer"})), 0),
        (Visitor("officer", frozenset({"force"}), "essex"), 4),
        (Visitor("officer", frozenset({"force"})), 0),
        (Visitor("nobody", frozenset()), 0),
    ],
)
def test_who_does_not_judge_sees_their_own_items_at_most_and_cannot_answer(
    made: Settings, visitor: Visitor, seen: int
) -> None:
    assert acts.open_items(made, visitor).total == seen
    assert acts.next_item(made, visitor) is None
    assert not acts.reserve(made, visitor, PLAIN).given
    with pytest.raises(DecisionError, match="does not judge"):
        judge(made, visitor, PLAIN, "same")


def test_one_persons_answer_decides_where_one_is_needed(made: Settings) -> None:
    found = judge(made, ANN, PLAIN, "different", note="other mothers", seconds=3.5, blind=False, waterfall_seen=True)
    assert (found.became, found.standing.by, found.recorded) == ("decided", ("ann",), True)
    assert decided(made) == [("essex:4", "kent:4", "different", "ann")]
    (line,) = JudgementLog(made.database_url).lines().to_pylist()
    assert (line["decisions_from"], line["decisions_to"], line["seconds"]) == (1, 1, 3.5)
    assert (line["blind"], line["waterfall_seen"], line["note"]) == (False, True, "other mothers")
    (stands,) = DecisionLog(made.database_url).lines().to_pylist()
    assert (stands["evidence_hash"], stands["note"]) == ("d", "other mothers")
    assert stands["reason"] == "The birth dates are of two people"
    assert PLAIN not in items(acts.open_items(made, BOB))
    assert acts.pending(made) == 1


def test_two_people_who_agree_decide_and_neither_sees_the_others_answer(made: Settings) -> None:
    assert judge(made, ANN, LINES, "same").became == "second"
    assert not decided(made)
    assert acts.pending(made) == 0
    shown = acts.item_of(made, BOB, LINES)
    assert shown is not None
    assert (shown["state"], shown["mine"]) == ("second", False)
    assert "same" not in map(str, shown.values())
    assert "ann" not in map(str, shown.values())
    found = judge(made, BOB, LINES, "same")
    assert (found.became, found.standing.by) == ("decided", ("ann", "bob"))
    assert decided(made) == [("essex:2", "kent:2", "same", "ann and bob")]


def test_a_disagreement_goes_to_a_third(made: Settings) -> None:
    judge(made, ANN, LINES, "same")
    assert judge(made, BOB, LINES, "different").became == "third"
    assert items(acts.open_items(made, CAS, Filters(state="third"))) == [LINES]
    assert not acts.open_items(made, ANN, Filters(state="third")).rows
    assert items(acts.open_items(made, ANN, Filters(state="third", mine=True))) == [LINES]
    assert judge(made, CAS, LINES, "different").standing.by == ("bob", "cas")
    assert decided(made) == [("essex:2", "kent:2", "different", "bob and cas")]


def test_three_ways_leave_it_open_in_the_bounds_and_waiting_no_more(made: Settings) -> None:
    for visitor, judgement in ((ANN, "same"), (BOB, "different"), (CAS, "cannot_tell")):
        judge(made, visitor, LINES, judgement)
    assert decided(made) == [("essex:2", "kent:2", "cannot_tell", "ann, bob and cas")]


def test_nobody_seconds_themselves(made: Settings) -> None:
    judge(made, ANN, LINES, "same")
    again = judge(made, ANN, LINES, "same")
    assert (again.became, again.recorded) == ("yours", False)
    assert len(JudgementLog(made.database_url).lines()) == 1
    assert acts.next_item(made, ANN, Filters(touches="lines")) is None


def bind(made: Settings, account: str, airflow: str) -> None:
    with office(made).writing() as connection:
        persons.record_in(connection, account, airflow, "operator", database.milliseconds())


def test_a_human_with_a_local_account_and_a_user_of_airflow_is_one_person(made: Settings) -> None:
    """They once were the first and the second of the same item."""
    airflow = Visitor("a.nn", frozenset({"reviewer"}))
    bind(made, "ANN", "a.nn")
    assert acts.reserve(made, ANN, LINES).given
    assert acts.reserve(made, airflow, LINES).given, "it is before them already"
    assert judge(made, ANN, LINES, "same").became == "second"
    row = acts.item_of(made, airflow, LINES)
    assert row is not None
    assert (row["mine"], row["own"]) == (True, "same")
    found = judge(made, airflow, LINES, "same")
    assert (found.became, found.recorded) == ("yours", False)
    assert acts.next_item(made, airflow, skip=[LOCATES]) != LINES
    assert judge(made, BOB, LINES, "same").standing.by == ("ann", "bob")


def test_who_is_bound_counts_once_in_what_was_answered_before(made: Settings) -> None:
    """And what the evidence weighs, shown to one of their names, is known to the other."""
    airflow = Visitor("a.nn", frozenset({"reviewer"}))
    judge(made, ANN, LINES, "same")
    acts.show_weighing(made, ANN, LINES)
    assert judge(made, airflow, LINES, "different").became == "third"
    bind(made, "ann", "a.nn")
    row = acts.item_of(made, CAS, LINES)
    assert row is not None
    assert row["state"] == "second"
    assert judge(made, CAS, LINES, "same").standing.by == ("ann", "cas")
    assert acts.saw_weighing(made, airflow, LINES)
    bind(made, "ann", "")
    assert not acts.saw_weighing(made, airflow, LINES)


def test_what_others_decided_meanwhile_is_not_judged_again(made: Settings) -> None:
    judge(made, ANN, PLAIN, "same")
    found = judge(made, BOB, PLAIN, "different")
    assert (found.became, found.recorded, found.standing.judgement) == ("taken", False, "same")
    assert "not recorded" in found.sentence
    assert len(JudgementLog(made.database_url).lines()) == len(decided(made)) == 1


def test_what_was_decided_at_a_terminal_since_is_not_judged_again(made: Settings) -> None:
    DecisionLog(made.database_url).record([Decision("kent:4", "essex:4", "same", "d", "zoe", "fingerprints")])
    found = judge(made, ANN, PLAIN, "different")
    assert (found.became, found.standing.judgement, found.standing.by) == ("taken", "same", ("zoe",))
    DecisionLog(made.database_url).record([Decision("kent:2", "essex:2", "same", "before", "zoe", "fingerprints")])
    assert judge(made, ANN, LINES, "different").recorded  # that decision was of other evidence


def test_an_answer_on_other_evidence_than_is_known_now_is_refused(made: Settings) -> None:
    found = judge(made, ANN, PLAIN, "same", evidence_hash="before")
    assert (found.became, found.recorded) == ("changed", False)
    assert not decided(made)


def test_answers_lapse_when_the_evidence_changes_and_what_is_settled_is_gone(made: Settings) -> None:
    judge(made, ANN, LINES, "same")
    small.put(made, small.queue(links=small.LINKS.replace("| b    |", "| B    |")))
    assert items(acts.open_items(made, ANN, Filters(state="open"))) == [LOCATES, LINES, HIGH, TWINS, PLAIN]
    assert judge(made, BOB, LINES, "same").became == "second"
    without = "\n".join(line for line in small.LINKS.strip().splitlines() if "kent:2" not in line)
    small.put(made, small.queue(links=without))
    found = judge(made, CAS, LINES, "same")
    assert (found.became, found.standing.state, found.recorded) == ("gone", "settled", False)


def test_what_is_hidden_is_judged_as_if_it_were_not_there(made: Settings) -> None:
    assert acts.judge(made, ANN, CHILD, "same", evidence_hash="e", reason_code="identifier").became == "gone"
    assert judge(made, KEEPER, CHILD, "same").became == "second"


def test_an_answer_the_item_does_not_take_is_refused_and_nothing_recorded(made: Settings) -> None:
    with pytest.raises(DecisionError, match="no answer to an item of kind link"):
        acts.judge(made, ANN, PLAIN, "assign", evidence_hash="d", reason_code="evidence")
    with pytest.raises(DecisionError, match="no such reason"):
        acts.judge(made, ANN, PLAIN, "same", evidence_hash="d", reason_code="sex")
    assert not len(JudgementLog(made.database_url).lines())


def test_each_act_is_told_in_the_audit_log_with_who_did_it(made: Settings) -> None:
    judge(made, ANN, LINES, "same")
    judge(made, BOB, LINES, "same")
    acts.undo(made, BOB)
    told = [
        (row["actor"], row["role"], row["justification"], row["subjects"])
        for row in AuditLog(made.database_url).export().to_pylist()
    ]
    pair = ["essex:2", "kent:2"]
    assert told == [
        ("ann", "reviewer", "judged same", pair),
        ("bob", "reviewer", "judged same", pair),
        ("ann and bob", "reviewer", "decided same", pair),
        ("bob", "reviewer", "taking a judgement back: mistaken", pair),
    ]
    assert AuditLog(made.database_url).verify().holds


def test_two_people_are_not_given_the_same_item_at_once(made: Settings) -> None:
    first, second = acts.next_item(made, ANN), acts.next_item(made, BOB)
    assert first is not None
    assert second is not None
    assert (first["item"], second["item"]) == (LOCATES, LINES)
    assert acts.next_item(made, ANN) == first  # as long as they have not answered it
    assert [row["taken"] for row in acts.open_items(made, CAS, size=3).rows] == [True, True, False]
    assert not acts.reserve(made, BOB, LOCATES).given
    acts.release(made, ANN, LOCATES)
    assert acts.reserve(made, BOB, LOCATES).given
    third = acts.next_item(made, CAS, skip=[HIGH])
    assert third is not None
    assert third["item"] == TWINS


def test_a_reservation_runs_out(made: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    acts.reserve(made, ANN, PLAIN)
    later = database.milliseconds() + 1000 * numbers()["leases"]["seconds"] + 1
    monkeypatch.setattr(database, "milliseconds", lambda: later)
    assert acts.reserve(made, BOB, PLAIN).given


def test_the_second_of_two_is_another_person(made: Settings) -> None:
    taken = acts.next_item(made, ANN)
    assert taken is not None
    judge(made, ANN, taken["item"], "same")
    other, own = acts.next_item(made, BOB), acts.next_item(made, ANN)
    assert other is not None
    assert own is not None
    assert (other["item"], other["state"]) == (LOCATES, "second")
    assert own["item"] == LINES


def test_taking_back_ones_last_answer_takes_the_decision_back(made: Settings) -> None:
    judge(made, ANN, PLAIN, "same")
    found = acts.undo(made, ANN)
    assert (found.item, found.judgement, found.decisions, found.others) == (PLAIN, "same", 1, ())
    assert not decided(made)
    assert PLAIN in items(acts.open_items(made, ANN))
    with pytest.raises(DecisionError, match="nothing to take back"):
        acts.undo(made, ANN)
    assert judge(made, ANN, PLAIN, "different").became == "decided"


def test_taking_back_one_of_two_leaves_the_others_and_says_whose(made: Settings) -> None:
    judge(made, ANN, LINES, "same")
    judge(made, BOB, LINES, "same")
    found = acts.undo(made, ANN)
    assert (found.decisions, found.others) == (1, ("bob",))
    assert not decided(made)
    assert items(acts.open_items(made, CAS, Filters(state="second"))) == [LINES]
    assert judge(made, CAS, LINES, "same").standing.by == ("bob", "cas")
    assert acts.undo(made, BOB).decisions == 1
    assert not decided(made)


def test_taking_back_an_answer_nothing_rested_on_leaves_the_decision(made: Settings) -> None:
    for visitor, judgement in ((ANN, "same"), (BOB, "different"), (CAS, "same")):
        judge(made, visitor, LINES, judgement)
    found = acts.undo(made, BOB)
    assert (found.decisions, found.others) == (0, ())
    assert decided(made) == [("essex:2", "kent:2", "same", "ann and cas")]


def test_a_filter_nothing_passes_is_not_kept_in_memory(made: Settings) -> None:
    desk = office(made).desk
    for n in range(5):
        assert not acts.open_items(made, ANN, Filters(kind=f"k{n}", force=f"f{n}")).rows
    assert acts.open_items(made, ANN, Filters(kind="link", force="kent")).rows
    with office(made).reading() as connection:
        kept = desk.now(made, connection, "ann").queue._codes
    assert not [value for _column, value in kept if value[1:].isdigit()]


def test_who_learned_what_another_answered_does_not_answer_anew(made: Settings) -> None:
    """Told that a third is asked, the second knows that the first said otherwise."""
    judge(made, ANN, LINES, "same")
    assert judge(made, BOB, LINES, "different").became == "third"
    acts.undo(made, BOB)
    assert LINES not in items(acts.open_items(made, BOB))
    assert acts.next_item(made, BOB, skip=[LOCATES, HIGH, TWINS, PLAIN]) is None
    found = judge(made, BOB, LINES, "same")
    assert (found.became, found.recorded) == ("yours", False)
    assert not decided(made)
    assert judge(made, CAS, LINES, "same").standing.by == ("ann", "cas")


def test_who_took_an_answer_back_before_anybody_else_answered_may_answer_anew(made: Settings) -> None:
    judge(made, ANN, LINES, "same")
    acts.undo(made, ANN)
    judge(made, BOB, LINES, "different")
    assert judge(made, ANN, LINES, "different").became == "decided"


def test_a_form_sent_twice_takes_one_answer_back(made: Settings) -> None:
    first = judge(made, ANN, PLAIN, "same").number
    judge(made, ANN, TWINS, "different")
    last = acts.last_answer(made, ANN)
    assert last is not None
    with pytest.raises(DecisionError, match="not your last: nothing was taken back"):
        acts.undo(made, ANN, number=first)
    assert (acts.undo(made, ANN, number=last.number).item, last.item) == (TWINS, TWINS)
    again = acts.undo(made, ANN, number=last.number)
    assert (again.item, again.before, again.decisions) == (TWINS, True, 0)
    with pytest.raises(DecisionError, match="not your last"):
        acts.undo(made, BOB, number=last.number)
    assert decided(made) == [("essex:4", "kent:4", "same", "ann")]


def test_answers_are_taken_back_from_the_last_on(made: Settings) -> None:
    judge(made, ANN, PLAIN, "same")
    judge(made, ANN, TWINS, "different")
    assert [acts.undo(made, ANN).item, acts.undo(made, ANN).item] == [TWINS, PLAIN]


def test_a_decision_taken_back_at_a_terminal_opens_the_item_to_everybody(made: Settings) -> None:
    judge(made, ANN, LINES, "same")
    judge(made, BOB, LINES, "same")
    DecisionLog(made.database_url).undo("kent:2", "essex:2", "zoe", "told otherwise")
    assert LINES in items(acts.open_items(made, ANN, Filters(state="open")))
    undone = JudgementLog(made.database_url).lines().to_pylist()[2:]
    assert [(row["reviewer"], row["undoes"]) for row in undone] == [("zoe", 1), ("zoe", 2)]


BRIDGE = """
| left   | right   | strength | guard                | weight | hash |
| kent:1 | essex:1 | verified |                      | 40     | a    |
| kent:1 | kent:3  | possible | mis_keyed_identifier | 1      | x    |
| kent:3 | essex:1 | verified |                      | 40     | y    |
"""


@pytest.fixture
def torn(tmp_path: Path) -> Settings:
    people = small_tables.identities("kent:1 essex:1 kent:3 essex:3")
    return small.workspace(tmp_path, small.queue(links=BRIDGE, identities=people))


def assign(made: Settings, visitor: Visitor, *groups: list[str]) -> Judged:
    shown = acts.item_of(made, visitor, "identity:P1")
    assert shown is not None
    given = {"evidence_hash": shown["evidence_hash"], "reason_code": "evidence"}
    return acts.judge_identity(made, visitor, "P1", groups, **given)


def test_assigning_decides_every_two_records_once_two_people_agree(torn: Settings) -> None:
    groups = (["kent:1", "essex:3", "essex:1"], ["kent:3"])
    assert assign(torn, ANN, *groups).became == "second"
    assert assign(torn, BOB, *reversed(groups)).became == "decided"
    both = "ann and bob"
    assert decided(torn) == [
        ("essex:1", "essex:3", "same", both),  # no link joins essex:3: one decision does
        ("essex:1", "kent:1", "same", both),
        ("essex:1", "kent:3", "different", both),
        ("essex:3", "kent:3", "different", both),
        ("kent:1", "kent:3", "different", both),
    ]
    hashes = DecisionLog(torn.database_url).state()["evidence_hash"].to_pylist()
    assert hashes == [None, "a", "y", None, "x"]
    assert not acts.open_items(torn, CAS).rows
    assert assign(torn, CAS, *groups).became == "taken"
    assert acts.undo(torn, ANN).decisions == 5
    assert not decided(torn)


def test_other_assignments_do_not_agree(torn: Settings) -> None:
    assign(torn, ANN, ["kent:1", "essex:1"], ["kent:3", "essex:3"])
    assert assign(torn, BOB, ["kent:1", "essex:1", "kent:3", "essex:3"]).became == "third"
    found = judge(torn, CAS, "identity:P1", "cannot_tell")
    assert (found.became, found.standing.judgement) == ("decided", "cannot_tell")
    assert [row[:3] for row in decided(torn)] == [("kent:1", "kent:3", "cannot_tell")]


@pytest.mark.parametrize(
    "groups",
    [
        [["kent:1", "essex:1"], ["kent:3"]],
        [["kent:1", "essex:1"], ["kent:3", "essex:3", "kent:1"]],
        [["kent:1", "essex:1"], ["kent:3", "durham:9"]],
        [],
    ],
)
def test_an_assignment_names_each_record_once(torn: Settings, groups: list[list[str]]) -> None:
    with pytest.raises(DecisionError, match="assign each record"):
        assign(torn, ANN, *groups)


@pytest.fixture(scope="module")
def run_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_cycles.first(tmp_path_factory.mktemp("cycle") / "workspace").workspace.root


@pytest.fixture
def whole_cycle(run_once: Path, tmp_path: Path) -> Settings:
    """A workspace run from the forces' files and released, of its own."""
    shutil.copytree(run_once, tmp_path / "workspace")
    return two_cycles.settings_at(tmp_path / "workspace", "2018-03")


def test_decisions_come_in_when_they_are_applied_and_not_before(whole_cycle: Settings) -> None:
    before = cycle.statistics_of(whole_cycle)["distinct_people"]
    page = acts.open_items(whole_cycle, KEEPER, Filters(touches="lines", kind="link"))
    row = page.rows[0]
    for visitor in (KEEPER, Visitor("lou", KEEPER.roles)):
        judge(whole_cycle, visitor, row["item"], "same")
    assert acts.pending(whole_cycle) == 1
    assert cycle.statistics_of(whole_cycle)["distinct_people"] == before
    told: list[tuple[str, float]] = []
    figures = acts.apply(whole_cycle, lambda what, share: told.append((what, share)))
    assert figures["distinct_people"]["high"] == before["high"] - 1
    assert [what for what, _share in told] == ["resolve", "assess", "compile"]
    assert acts.pending(whole_cycle) == 0
    assert acts.item_of(whole_cycle, KEEPER, row["item"]) is None
    undone = acts.undo(whole_cycle, KEEPER)
    assert (undone.decisions, undone.others, acts.pending(whole_cycle)) == (1, ("lou",), 1)
    acts.apply(whole_cycle)
    again = acts.item_of(whole_cycle, KEEPER, row["item"])
    assert again is not None
    assert again["state"] == "second"


def test_a_link_decided_at_the_terminal_leaves_the_queue(whole_cycle: Settings) -> None:
    row = acts.open_items(whole_cycle, KEEPER, Filters(touches="lines", kind="link")).rows[0]
    one = Decision(row["left"], row["right"], "different", None, "zoe", "asked both")
    publication.decide(whole_cycle, [one])
    assert acts.item_of(whole_cycle, KEEPER, row["item"]) is None
    held = [row["item"] for row in acts.open_items(whole_cycle, Visitor("eve", frozenset({"engineer"}))).rows]
    assert held == ["extract:durham"]


def test_items_keep_their_day_by_the_queue_as_last_compiled_and_that_of_the_nearest_cycle_before(
    made: Settings,
) -> None:
    rows = {"2018-03": 6, "2018-02": 2, "2018-01": 1}
    for name, count in rows.items():
        write_table(made.workspace.stage(name, "queue.parquet"), small.queue().slice(0, count))
    made.workspace.stage("2018-02.5", "links.parquet").parent.mkdir(parents=True)  # compiled before there was a queue
    assert [len(each) for each in cycle._earlier_queues(made)] == [6, 2]


def test_a_cycle_without_a_queue_says_what_to_do(made: Settings) -> None:
    made.workspace.stage(made.cycle, "queue.parquet").unlink()
    with pytest.raises(cycle.ReconcileError, match="run `reconcile run` first"):
        acts.open_items(made, ANN)
