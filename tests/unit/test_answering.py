"""What a force answered is checked against what it was told, recorded once, and decides no more than holds already."""

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from reconcile import cycle
from reconcile.audit import log as audit_log
from reconcile.errors import ReconcileError
from reconcile.reports import answer_effects, answering
from reconcile.reports import said as said_of_forces
from reconcile.reports.answering import Outcome, Raw
from reconcile.reports.answers import AnswerLog, codes
from reconcile.reports.told import REPORT, Told, ToldLog
from reconcile.review import acts
from reconcile.review.access import Visitor
from reconcile.review.acts import Filters
from reconcile.review.decisions import Decision, DecisionLog
from reconcile.settings import Settings
from tests import small_country, small_workspace
from tests.small_tables import links, records

DIGEST, OTHER = "ab" * 32, "cd" * 32
PAIR = ("essex:1", "kent:1")
ON = dt.datetime(2018, 4, 1, 12, tzinfo=dt.UTC)
TODAY = dt.date(2018, 4, 20)
_HEADING, *_ROWS = small_country.RECORDS.strip().splitlines()
GROWN_UP = "\n".join([f"{_HEADING} birth_date |", *(f"{row} 1980-01-01 |" for row in _ROWS)])
CALM = GROWN_UP.replace("| high ", "| low  ")
"""The same country with nobody at high risk."""


def milliseconds(at: dt.datetime) -> int:
    return int(at.timestamp() * 1000)


def made(folder: Path, people: str = CALM) -> Settings:
    return small_workspace.compiled_of(folder, records(people), links(small_country.LINKS), small_country.RECEIPTS)


def tell(settings: Settings, *told: Told, at: dt.datetime = ON) -> None:
    ToldLog(settings.database_url, clock=lambda: milliseconds(at)).record(told)


def told(item: str = "ITEM000001", kind: str = "double_claim", **other: object) -> Told:
    given = {
        "force": "kent",
        "document": "2018-03-aaaa",
        "document_kind": REPORT,
        "digest": DIGEST,
        "own": ("kent:1",),
        "others": ("essex:1",),
        "pairs": (PAIR,),
        "due": "2018-04-15",
    } | other
    return Told(item=item, kind=kind, **given)  # type: ignore[arg-type]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = made(tmp_path / "workspace")
    tell(found, told(), told("ITEM000002", "overdue", others=(), pairs=()))
    return found


def raw(item: str = "ITEM000001", answer: str = "confirmed_same", **other: str) -> Raw:
    return Raw(**({"item": item, "answer": answer, "officer_role": "Sergeant", "answered_on": "10/04/2018"} | other))


def take(settings: Settings, *raws: Raw, force: str = "kent", **other: object) -> Outcome:
    given = {"by": "ann", "source": "xlsx", "today": TODAY} | other
    return answering.take(settings, force, raws, **given)  # type: ignore[arg-type]


def whys(outcome: Outcome) -> list[str]:
    return [each.line for each in outcome.refused]


def test_an_answer_is_recorded_with_who_gave_it_and_to_what(settings: Settings) -> None:
    outcome = take(
        settings, raw(answer="Need more", note="x"), raw(answer="More is needed", note="the  custody\nnumber")
    )
    assert outcome.taken == ("ITEM000001",)
    (line,) = AnswerLog(settings.database_url).lines().to_pylist()
    assert (line["answer"], line["officer_role"], line["note"]) == ("need_more", "Sergeant", "the custody number")
    assert (line["document"], line["digest"], line["source"], line["by"]) == ("2018-03-aaaa", DIGEST, "xlsx", "ann")
    assert line["answered_on"] == dt.date(2018, 4, 10)


def test_what_is_wrong_is_refused_line_by_line_and_the_rest_is_taken(settings: Settings) -> None:
    tell(settings, *(told(f"ITEM{number:06d}") for number in range(10, 30)))
    wrong = {
        "NOTTOLD": (raw("NOTTOLD"), "never told of such an item"),
        "ITEM000002": (raw("ITEM000002"), "is no answer to this kind of item"),
        "ITEM000010": (raw("ITEM000010", "perhaps"), "“perhaps” is no answer of the list"),
        "ITEM000011": (raw("ITEM000011", answered_on="21/04/2018"), "yet to come"),
        "ITEM000012": (raw("ITEM000012", answered_on="31/03/2018"), "before the item was told on 01/04/2018"),
        "ITEM000013": (raw("ITEM000013", answered_on="April"), "“April” is no day"),
        "ITEM000014": (raw("ITEM000014", officer_role=" "), "role is empty"),
        "ITEM000015": (raw("ITEM000015", officer_role="x" * 81), "has 81 characters"),
        "ITEM000016": (raw("ITEM000016", note="x" * 1001), "has 1,001 characters"),
        "ITEM000017": (raw("ITEM000017", "need_more"), "note is empty"),
        "ITEM000018": (raw("ITEM000018", "located", place_kind="home"), "day of locating is empty"),
        "ITEM000019": (raw("ITEM000019", "located", located_on="09/04/2018"), "kind of place is empty"),
        "ITEM000020": (raw("ITEM000020", "located", located_on="11/04/2018", place_kind="home"), "after the day"),
        "ITEM000021": (raw("ITEM000021", "located", located_on="01/02/2013", place_kind="home"), "is missing from"),
        "ITEM000022": (raw("ITEM000022", located_on="09/04/2018"), "says where somebody was located"),
        "ITEM000023": (raw("ITEM000023", "", note="found"), "answer is empty, though"),
        "ITEM000024": (raw("ITEM000024", digest="ab"), "version is cut off"),
        "ITEM000025": (raw("ITEM000025", digest=OTHER), "never told in this version"),
        "ITEM000026": (raw("ITEM000026", "taken_back"), "no answer of the force to take back"),
        "": (raw(""), "stands beside no item"),
    }
    outcome = take(settings, *(given for given, _why in wrong.values()), raw("item000027 "))
    assert outcome.taken == ("ITEM000027",)
    said = {each.item: each.line for each in outcome.refused}
    assert said.keys() == wrong.keys()
    assert not [item for item, (_given, why) in wrong.items() if why not in said[item]]


def test_a_located_person_has_a_day_and_a_kind_of_place(settings: Settings) -> None:
    where = {"located_on": "9 April 2018", "place_kind": "In custody"}
    assert take(settings, raw(answer="Located", **where)).taken
    (line,) = AnswerLog(settings.database_url).lines().to_pylist()
    assert (line["located_on"], line["place_kind"]) == (dt.date(2018, 4, 9), "custody")


def test_another_forces_item_is_not_answered(settings: Settings) -> None:
    assert "never told of such an item" in whys(take(settings, raw(), force="essex"))[0]


def test_an_item_that_changed_since_is_refused_and_one_told_again_alike_is_not(settings: Settings) -> None:
    tell(settings, told(document="2018-06-bbbb"), at=ON + dt.timedelta(days=2))
    assert take(settings, raw(digest=DIGEST[:12])).taken
    assert AnswerLog(settings.database_url).lines()["document"].to_pylist() == ["2018-06-bbbb"]
    tell(settings, told(document="2018-09-cccc", digest=OTHER), at=ON + dt.timedelta(days=4))
    assert whys(take(settings, raw(answer="not_same", digest=DIGEST[:12]))) == [
        "ITEM000001: the item has changed since: 2018-09-cccc tells it anew: answer the newer report"
    ]
    assert take(settings, raw(answer="not_same", digest=OTHER[:12])).taken


def test_a_file_without_a_version_answers_what_its_own_report_told(settings: Settings) -> None:
    def refused(**given: object) -> list[str]:
        return whys(take(settings, raw(answer="not_same"), **given))

    old = {"release": "2018-03-aaaa"}
    assert take(settings, raw(answer="not_same"), dry_run=True, **old).taken, "as it was last told"
    tell(settings, told(document="2018-09-cccc", digest=OTHER), at=ON + dt.timedelta(days=4))
    assert refused(**old) == [
        "ITEM000001: the item has changed since: 2018-09-cccc tells it anew: answer the newer report"
    ]
    assert refused(**old, source="json") == refused(**old)
    newest = "give the item’s version as the newest report has it"
    assert refused(release="2017-01-zzzz") == [
        f"ITEM000001: it has no version, and the report the file answers did not tell it: {newest}"
    ]
    assert refused() == [f"ITEM000001: it has no version, and was told in several: {newest}"]
    assert not len(AnswerLog(settings.database_url).lines())
    assert take(settings, raw(answer="not_same"), release="2018-09-cccc").taken


def test_a_report_made_anew_in_which_an_item_changed_does_not_stand_for_a_version(settings: Settings) -> None:
    tell(settings, told(digest=OTHER), at=ON + dt.timedelta(days=1))
    outcome = take(settings, raw(), release="2018-03-aaaa")
    assert "was told in several" in whys(outcome)[0]


def test_an_item_that_was_corrected_is_not_answered(settings: Settings) -> None:
    tell(settings, told(kind="correction", document="N-1", document_kind="notice", digest=OTHER))
    assert "corrected since" in whys(take(settings, raw(digest=DIGEST)))[0]


def test_the_same_answer_is_taken_once_and_a_later_one_stands(settings: Settings) -> None:
    first = raw(answer="not_same")
    assert take(settings, first, first).taken
    again = take(settings, first)
    assert (again.taken, again.repeated, again.asked) == ((), 1, 0)
    assert take(settings, raw(answer="need_more", note="x")).taken
    assert AnswerLog(settings.database_url).standing()["kent", "ITEM000001"]["answer"] == "need_more"
    assert take(settings, raw(answer="not_same", answered_on="11/04/2018")).taken, "said anew it stands again"


def test_an_old_workbook_with_more_filled_in_does_not_override_a_later_answer(settings: Settings) -> None:
    assert take(settings, raw(), file="f1").decided == 1
    denied = take(settings, raw(answer="not_same"), source="page")
    assert (denied.taken, denied.undone) == (("ITEM000001",), 1)
    again = take(settings, raw(), raw("ITEM000002", "done"), file="f2")
    assert (again.taken, again.repeated, again.older) == (("ITEM000002",), 1, ("ITEM000001",))
    assert again.decided == 0, "what was replaced has no effect either"
    assert DecisionLog(settings.database_url).state().num_rows == 0
    assert AnswerLog(settings.database_url).standing()["kent", "ITEM000001"]["answer"] == "not_same"
    assert take(settings, raw(), source="page").taken, "on a page it is said anew"


def test_the_very_file_that_was_taken_has_no_effect_once_replaced(settings: Settings) -> None:
    assert take(settings, raw(), file="f1").decided == 1
    assert take(settings, raw(answer="not_same", answered_on="09/04/2018"), file="f2").undone == 1
    again = take(settings, raw(), file="f1")
    assert (again.older, again.decided) == (("ITEM000001",), 0)
    assert take(settings, raw(answer="taken_back", answered_on="12/04/2018"), source="page").taken
    assert take(settings, raw(), file="f3").older, "an answer taken back stays so"


def test_a_file_taken_before_does_not_undo_a_later_answer(settings: Settings) -> None:
    assert take(settings, raw(answer="not_same"), file="f1").taken
    assert take(settings, raw(answer="need_more", note="x"), file="f2").taken
    again = take(settings, raw(answer="not_same"), file="f1")
    assert (again.taken, again.repeated) == ((), 1)
    assert AnswerLog(settings.database_url).standing()["kent", "ITEM000001"]["answer"] == "need_more"


def test_an_item_answered_twice_otherwise_is_refused(settings: Settings) -> None:
    outcome = take(settings, raw(), raw(answer="not_same"))
    assert whys(outcome) == ["ITEM000001: it is answered 2 times, and not alike: answer it once"]
    assert not outcome.taken


def test_blank_lines_are_counted_and_nothing_is_recorded_on_trial(settings: Settings) -> None:
    outcome = take(settings, Raw("ITEM000001", ""), raw("ITEM000002", "done"), dry_run=True)
    assert (outcome.unanswered, outcome.taken) == (1, ("ITEM000002",))
    assert not len(AnswerLog(settings.database_url).lines())
    assert not len(audit_lines(settings, "collection"))


def audit_lines(settings: Settings, operation: str) -> list[dict]:
    path = settings.workspace.root / "audit.csv"
    audit_log.AuditLog(settings.database_url).export_csv(path)
    rows = csv.DictReader(path.open(encoding="utf-8"))
    return [row for row in rows if row["operation"] == operation and row["force"] == "kent"]


def test_an_answer_is_logged_with_ids_and_no_word_of_it(settings: Settings) -> None:
    take(settings, raw(answer="need_more", note="ask Mrs Smith"))
    (line,) = audit_lines(settings, "collection")
    assert (line["actor"], line["role"], line["subjects"]) == ("ann", "national coordinator", "ITEM000001")
    assert "Smith" not in str(line)
    take(settings, raw(answer="need_more", note="ask Mr Smith"), source="page", by="kent-officer")
    assert audit_lines(settings, "collection")[-1]["role"] == answer_effects.ROLE


def test_a_confirmed_verified_link_is_decided_by_the_force_on_its_evidence(settings: Settings) -> None:
    outcome = take(settings, raw())
    assert (outcome.decided, outcome.asked) == (1, 0)
    (decision,) = DecisionLog(settings.database_url).state().to_pylist()
    assert (decision["left"], decision["right"], decision["judgement"]) == (*PAIR, "same")
    assert decision["evidence_hash"] == "h"
    assert decision["reviewer"] == "Kent Police, Sergeant"
    assert decision["reason"] == "confirmed by Kent Police in its answer to item ITEM000001 of 2018-03-aaaa"
    before = cycle.statistics_of(settings)["distinct_people"]
    cycle.reconsider(settings)
    assert cycle.statistics_of(settings)["distinct_people"] == before
    assert take(settings, raw()).decided == 0


def test_the_force_takes_its_confirmation_back(settings: Settings) -> None:
    take(settings, raw())
    outcome = take(settings, raw(answer="My answer is taken back"))
    assert (outcome.taken, outcome.undone) == (("ITEM000001",), 1)
    assert not len(DecisionLog(settings.database_url).state())
    assert take(settings, raw(answer="not_same")).undone == 0


def test_what_a_person_decided_stays_when_the_force_answers_otherwise(settings: Settings) -> None:
    DecisionLog(settings.database_url).record([Decision(*PAIR, "same", "h", "reviewer-1", "files compared")])
    assert take(settings, raw()).decided == 0
    assert take(settings, raw(answer="not_same")).undone == 0
    assert len(DecisionLog(settings.database_url).state()) == 1


@pytest.mark.parametrize(
    "people",
    [GROWN_UP, CALM.replace("1980-01-01 |", "2001-01-01 |"), small_country.RECORDS.replace("| high ", "| low  ")],
    ids=["high risk", "a child", "of unknown age"],
)
def test_where_two_people_are_needed_a_force_does_not_decide(tmp_path: Path, people: str) -> None:
    settings = made(tmp_path, people)
    tell(settings, told())
    outcome = take(settings, raw())
    assert (outcome.decided, outcome.asked) == (0, 1)
    cycle.reconsider(settings)
    (item,) = [row for row in cycle.table(settings, "queue").to_pylist() if row["said"]]
    assert (item["said"], item["judges"]) == ("told_same", 2)
    assert item["why"].startswith("Kent Police confirms that these are one person, and a second person has to")


def test_a_link_that_is_not_verified_or_no_longer_of_one_person_is_not_decided(settings: Settings) -> None:
    tell(settings, told("ITEM000003", pairs=(("essex:2", "kent:3"),)), told("ITEM000004", pairs=(("a:1", "b:2"),)))
    outcome = take(settings, raw("ITEM000003"), raw("ITEM000004"))
    assert (len(outcome.taken), outcome.decided) == (2, 0)


def test_two_people_says_the_force_and_a_reviewer_is_asked_first(settings: Settings) -> None:
    outcome = take(settings, raw(answer="Not the same person"))
    assert (outcome.decided, outcome.asked) == (0, 1)
    before = cycle.statistics_of(settings)["distinct_people"]
    cycle.reconsider(settings)
    assert cycle.statistics_of(settings)["distinct_people"] == before, "a force's word takes nothing apart"
    first = cycle.table(settings, "queue").to_pylist()[0]
    assert (first["kind"], first["said"], first["records"]) == (
        "identity",
        "told_apart",
        ["essex:1", "kent:1", "surrey:1"],
    )
    assert first["why"].startswith("Kent Police says that these are two people;")
    assert [link["waits"] for link in first["links"]] == ["told_apart", None]


@pytest.mark.parametrize("judgement", ["same", "different", "cannot_tell"])
def test_it_is_asked_until_a_person_judges_after_the_answer(settings: Settings, judgement: str) -> None:
    DecisionLog(settings.database_url, clock=lambda: milliseconds(ON)).record([said("same")])
    take(settings, raw(answer="not_same"))
    cycle.reconsider(settings)
    assert "told_apart" in cycle.table(settings, "queue")["said"].to_pylist(), "decided before, and asked again"
    DecisionLog(settings.database_url).record([said(judgement)])
    cycle.reconsider(settings)
    assert "told_apart" not in cycle.table(settings, "queue")["said"].to_pylist()


def said(judgement: str) -> Decision:
    return Decision(*PAIR, judgement, "h", "reviewer-1", "compared the files")


ANN, BOB = (Visitor(name, frozenset({"reviewer"})) for name in ("ann", "bob"))


def assign(settings: Settings, visitor: Visitor, groups: Sequence[Sequence[str]]) -> str:
    (row,) = [row for row in acts.open_items(settings, visitor, Filters(mine=True)).rows if row["said"]]
    given = {"evidence_hash": row["evidence_hash"], "reason_code": "asked_forces"}
    return acts.judge_identity(settings, visitor, row["national_id"], groups, **given).became


def test_reviewers_judge_it_anew_although_they_decided_it_before(settings: Settings) -> None:
    """A link decided before is no item of the queue; as part of its identity it is asked about with other evidence."""
    take(settings, raw(answer="not_same"))
    assert acts.pending(settings) == 1
    cycle.reconsider(settings)
    assert acts.pending(settings) == 0
    as_one = (["essex:1", "kent:1", "surrey:1"],)
    assert (assign(settings, ANN, as_one), assign(settings, BOB, as_one)) == ("second", "decided")
    cycle.reconsider(settings)
    assert "told_apart" not in cycle.table(settings, "queue")["said"].to_pylist()
    take(settings, raw(answer="need_more", note="prints to be taken"))
    take(settings, raw(answer="not_same", note="by fingerprint"))
    cycle.reconsider(settings)
    as_two = (["essex:1", "surrey:1"], ["kent:1"])
    assert (assign(settings, ANN, as_two), assign(settings, BOB, as_two)) == ("second", "decided")
    cycle.reconsider(settings)
    assert "told_apart" not in cycle.table(settings, "queue")["said"].to_pylist()
    people = {row["record_id"]: row["national_id"] for row in cycle.table(settings, "identities").to_pylist()}
    assert people["essex:1"] == people["surrey:1"] != people["kent:1"]


def test_one_forces_word_does_not_settle_what_another_denies(settings: Settings) -> None:
    tell(settings, told(force="essex", own=("essex:1",), others=("kent:1",)))
    take(settings, raw(answer="not_same"), force="essex")
    outcome = take(settings, raw())
    assert (outcome.decided, outcome.asked) == (0, 1)
    cycle.reconsider(settings)
    assert (
        cycle.table(settings, "queue").to_pylist()[0]["why"].startswith("Essex Police says that these are two people")
    )


def test_a_denial_taken_back_is_no_longer_asked_about(settings: Settings) -> None:
    take(settings, raw(answer="not_same"))
    take(settings, raw(answer="taken_back"))
    cycle.reconsider(settings)
    assert not [each for each in cycle.table(settings, "queue")["said"].to_pylist() if each]


def test_every_answer_has_a_kind_it_can_be_given_to() -> None:
    kinds = {kind for entry in codes().values() for kind in entry["kinds"]}
    assert kinds == {
        "found_elsewhere",
        "held_here",
        "double_claim",
        "unclaimed",
        "unnotified_name",
        "shared_identifier",
        "overdue",
        "stale_review",
        "within_force",
    }


def test_nobody_answers_from_nowhere(settings: Settings) -> None:
    with pytest.raises(ReconcileError, match="no known source"):
        take(settings, raw(), source="letter")


def test_of_the_ledger_only_the_items_answered_are_read(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(settings, *[told(f"OTHER{number:05}", force=force) for number in range(20) for force in ("essex", "kent")])
    read: list[str] = []
    lines = ToldLog.lines

    def watched(log: ToldLog, *given: Any, **named: Any) -> pa.Table:
        found = lines(log, *given, **named)
        read.extend(found["item"].to_pylist())
        return found

    monkeypatch.setattr(ToldLog, "lines", watched)
    monkeypatch.setattr(said_of_forces, "AT_ONCE", 1)
    assert take(settings, raw(answer="not_same"), raw("ITEM000002", "done")).asked == 1
    assert set(read) == {"ITEM000001", "ITEM000002"}
    read.clear()
    assert take(settings, raw(answer="need_more", note="x", answered_on="11/04/2018"), source="page").taken
    assert set(read) == {"ITEM000001"}


def test_of_more_items_than_one_query_asks_about_lines_come_oldest_first(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(settings, told("A000000001"), told(digest=OTHER, document="2018-09-cccc"), told("A000000001", force="essex"))
    monkeypatch.setattr(said_of_forces, "AT_ONCE", 1)
    found = said_of_forces.told_of(settings.database_url, ["ITEM000001", "A000000001", "A000000001"], "kent")
    assert [line["item"] for line in found] == ["ITEM000001", "A000000001", "ITEM000001"]
