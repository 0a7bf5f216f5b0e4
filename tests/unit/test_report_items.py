"""What each kind of item says, to whom, by when, and in which order."""

import datetime as dt
import re

import pyarrow as pa
import pytest

from reconcile import schema
from reconcile.intake.receipt import Receipt
from reconcile.reports.compiling import quality
from reconcile.reports.kinds import kinds
from reconcile.reports.national_completeness import national_completeness
from reconcile.reports.report import Report
from tests import told_country
from tests.small_duties import name, record
from tests.told_country import CONTACTS, decision, in_every_form, link, of_kind, reports


@pytest.fixture(scope="module")
def told() -> dict[str, Report]:
    return reports()


def references(report: Report, kind: str) -> list[tuple[str, ...]]:
    """The records of each item of a kind, those of the force before the others'."""
    return [tuple(party.reference for party in (*item.own, *item.others)) for item in of_kind(report, kind)]


def whole(text: str) -> dict[str, str | None]:
    """A name whose parts are not told apart."""
    return {"kind": "alias", "given": None, "surname": None, "full": text}


def test_every_kind_occurs_in_this_country(told: dict[str, Report]) -> None:
    assert {item.kind for report in told.values() for item in report.items} == set(kinds())


def test_items_stand_in_the_order_of_the_kinds(told: dict[str, Report]) -> None:
    for report in told.values():
        order = [list(kinds()).index(item.kind) for item in report.items]
        assert order == sorted(order)


def test_leads_stand_by_risk_and_one_nobody_gives_before_a_low_one(told: dict[str, Report]) -> None:
    assert references(told["kent"], "found_elsewhere") == [
        ("kent:2", "surrey:2"),
        ("kent:3", "surrey:3"),
        ("kent:1", "essex:1"),
    ]


def test_of_one_risk_the_person_in_custody_stands_first_and_the_active_one_last() -> None:
    rows, links = [], []
    for place, status in enumerate(("located", "abroad_known", "deceased", "in_hospital", "in_custody")):
        rows += [
            record(f"kent:{place}", status="whereabouts_unknown", missing_since="2016-01-01"),
            record(f"essex:{place}", status=status, last_contact="2018-01-01"),
        ]
        links.append(link(f"kent:{place}", f"essex:{place}", "verified"))
    found = reports(rows, links)
    said = [item.words["status"] for item in of_kind(found["kent"], "found_elsewhere")]
    assert said == ["in custody", "deceased", "in hospital", "active, located", "abroad, location known"]
    assert [item.words["status"] for item in of_kind(found["essex"], "held_here")] == said


def test_a_lead_is_told_to_both_forces_each_with_the_others_contact(told: dict[str, Report]) -> None:
    (seen,) = [item for item in of_kind(told["kent"], "found_elsewhere") if item.own[0].reference == "kent:2"]
    (held,) = [item for item in of_kind(told["surrey"], "held_here") if item.own[0].reference == "surrey:2"]
    assert seen.claimed == "You claim the person wanted, since 1 January 2017."
    assert held.claimed == "Kent Police claims the person wanted, since 1 January 2017."
    assert seen.facts == (
        "Your record kent:2 says: wanted, since 1 January 2017.",
        "Surrey Police’s record surrey:2 says: in custody, last contact 1 January 2018.",
    )
    assert seen.assessments == ("Link verified.", "By the dates as sent, this was after the loss.")
    assert (seen.contacts, held.contacts) == ((CONTACTS["surrey"],), (CONTACTS["kent"],))
    assert seen.pairs == held.pairs == (("kent:2", "surrey:2"),)
    assert (seen.risk, held.risk) == ("high", "high"), "the holder is told how pressing it is"


def test_by_when_follows_kind_and_risk_and_the_day_of_the_release(told: dict[str, Report]) -> None:
    for report in told.values():
        for item in report.items:
            days = kinds()[item.kind]["days"][item.risk or "unknown"]
            assert item.due == told_country.ON + dt.timedelta(days=days)
    undated = reports(on=None)["kent"].items
    assert {item.due for item in undated} == {None}
    assert [item.digest for item in undated] == [item.digest for item in told["kent"].items]


def test_a_double_claim_says_whose_counts_and_whose_yields(told: dict[str, Report]) -> None:
    (mine,), (theirs,) = (of_kind(told[slug], "double_claim") for slug in ("essex", "kent"))
    assert mine.words["counts"] == "yours counts"
    assert "your claim counts, Kent Police’s yields" in mine.assessments[1]
    assert theirs.words["counts"] == "Essex Police’s counts"
    assert "its claim counts, yours yields" in theirs.assessments[1]
    assert "close your claim" in theirs.words["ask"]


def test_whose_claim_counts_is_left_open_where_it_cannot_be_told() -> None:
    claim = {"status": "whereabouts_unknown", "missing_since": "2016-01-01", "last_notified": "2015"}
    rows = [record("kent:1", **claim), record("essex:1", **claim)]
    (item,) = of_kind(reports(rows, [link("kent:1", "essex:1", "verified")])["kent"], "double_claim")
    assert item.words["counts"] == "whose counts cannot be told"
    assert "cannot be told from the dates as sent" in item.assessments[1]


def test_an_owner_known_only_by_a_record_that_is_not_told_is_not_told() -> None:
    """Of three records one is held to be the person by nothing that may be told: whose it is would tell of it."""
    claim = {"status": "whereabouts_unknown", "missing_since": "2016-01-01"}
    rows = [
        record("kent:1", **claim, last_notified="2015-01-01"),
        record("essex:1", **claim, last_notified="2015-02-01"),
        record("surrey:1", status="transferred", last_notified="2017-01-01"),
    ]
    links = [link("kent:1", "essex:1", "verified"), link("kent:1", "surrey:1", "verified")]
    (item,) = of_kind(reports(rows, links)["kent"], "double_claim")
    assert item.words["counts"] == "whose counts cannot be told"
    assert "Surrey" not in str(item)


def test_a_handover_nobody_took_is_told_to_the_force_that_gave_and_to_the_one_named(told: dict[str, Report]) -> None:
    (gave,), (takes,) = (of_kind(told[slug], "unclaimed") for slug in ("kent", "surrey"))
    assert gave.words["one"] == "Handed over to Surrey Police, held by nobody"
    assert (references(told["kent"], "unclaimed"), gave.contacts) == ([("kent:5",)], (CONTACTS["surrey"],))
    assert takes.own == ()
    (handed,) = takes.others
    assert (handed.reference, handed.name, handed.said) == (
        "kent:5",
        "Fenwick, Frank",
        "transferred (as of 1 March 2018)",
    )
    assert takes.words["one"] == "Handed over to you by Kent Police, not on your register"
    assert takes.contacts == (CONTACTS["kent"],)
    assert takes.pairs == ()


def test_a_handover_to_no_force_named_is_told_to_the_one_that_gave_alone() -> None:
    found = reports([record("kent:5", status="transferred")], [])
    assert of_kind(found["kent"], "unclaimed")[0].words["one"] == "Handed over, held by nobody"
    assert all(not report.items for slug, report in found.items() if slug != "kent")


def test_a_handover_that_was_taken_is_told_to_nobody() -> None:
    rows = [record("kent:5", status="transferred", transferred_to="surrey"), record("surrey:5")]
    found = reports(rows, [link("kent:5", "surrey:5", "verified")])
    assert not [item for report in found.values() for item in of_kind(report, "unclaimed")]


def test_who_lives_in_another_area_is_told_to_the_managing_force_alone(told: dict[str, Report]) -> None:
    (item,) = of_kind(told["essex"], "unclaimed")
    assert item.words["one"] == "Living in the area of Police Scotland, which holds no record"
    assert item.contacts == (CONTACTS["police-scotland"],)
    assert told["police-scotland"].items == ()
    assert "SECRET" not in str(told), "the address itself is in no report"


def test_a_name_used_elsewhere_is_told_and_no_other_name_of_the_record(told: dict[str, Report]) -> None:
    (item,) = of_kind(told["kent"], "unnotified_name")
    assert item.claimed == "Essex Police knows the person by a name your record does not carry: Quist, Boris."
    assert item.facts[0] == "Essex Police’s record essex:6 carries “Quist, Boris” (alias)."
    assert "Later" not in str(told), "an intended name is none yet"


def test_a_name_on_a_record_joined_by_nothing_that_may_be_told_is_not_told() -> None:
    rows = [
        record("kent:6", names=[name("Hugh Hollis")]),
        record("essex:6", names=[name("Boris Quist")], events=[("name", "2017-05-01", "2017-05-02")]),
    ]
    proposed = [link("kent:6", "essex:6", "proposed")]
    assert "Quist" not in str(reports(rows, proposed)["kent"])
    found = reports(rows, proposed, [decision("kent:6", "essex:6", "same")])["kent"]
    assert of_kind(found, "unnotified_name")[0].strength == "decided"


def test_a_shared_number_tells_nothing_of_the_other_record(told: dict[str, Report]) -> None:
    (item,) = of_kind(told["kent"], "shared_identifier")
    assert (item.own[0].reference, item.others, item.contacts) == ("kent:7", (), ())
    assert not re.search("surrey|stranger", str(item), re.IGNORECASE)


def test_what_is_overdue_says_which_notification_and_since_when_and_claims_stand_last(told: dict[str, Report]) -> None:
    late = of_kind(told["kent"], "overdue")
    assert [item.own[0].reference for item in late] == ["kent:8", "kent:2", "kent:4", "kent:3", "kent:9", "kent:1"]
    assert late[0].facts == ("The periodic notification was due on 1 February 2018.",)
    assert (late[0].words["what"], late[0].words["days"]) == ("periodic", "28")
    assert late[1].facts == ("The initial notification was due on 12 January 2017.",)
    assert all(not item.others and not item.contacts for item in late)


def test_a_change_notified_late_is_told() -> None:
    row = record("kent:1", first_notified="2017-01-11", last_notified="2018-02-20")
    late = record("kent:2", first_notified="2017-01-11", events=[("address", "2018-02-01", "2018-02-20")])
    (item,) = of_kind(reports([row, late], [])["kent"], "overdue")
    assert item.own[0].reference == "kent:2"
    assert any(
        fact.startswith("A change was due to be notified by") and fact.endswith("was late.") for fact in item.facts
    )


def test_a_review_out_of_date_says_when_the_last_was(told: dict[str, Report]) -> None:
    (item,) = of_kind(told["kent"], "stale_review")
    assert item.own[0].reference == "kent:9"
    assert item.facts[0] == "By your record, the enquiries were last reviewed on 1 November 2017."
    assert item.words["days"] == "120"


def test_records_of_one_person_in_one_force_are_recommended_to_be_merged(told: dict[str, Report]) -> None:
    assert references(told["surrey"], "within_force") == [("surrey:10", "surrey:11")]


def test_a_proposal_is_a_count_until_it_is_decided(told: dict[str, Report]) -> None:
    assert "essex:12" not in str(told["kent"].items)
    assert told["kent"].undecided == 1
    found = reports(decisions=[decision("essex:12", "kent:12", "same")])["kent"]
    (lead,) = [item for item in of_kind(found, "found_elsewhere") if item.others[0].reference == "essex:12"]
    assert lead.assessments[0] == "Link decided by a person."
    assert found.undecided == 0


@pytest.mark.parametrize("said", ["different", "cannot_tell"])
def test_a_decision_that_they_are_not_one_person_tells_nothing(said: str) -> None:
    found = reports(decisions=[decision("essex:12", "kent:12", said)])
    assert "essex:12" not in str(found["kent"].items)


def test_a_link_decided_different_is_told_to_nobody_though_it_is_verified() -> None:
    found = reports(decisions=[decision("kent:2", "surrey:2", "different")])
    assert "surrey:2" not in str(found["kent"].items)
    assert "kent:2" not in str(found["surrey"].items)


@pytest.mark.parametrize(
    "protected", ["kent:2", "surrey:2", "kent:5", "essex:5", "essex:6", "kent:7", "kent:8", "kent:9", "surrey:10"]
)
def test_a_restricted_person_is_in_no_item_of_any_force_and_is_counted(protected: str, told: dict[str, Report]) -> None:
    found = reports(protected=[protected])
    for slug, report in found.items():
        assert not re.search(rf"\b{protected}\b", str(report.items)), slug
        assert len(report.items) + report.restricted == len(told[slug].items)
    assert sum(report.restricted for report in found.values()) > 0


@pytest.mark.parametrize("born", ["2003-01-01", "", "1999/2001"])
def test_a_child_and_one_who_may_be_one_are_in_no_item(born: str) -> None:
    rows = [
        {**row, "birth_date": record(birth_date=born)["birth_date"]} if row["record_id"] == "surrey:2" else row
        for row in told_country.RECORDS
    ]
    found = reports(rows)
    assert not re.search(r"\b(kent|surrey):2\b", str([report.items for report in found.values()]))
    assert found["kent"].restricted >= 1
    assert found["surrey"].restricted == 1


def test_quality_is_set_against_the_national_median() -> None:
    """A force that fills birth dates less often than the others is told so, and of nobody else's share."""
    receipts = {}
    for slug, filled in (("essex", 100), ("kent", 60), ("police-scotland", 90), ("surrey", 95)):
        counts = {"filled": filled, "blank": 100 - filled, "unknown": 0, "withheld": 0}
        receipts[slug] = {"birth_date": counts}
    every = [
        Receipt(slug, "RECEIVED", f"{slug}.csv", "ab" * 32, dt.date(2018, 3, 1), 100, 100, completeness=counts)
        for slug, counts in receipts.items()
    ]
    (line,) = quality(every[1], national_completeness(every, 3))
    assert (line.field, line.filled, line.median, line.low) == ("birth_date", 60.0, 92.5, True)
    assert quality(None, national_completeness(every, 3)) == ()


CANARY = "after moving in w/ CANARY aged 6, 4 Elm Rd"


@pytest.mark.parametrize(
    ("theirs", "kind", "said"),
    [
        ({"status": "whereabouts_unknown", "missing_since": CANARY}, "double_claim", "whereabouts unknown, undated"),
        ({"status": "in_custody", "last_contact": CANARY}, "found_elsewhere", "in custody, last contact undated"),
    ],
)
def test_a_forces_free_text_in_place_of_a_date_is_told_to_no_force(
    theirs: dict[str, str], kind: str, said: str
) -> None:
    """What an officer typed where a date belongs may be of a child or a victim."""
    ours = {"status": "whereabouts_unknown", "missing_since": "2016-01-01", "risk_level": "high"}
    rows = [record("kent:1", names=[name("Ivor Ewart")], **ours), record("essex:1", names=[name("I. Ewart")], **theirs)]
    found = reports(rows, [link("essex:1", "kent:1", "verified")])
    (item,) = of_kind(found["kent"], kind)
    assert [party.says for party in item.others] == [said]
    assert f"Essex Police’s record essex:1 says: {said}." in item.facts
    assert "CANARY" not in in_every_form(found["kent"])
    for force, each in found.items():
        assert "CANARY" not in repr(each.items), force


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([name("Hugh Hollis"), name("Boris Quist")], ["Quist, Boris"]),
        ([name("Hugh Hollis"), whole("Boris Quist (see victim JONES)")], ["Boris Quist …"]),
        ([name("Hugh Hollis"), whole("Boris Quist, mother of JONES")], ["Boris Quist …"]),
        ([name("Hugh Hollis"), whole("see victim JONES")], []),
        ([whole("Hugh Hollis (see victim JONES)")], []),
    ],
)
def test_a_name_known_elsewhere_is_told_as_far_as_it_reads_as_one(names: list[dict[str, str]], told: list[str]) -> None:
    ours = record("kent:1", names=[name("Hugh Hollis")], last_notified="2018-01-01")
    events = [("name", "2017-05-01", "2017-05-02")]
    theirs = record("essex:1", names=names, events=events, last_notified="2018-01-01")
    found = reports([ours, theirs], [link("essex:1", "kent:1", "verified")])
    items = of_kind(found["kent"], "unnotified_name")
    assert [re.findall("carries “([^”]+)”", fact) for item in items for fact in item.facts[:1]] == [
        [each] for each in told
    ]
    assert "JONES" not in in_every_form(found["kent"])


def test_a_note_in_the_current_name_of_another_force_is_left_out() -> None:
    note = {"kind": "current", "given": "John", "surname": "SMITH (see victim file JONES)", "full": None}
    rows = [
        record("kent:1", status="whereabouts_unknown", missing_since="2016-01-01"),
        record("essex:1", names=[note], status="in_custody", last_contact="2018-01-01"),
    ]
    found = reports(rows, [link("essex:1", "kent:1", "verified")])
    (item,) = of_kind(found["kent"], "found_elsewhere")
    assert [party.name for party in item.others] == ["SMITH …, John"]
    assert "JONES" not in in_every_form(found["kent"])


@pytest.mark.parametrize(
    ("surname", "told"),
    [
        ("Marsh", "Surname changed from Marsh to Hollis; given names agree."),
        ("Marsh (see victim JONES)", "The names agree or are alike."),
    ],
)
def test_a_name_a_list_of_name_changes_gave_is_told_in_the_evidence(surname: str, told: str) -> None:
    rows = [
        record("kent:1", names=[name("Hugh Marsh")], status="whereabouts_unknown", missing_since="2016-01-01"),
        record("essex:1", names=[name("Hugh Hollis")], status="in_custody", last_contact="2018-01-01"),
    ]
    more = {"record_id": "essex:1", "kind": "previous", "given": "Hugh", "surname": surname}
    added = pa.Table.from_pylist([more], schema.NAMES_ADDED)
    said = f"Surname changed from {surname} to Hollis; given names agree."
    links = [link("essex:1", "kent:1", "verified", [("name", 9.0, said)])]
    (item,) = of_kind(reports(rows, links, names_added=added)["kent"], "found_elsewhere")
    assert item.speaks_for == (told,)
