"""What a force is told again of what it was told before: tables in, corrections out.

Essex lost John Adams. A record of Surrey was decided to be of the same man, and the report told Essex
and Surrey, and nobody else.
"""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from reconcile.forces import forces
from reconcile.reports import document
from reconcile.reports.corrections import CHANGES, since_the_report, words
from reconcile.reports.force_report import kinds, render
from reconcile.reports.notices import OF_PEOPLE, files, notice
from reconcile.settings import Settings
from reconcile.workspace import Workspace
from tests import small_tables as small
from tests.told_before import (
    MORNING,
    corrected,
    holds,
    item,
    ledger,
    noticed,
    reported,
    said,
    taken_back,
    then,
)
from tests.told_country import reports

RECORDS = """
| record   | name        | status              | missing_since | last_contact | as_of      |
| essex:1  | Adams, John | whereabouts_unknown | 2016-05-01    |              | 2018-03-01 |
| surrey:1 | Adams, J.   | in_custody          |               | 2017-01-01   | 2018-03-01 |
| kent:1   | Adam, Johny | located             |               | 2015-01-01   | 2018-03-01 |
"""
TOLD = """
| force  | item | kind            | own      | others   |
| essex  | E-1  | found_elsewhere | essex:1  | surrey:1 |
| surrey | S-1  | held_here       | surrey:1 | essex:1  |
"""
ONE_MAN = ("essex:1 surrey:1", "kent:1")
TWO_MEN = ("essex:1", "surrey:1", "kent:1")
LINK = """
| left    | right    | strength |
| essex:1 | surrey:1 | proposed |
"""
SAME = """
| left    | right    | judgement |
| essex:1 | surrey:1 | same      |
"""
DIFFERENT = SAME.replace("same     ", "different")
E_NOW, S_NOW = (item(row) for row in small.rows(TOLD))
RECORDS_NOW = small.records(RECORDS)


def told() -> Any:
    return ledger(*reported(TOLD, RECORDS_NOW))


def now(text: str = RECORDS, people: tuple[str, ...] = ONE_MAN, **more: Any) -> Any:
    return holds(told(), small.records(text), people, **{"links": LINK, "decided": SAME, **more})


def changed(record: str, **cells: str) -> str:
    """The records with cells of one of them another."""
    rows = small.rows(RECORDS)
    for row in rows:
        row.update(cells if row["record"] == record else {})
    header = list(rows[0])
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [header, *([row[n] for n in header] for row in rows)])


def without(record: str) -> str:
    return "\n".join(line for line in RECORDS.splitlines() if f"| {record} " not in line)


def test_what_holds_as_it_was_told_is_told_to_nobody_again() -> None:
    assert corrected(told(), now(), [E_NOW, S_NOW]) == {}


def test_decided_different_is_told_to_exactly_the_two_forces_that_were_told() -> None:
    found = corrected(told(), now(people=TWO_MEN, decided=DIFFERENT))
    assert said(found) == {"essex": ["E-1 decided_different"], "surrey": ["S-1 decided_different"]}
    (essex,) = found["essex"]
    assert essex.sentence == "You were told that another force has a record of a missing person of yours."
    assert essex.now == "A person has since decided that the records are of different people."
    assert essex.ask.startswith("Do not act on it.")
    assert (essex.change, essex.document, essex.told_at) == ("withdrawn", "2018-03-aaaa", MORNING)
    assert essex.own == ("essex:1",)


def test_each_is_told_once() -> None:
    different = {"people": TWO_MEN, "decided": DIFFERENT}
    first = corrected(told(), now(**different))
    both = then(told(), ledger(*noticed(first)))
    assert corrected(both, now(**different)) == {}


def test_the_next_report_begins_with_it_and_says_when_a_notice_told_it() -> None:
    different = now(people=TWO_MEN, decided=DIFFERENT)
    both = then(told(), ledger(*noticed(corrected(told(), different)), day=1))
    for force, one in (("essex", "E-1"), ("surrey", "S-1")):
        (found,) = since_the_report(force, both.to_pylist(), [], different, {}, document="2018-06-cccc")
        assert (found.item, found.told_at, found.corrected_at) == (one, MORNING, MORNING + dt.timedelta(days=1))
    assert since_the_report("kent", both.to_pylist(), [], different, {}, document="2018-06-cccc") == ()


def at(moment: dt.datetime, *told: Any) -> Any:
    """What was told at one moment."""
    lines = ledger(*told)
    moments = pa.array([moment] * len(lines), lines.schema.field("told_at").type)
    return lines.set_column(lines.schema.get_field_index("told_at"), "told_at", moments)


def test_of_two_notices_of_one_day_the_recipient_can_say_which_is_the_later() -> None:
    """Surrey's record said hospital in the morning and abroad in the afternoon: what came last holds."""
    first = corrected(told(), now(changed("surrey:1", status="in_hospital")), [E_NOW, S_NOW])
    noon, later_on = MORNING.replace(hour=12), MORNING.replace(hour=16, minute=5)
    both = then(told(), at(noon, *noticed(first)))
    moved = now(changed("surrey:1", status="abroad_known"))
    second = corrected(both, moved)
    (essex,) = second["essex"]
    assert (essex.document, essex.told_at) == ("2018-03-notice-bbbb", noon), "which notice it corrects, and its moment"
    every = then(both, at(later_on, *noticed(second, "2018-03-notice-cccc")))
    found = since_the_report("essex", every.to_pylist(), [], moved, {}, document="2018-06-cccc")
    assert [each.corrected_at for each in found] == [noon, later_on]
    report = replace(reports([])["essex"], corrections=found)
    settings = Settings(Workspace(Path()), "2018-06", "APD-1", "DPIA-1", synthetic=True)
    page = render(report, settings, release="2018-06-cccc", as_of=MORNING.date())
    for said_so in ("By a notice on 10 March 2018, 12:00 UTC.", "By a notice on 10 March 2018, 16:05 UTC."):
        assert said_so in page
    assert [
        each["corrected_at"]
        for each in document.document(report, settings, release="2018-06-cccc", as_of=MORNING.date())["corrections"]
    ] == ["2018-03-10T12:00:00Z", "2018-03-10T16:05:00Z"]
    told_by = notice_to_essex(now(people=TWO_MEN, decided=DIFFERENT))
    made = files(told_by, settings, at=later_on)
    (page, data) = (next(made[name].decode() for name in made if name.endswith(end)) for end in (".html", ".json"))
    assert "10 March 2018, 16:05 UTC" in page
    values = json.loads(data)
    assert values["at"] == "2018-03-10T16:05:00Z"
    Draft202012Validator(document.notice_schema(), format_checker=FormatChecker()).validate(values)


def test_the_report_after_that_does_not() -> None:
    different = now(people=TWO_MEN, decided=DIFFERENT)
    every = then(told(), ledger(*noticed(corrected(told(), different)), day=1))
    (again,) = since_the_report("essex", every.to_pylist(), [], different, {}, document="2018-06-cccc")
    every = then(every, ledger(again.line("essex", "2018-06-cccc", "report"), day=2))
    assert since_the_report("essex", every.to_pylist(), [], different, {}, document="2018-09-dddd") == ()
    written_anew = since_the_report("essex", every.to_pylist(), [], different, {}, document="2018-06-cccc")
    assert [each.item for each in written_anew] == ["E-1"]


def test_what_no_notice_told_the_report_tells_itself() -> None:
    different = now(people=TWO_MEN, decided=DIFFERENT)
    (found,) = since_the_report("essex", told().to_pylist(), [], different, {}, document="2018-06-cccc")
    assert (found.item, found.corrected_at) == ("E-1", None)


@pytest.mark.parametrize(
    ("what", "holding", "reason"),
    [
        ("the decision was taken back", {"decided": "", "log": taken_back("essex:1", "surrey:1")}, "taken_back"),
        ("it was decided that nobody can tell", {"decided": SAME.replace("same", "cannot_tell")}, "cannot_tell"),
        (
            "the evidence is another now",
            {"links": LINK.replace("proposed |", "proposed |"), "hash": "new"},
            "evidence_changed",
        ),
        ("the shared identifier was mis-keyed", {"decided": ""}, "not_verified"),
        ("the identity was taken apart elsewhere", {}, "apart"),
    ],
)
def test_a_link_that_holds_no_longer_is_told_with_its_reason(what: str, holding: dict[str, Any], reason: str) -> None:
    if holding.pop("hash", None):
        holding["links"] = "| left | right | strength | hash |\n| essex:1 | surrey:1 | proposed | other |"
    found = corrected(told(), now(people=TWO_MEN, **holding))
    assert said(found) == {"essex": [f"E-1 {reason}"], "surrey": [f"S-1 {reason}"]}, what


def test_the_counterparts_record_says_otherwise_in_a_later_cycle_and_the_item_holds() -> None:
    """Custody became hospital: the man is still known to Surrey, and Essex is told what its record says now."""
    moved = changed("surrey:1", status="in_hospital", as_of="2018-06-01")
    found = corrected(told(), now(moved), [E_NOW, S_NOW])
    assert said(found) == {"essex": ["E-1 changed"]}
    (essex,) = found["essex"]
    assert essex.now == (
        "What the other force’s record says has changed. surrey:1 says: in hospital (as of 1 June 2018)."
    )
    both = then(told(), ledger(*noticed(found)))
    assert corrected(both, now(moved), [E_NOW, S_NOW]) == {}
    back = corrected(both, now(), [E_NOW, S_NOW])
    assert said(back) == {"essex": ["E-1 changed"]}, "and told again when it changes again"


def test_that_the_counterpart_was_seen_again_later_is_news_and_no_correction() -> None:
    seen = changed("surrey:1", last_contact="2018-05-01", as_of="2018-06-01")
    assert corrected(told(), now(seen), [E_NOW, S_NOW]) == {}


def test_the_counterpart_no_longer_says_what_made_it_a_lead() -> None:
    """Surrey lost him too: there is no such lead any more, whatever else Essex is told of it."""
    lost = changed("surrey:1", status="wanted")
    found = corrected(told(), now(lost), [])
    assert said(found)["essex"] == ["E-1 says_otherwise"]


def test_the_counterpart_left_the_register_and_its_force_answered() -> None:
    found = corrected(told(), now(without("surrey:1")))
    assert said(found) == {"essex": ["E-1 not_in_register"]}


def test_a_silent_force_takes_nothing_back() -> None:
    assert corrected(told(), now(without("surrey:1"), silent=["surrey"])) == {}


def test_a_claim_the_force_itself_closed_is_no_correction_for_it_but_for_the_other() -> None:
    found = corrected(told(), now(changed("essex:1", status="located", missing_since="")))
    assert said(found) == {"surrey": ["S-1 says_otherwise"]}


@pytest.mark.parametrize("cells", [{"missing_since": "2017-06-01"}, {"name": "Adams, Jon"}])
def test_a_record_the_force_put_right_itself_is_no_correction_for_it(cells: dict[str, str]) -> None:
    assert "essex" not in corrected(told(), now(changed("essex:1", **cells)), [S_NOW])


def test_a_force_that_acted_on_a_link_is_told_although_its_claim_is_closed() -> None:
    closed = changed("essex:1", status="located", missing_since="")
    found = corrected(told(), now(closed, people=TWO_MEN, decided=DIFFERENT))
    assert said(found)["essex"] == ["E-1 decided_different"]


@pytest.mark.parametrize(("answer", "told_of"), [("not_same", False), ("confirmed_same", True), ("need_more", True)])
def test_a_force_that_said_itself_they_are_two_people_knows(answer: str, told_of: bool) -> None:
    found = corrected(told(), now(people=TWO_MEN, decided=DIFFERENT), answers={"essex": {"E-1": answer}})
    assert ("essex" in found) == told_of
    assert "surrey" in found


@pytest.mark.parametrize("why", [{}, {"people": TWO_MEN, "decided": DIFFERENT}])
def test_of_who_is_restricted_since_it_says_that_it_is_withdrawn_and_nothing_more(why: dict[str, Any]) -> None:
    guarded = now(changed("surrey:1", status="in_hospital"), restricted=["surrey:1"], **why)
    (essex,) = corrected(told(), guarded)["essex"]
    assert (essex.reason, essex.now) == ("withdrawn", "It is withdrawn.")
    words = " ".join((essex.sentence, essex.now, essex.ask, *essex.own))
    assert not [each for each in ("surrey", "Surrey", "hospital", "custody", "Adams") if each in words]


def test_a_report_repeats_nothing_of_who_was_restricted_after_a_notice() -> None:
    moved = now(changed("surrey:1", status="in_hospital"))
    both = then(told(), ledger(*noticed(corrected(told(), moved, [E_NOW, S_NOW]))))
    guarded = now(changed("surrey:1", status="in_hospital"), restricted=["surrey:1"])
    (found,) = since_the_report("essex", both.to_pylist(), [], guarded, {}, document="2018-06-cccc")
    assert (found.reason, found.now) == ("withdrawn", "It is withdrawn.")


def later(lines: Any, status: str, **more: Any) -> Any:
    """What holds in a later cycle, in which the two are decided to be two men, of all that was told by then."""
    moved = small.records(changed("surrey:1", status=status))
    return holds(lines, moved, TWO_MEN, **{"links": LINK, "decided": DIFFERENT, **more})


def begins(lines: Any, holding: Any) -> list[tuple[str, str]]:
    """The corrections the next report to Essex begins with: reason and what is true now."""
    found = since_the_report("essex", lines.to_pylist(), [], holding, {}, document="2018-06-cccc")
    return [(each.reason, each.now) for each in found]


def test_a_report_repeats_no_status_of_a_record_that_is_no_longer_held_to_be_of_the_same_person() -> None:
    """A notice said that he is in hospital; by now they are two men, and Surrey’s has died."""
    found = corrected(told(), now(changed("surrey:1", status="in_hospital")), [E_NOW, S_NOW])
    both = then(told(), ledger(*noticed(found), day=1))
    assert begins(both, later(both, "deceased")) == [
        ("changed", "What the other force’s record says has changed."),
        ("decided_different", "A person has since decided that the records are of different people."),
    ]


@pytest.mark.parametrize(("people", "decided"), [(ONE_MAN, DIFFERENT), (TWO_MEN, SAME), (("essex:1", "kent:1"), SAME)])
def test_a_status_is_repeated_only_where_no_link_is_broken_and_all_have_one_identity(
    people: tuple[str, ...], decided: str
) -> None:
    found = corrected(told(), now(changed("surrey:1", status="in_hospital")), [E_NOW, S_NOW])
    both = then(told(), ledger(*noticed(found), day=1))
    holding = holds(both, small.records(changed("surrey:1", status="deceased")), people, links=LINK, decided=decided)
    assert not [words for _reason, words in begins(both, holding) if "surrey:1" in words]


def test_what_was_withdrawn_as_the_record_said_otherwise_is_corrected_when_they_are_two_people() -> None:
    """The force was told of the record as of its man: it has to hear that it is not."""
    found = corrected(told(), now(changed("surrey:1", status="abroad_known")))
    assert said(found) == {"essex": ["E-1 says_otherwise"]}
    both = then(told(), ledger(*noticed(found), day=1))
    apart = later(both, "deceased")
    second = corrected(both, apart)
    assert said(second)["essex"] == ["E-1 decided_different"]
    assert (second["essex"][0].document, second["essex"][0].now) == (
        "2018-03-notice-bbbb",
        "A person has since decided that the records are of different people.",
    )
    assert begins(both, apart) == [
        ("says_otherwise", "The other force’s record says otherwise now."),
        ("decided_different", "A person has since decided that the records are of different people."),
    ]
    every = then(both, ledger(*noticed(second, "2018-04-notice-dddd"), day=2))
    assert corrected(every, later(every, "deceased")) == {}, "told once"


def test_it_stays_withdrawn_without_another_word_while_they_are_one_person() -> None:
    moved = changed("surrey:1", status="abroad_known")
    both = then(told(), ledger(*noticed(corrected(told(), now(moved))), day=1))
    assert corrected(both, now(moved)) == {}
    guarded = now(moved, restricted=["surrey:1"])
    assert corrected(both, guarded) == {}


def test_of_who_is_restricted_by_then_the_second_correction_says_nothing_more() -> None:
    both = then(told(), ledger(*noticed(corrected(told(), now(changed("surrey:1", status="abroad_known")))), day=1))
    (essex,) = corrected(both, later(both, "deceased", restricted=["surrey:1"]))["essex"]
    assert (essex.reason, essex.now) == ("withdrawn", "It is withdrawn.")


def test_what_is_said_of_more_records_now_takes_nothing_back() -> None:
    (wider,) = (
        item(row)
        for row in small.rows(
            TOLD.replace("E-1 ", "E-2 ").replace("surrey:1 |\n| surrey", "surrey:1 kent:1 |\n| surrey")
        )
        if row["force"] == "essex"
    )
    assert corrected(told(), now(people=("essex:1 surrey:1 kent:1",)), [wider, S_NOW]) == {}


def test_what_was_withdrawn_and_holds_again_is_withdrawn_again() -> None:
    """Told, withdrawn, told again by a later notice, and withdrawn again: two corrections, of two documents."""
    apart = now(people=TWO_MEN, decided=DIFFERENT)
    first = then(told(), ledger(*noticed(corrected(told(), apart))))
    assert corrected(first, now(), [E_NOW, S_NOW]) == {}, "that it holds again is a lead, and no correction"
    again = then(first, ledger(*reported(TOLD, RECORDS_NOW, "2018-03-notice-eeee", "notice")))
    found = corrected(again, apart)
    assert {each.document for every in found.values() for each in every} == {"2018-03-notice-eeee"}


def test_the_report_says_of_what_was_withdrawn_that_it_holds_again() -> None:
    apart = now(people=TWO_MEN, decided=DIFFERENT)
    both = then(told(), ledger(*noticed(corrected(told(), apart))))
    (found,) = since_the_report("essex", both.to_pylist(), [E_NOW], now(), {}, document="2018-06-cccc")
    assert found.now.endswith("It holds again, and stands below.")
    assert found.ask == ""


def notice_to_essex(holding: Any, items: Any = ()) -> Any:
    force = next(each for each in forces() if each.slug == "essex")
    own = [row for row in told().to_pylist() if row["force"] == "essex"]
    return notice(force, items, 0, own, holding=holding, answers={}, cycle="2018-03")


@pytest.mark.parametrize(
    ("what", "holding", "records"),
    [
        ("its status is told", {"text": changed("surrey:1", status="abroad_known")}, ("essex:1", "surrey:1")),
        ("nothing of it is told", {"people": TWO_MEN, "decided": DIFFERENT}, ("essex:1",)),
        ("it is restricted since", {"restricted": ["surrey:1"]}, ("essex:1",)),
    ],
)
def test_a_document_tells_of_the_counterpart_whose_status_a_correction_tells(
    what: str, holding: dict[str, Any], records: tuple[str, ...]
) -> None:
    """By these ids delivery is refused and disclosure noted; a withdrawal has to go all the same."""
    found = notice_to_essex(now(**holding))
    assert found.records == records, what
    page = json.dumps([each.as_json() for each in found.corrections])
    assert ("surrey:1" in page) == ("surrey:1" in records), what
    report = replace(reports([])["essex"], corrections=found.corrections)
    assert report.records == records, what


def test_a_notice_tells_of_the_record_that_holds_the_two_together() -> None:
    (row,) = (row for row in small.rows(TOLD) if row["force"] == "essex")
    through = item({**row, "item": "E-2", "pairs": "essex:1~kent:1"}, risk="high")
    assert notice_to_essex(now(), [E_NOW, through]).records == ("essex:1", "kent:1", "surrey:1")


def test_an_item_about_the_forces_own_records_ends_without_a_word() -> None:
    text = "| force | item | kind | own | others |\n| essex | O-1 | overdue | essex:1 |  |"
    assert corrected(ledger(*reported(text, RECORDS_NOW)), now()) == {}


def test_records_of_one_force_decided_to_be_of_two_people_are_told_to_it() -> None:
    text = """
    | force | item | kind         | own             | others | pairs           |
    | essex | W-1  | within_force | essex:1 essex:2 |        | essex:1~essex:2 |
    """
    records = RECORDS + "| essex:2 | Adams, Jon | located | | | 2018-03-01 |"
    lines = ledger(*reported(text, small.records(records)))
    apart = "| left | right | judgement |\n| essex:1 | essex:2 | different |"
    found = corrected(lines, holds(lines, small.records(records), ("essex:1", "essex:2"), decided=apart))
    assert said(found) == {"essex": ["W-1 decided_different"]}


def test_every_kind_of_item_haswords_for_what_was_told() -> None:
    assert set(words()["told"]) >= set(kinds())


def test_every_reason_that_counts_says_what_is_true_now_and_what_is_asked() -> None:
    counting = [each for each in words()["reasons"] if each["counts"]]
    assert counting
    for each in counting:
        assert each["change"] in CHANGES
        assert each["now"]
        assert each["ask"]


def test_what_goes_before_a_sign_off_is_given_by_reasons_there_are() -> None:
    assert {each["code"] for each in words()["reasons"]} >= OF_PEOPLE
