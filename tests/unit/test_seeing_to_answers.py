"""What a force answered and a person has to see to: an item of the queue until somebody did, and again once that is
taken back."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from reconcile import cycle, publication
from reconcile.audit import AuditLog
from reconcile.errors import DecisionError
from reconcile.reports.answering import Raw, take
from reconcile.reports.answers import AnswerLog
from reconcile.reports.told import CORRECTION, Told, ToldLog
from reconcile.review import acts, quality
from reconcile.review.access import Visitor
from reconcile.review.decisions import DecisionLog
from reconcile.review.judgements import JudgementLog
from reconcile.review.pages import create_app
from reconcile.review.pages.blinds import asked_alone, undecided_by
from reconcile.review.pages.desk import Desk
from reconcile.review.pages.quality_figures import figures, people
from reconcile.settings import Settings
from reconcile.workspace import read_table, write_table

pytestmark = pytest.mark.slow

CAS = Visitor("cas", frozenset({"reviewer", "coordinator"}))
TODAY = dt.datetime.now(dt.UTC).date().isoformat()
Say = Callable[..., None]


@pytest.fixture
def settings(told_settings: Settings) -> Settings:
    return told_settings


@pytest.fixture
def say(settings: Settings) -> Say:
    """Kent answers an item of the kind found_elsewhere, and the list is compiled again."""

    def answer(code: str, *, apply: bool = True, **more: str) -> None:
        raw = Raw(item_of(settings), code, "MOSOVO sergeant", TODAY, **more)
        assert take(settings, "kent", [raw], by="flo", source="page").taken
        if apply:
            acts.apply(settings)

    return answer


def item_of(settings: Settings) -> str:
    lines = ToldLog(settings.database_url).latest("kent")
    (found,) = [item for item, line in lines.items() if line["kind"] == "found_elsewhere"]
    return found


def waiting(settings: Settings, visitor: Visitor = CAS) -> list[Any]:
    return list(acts.open_items(settings, visitor, acts.Filters(kind="answer")).rows)


def see_to(settings: Settings, reason: str = "passed_on", seconds: float | None = None) -> acts.Judged:
    (row,) = waiting(settings)
    said: dict[str, Any] = {"evidence_hash": row["evidence_hash"], "reason_code": reason, "seconds": seconds}
    return acts.judge(settings, CAS, row["item"], "seen_to", **said)


LOCATED = {"located_on": TODAY, "place_kind": "custody"}


@pytest.mark.parametrize(
    ("code", "more", "why"),
    [
        ("located", LOCATED, "Kent Police answers that somebody is located"),
        ("need_more", {"note": "Prints."}, "Kent Police needs more to answer"),
    ],
)
def test_it_waits_in_the_queue_with_who_says_so(
    settings: Settings, say: Say, code: str, more: dict[str, str], why: str
) -> None:
    assert waiting(settings) == []
    say(code, **more)
    (row,) = waiting(settings)
    assert (row["item"], row["said"], row["judges"]) == ("answer:1", code, 1)
    assert row["why"] == f"{why}; it concerns somebody on the missing list."
    assert "kent" in row["forces"]


@pytest.mark.parametrize("code", ["confirmed_same", "not_same"])
def test_an_answer_about_links_is_judged_by_its_links(settings: Settings, say: Say, code: str) -> None:
    say(code)
    assert waiting(settings) == []


def test_it_is_to_be_applied_first(settings: Settings, say: Say) -> None:
    before = acts.pending(settings)
    say("located", apply=False, **LOCATED)
    assert (waiting(settings), acts.pending(settings)) == ([], before + 1)
    acts.apply(settings)
    assert (len(waiting(settings)), acts.pending(settings)) == (1, 0)


def test_seen_to_it_waits_no_more_also_once_compiled_again_and_decides_nothing(settings: Settings, say: Say) -> None:
    say("located", **LOCATED)
    published, decided = cycle.table(settings, "missing_list"), DecisionLog(settings.database_url).newest()
    assert see_to(settings).became == "decided"
    assert waiting(settings) == []
    acts.apply(settings)
    assert waiting(settings) == []
    assert cycle.table(settings, "missing_list").equals(published)
    assert DecisionLog(settings.database_url).newest() == decided
    assert "judged seen_to" in AuditLog(settings.database_url).export()["justification"].to_pylist()


def test_the_status_says_how_many_wait(settings: Settings, say: Say) -> None:
    assert publication.answers_to_see_to(settings) == 0
    say("located", **LOCATED)
    assert publication.answers_to_see_to(settings) == 1
    see_to(settings)
    assert publication.answers_to_see_to(settings) == 0


def test_taken_back_it_waits_again(settings: Settings, say: Say) -> None:
    say("located", **LOCATED)
    see_to(settings)
    assert JudgementLog(settings.database_url).judged(["answer:1", "answer:2"]) == {"answer:1"}
    acts.undo(settings, CAS)
    assert len(waiting(settings)) == 1
    assert JudgementLog(settings.database_url).judged(["answer:1"]) == frozenset()


def test_it_is_no_answer_to_it_that_two_records_are_one_person(settings: Settings, say: Say) -> None:
    say("located", **LOCATED)
    (row,) = waiting(settings)
    with pytest.raises(DecisionError, match="no answer to an item of kind answer"):
        acts.judge(
            settings, CAS, row["item"], "same", evidence_hash=row["evidence_hash"], reason_code="other", note="x"
        )


def test_a_later_answer_is_another_item(settings: Settings, say: Say) -> None:
    say("located", **LOCATED)
    see_to(settings)
    say("need_more", note="Prints.")
    assert [row["item"] for row in waiting(settings)] == ["answer:2"]
    say("taken_back")
    assert waiting(settings) == []


def test_withdrawn_it_waits_for_nobody(settings: Settings, say: Say) -> None:
    say("located", **LOCATED)
    log = ToldLog(settings.database_url)
    line = log.latest("kent")[item_of(settings)]
    fields = {name: line[name] for name in ("item", "own", "others", "pairs", "own_as_told", "others_as_told")}
    log.record([Told("kent", "n1", "notice", kind=CORRECTION, digest="0" * 64, **fields)])
    acts.apply(settings)
    assert waiting(settings) == []


def test_the_quality_of_judging_is_not_measured_by_it(settings: Settings, say: Say) -> None:
    say("located", **LOCATED)
    for row in acts.open_items(settings, CAS, acts.Filters(kind="link")).rows:
        said: dict[str, Any] = {"evidence_hash": row["evidence_hash"], "reason_code": "identifier", "seconds": 40.0}
        acts.judge(settings, CAS, row["item"], "same", **said)
    log, tables = JudgementLog(settings.database_url), ("links", "decisions", "records", "queue")
    held, today = {name: cycle.table(settings, name) for name in tables}, dt.datetime.now(dt.UTC).date()
    judged = quality.given(log.lines())
    assert judged
    assert {each.kind for each in judged} == {"link"}
    before = figures(judged, held, today)
    (waits,) = (each for each in before.waiting if each.kind == "answer")
    assert (waits.items, waits.service) == (1, 7)
    see_to(settings, seconds=900.0)
    every = quality.given(log.lines())
    assert [each.kind for each in every] == [*(each.kind for each in judged), "answer"]
    after = figures(every, held, today)
    assert replace(after, waiting=()) == replace(before, waiting=())
    assert after.waiting == tuple(each for each in before.waiting if each is not waits)
    assert people(every) == people(judged)


def test_the_link_of_its_records_once_judged_is_no_longer_blind_for_its_sake(settings: Settings, say: Say) -> None:
    say("located", **LOCATED)
    (row,) = waiting(settings)
    left, right = sorted(row["records"])
    desk = Desk(settings)
    for item in asked_alone(desk, CAS, left, right):
        asked = acts.item_of(settings, CAS, item)
        assert asked is not None
        assert asked["kind"] == "link"
        acts.judge(settings, CAS, item, "same", evidence_hash=asked["evidence_hash"], reason_code="identifier")
    assert len(waiting(settings)) == 1
    assert asked_alone(desk, CAS, left, right) == ()
    assert not undecided_by(desk, CAS, left, right)
    cas = TestClient(create_app(settings, lambda _request: CAS, secret="s"), follow_redirects=False)
    page = cas.get(f"/links/{left}~{right}", params={"weighing": "1"}).text
    assert "Answer there" not in page
    assert "What the evidence weighs" in page
    assert not acts.saw_weighing(settings, CAS, row["item"])


def test_by_its_page_from_the_answers_to_the_queue_and_back(settings: Settings, say: Say) -> None:
    say("located", **LOCATED, note="Seen in Dover.")
    cas = TestClient(create_app(settings, lambda _request: CAS, secret="s"), follow_redirects=False)
    assert "/queue/answers/1" in cas.get("/answers").text
    assert "/queue/answers/1" in cas.get("/queue").text
    page = cas.get("/queue/answers/1").text
    plain = " ".join(re.sub(r"<[^>]*>", " ", page[page.index("<main") :]).split())
    order = [
        "Kent answered: located",
        "In custody".lower(),
        "Seen in Dover.",
        "What it was told",
        "Asked:",
        "What was done",
    ]
    places = [plain.index(each) for each in order]
    assert places == sorted(places)
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    assert cas.post("/queue/answers/1", data=form).status_code == 422
    refused = cas.post("/queue/answers/1", data={**form, "reason": "other"})
    assert "Say in the note what was done." in refused.text
    assert cas.post("/queue/answers/1", data={**form, "reason": "passed_on"}).status_code == 303
    assert "Seen to by cas." in cas.get("/queue/answers/1").text
    assert "Located" not in cas.get("/answers").text.partition("Force by force")[0]
    assert cas.get("/queue/answers/2").status_code == 404
    assert AnswerLog(settings.database_url).standing(), "what the force said stands"


def test_answers_kept_by_an_older_version_are_read_from_the_log(settings: Settings, say: Say) -> None:
    """Its table lacks columns; taken as none, what a force tells apart left the queue until all was resolved anew."""
    say("located", **LOCATED)
    path = settings.workspace.stage(settings.cycle, "said.parquet")
    write_table(path, read_table(path).drop_columns(["answer", "records"]))
    assert [row["answer"] for row in cycle.said_by_forces(settings).to_pylist()] == ["located"]
