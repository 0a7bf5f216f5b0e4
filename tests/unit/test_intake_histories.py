"""Notifications, exemptions, events, stays, travels and episodes, from the columns of a flat extract."""

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest

from reconcile.errors import ProfileError
from reconcile.forces import Format, profile
from reconcile.forces.lists import LIST_COLUMNS, LISTS
from reconcile.forces.profile import CODED, COLUMNS
from reconcile.intake.columns import map_columns
from reconcile.intake.read import read
from reconcile.intake.standardise import standardise
from tests.unit.dialect import KENT, canonical, table

AS_OF = dt.date(2018, 3, 1)
SCALARS = ("first_notified", "released_on", "residence", "last_reviewed", "circulated", "transferred_to")
HISTORIAN = replace(
    KENT,
    columns={**KENT.columns, **{column: (column,) for column in (*SCALARS, *LIST_COLUMNS)}},
    values={
        **KENT.values,
        "residence": {"nfa": "regularly_found"},
        "circulated": {"y": "yes"},
        "transferred_to": {"the met": "metropolitan"},
        "exemption_kinds": {"hmp": "custody"},
        "event_kinds": {"moved": "address"},
        "episode_outcomes": {"traced": "found"},
    },
)


def record(**cells: str) -> dict[str, Any]:
    rows = canonical(dict.fromkeys(LIST_COLUMNS, "") | cells, dialect=HISTORIAN)
    return standardise(rows, HISTORIAN, AS_OF, "ab" * 32)[0].to_pylist()[0]


def said(date: dict[str, Any] | None) -> str | None:
    """A date as its day, as its text where it has none, or None where it is blank."""
    return date and (str(date["lo"]) if date["lo"] else f"? {date['text']}")


def lines(entries: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [tuple(said(each) if isinstance(each, dict) else each for each in entry.values()) for entry in entries]


def test_the_new_fields_of_one_cell() -> None:
    found = record(
        first_notified="05/01/2010",
        released_on="2009",
        residence="NFA",
        last_reviewed="refused",
        circulated="y",
        transferred_to="The Met",
    )
    assert (said(found["first_notified"]), found["released_on"]["hi"]) == ("2010-01-05", dt.date(2009, 12, 31))
    assert [found[name] for name in ("residence", "circulated", "transferred_to")] == [
        "regularly_found",
        "yes",
        "metropolitan",
    ]
    assert found["last_reviewed"] is None
    assert found["absent"] == [{"field": "last_reviewed", "reason": "withheld", "text": "refused"}]
    assert {(each["field"], each["text"]) for each in found["as_sent"]} == {
        ("sex", "1"),
        ("residence", "NFA"),
        ("circulated", "y"),
        ("transferred_to", "The Met"),
    }


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("West Midlands Police", "west-midlands"),
        ("POLICE SCOTLAND", "police-scotland"),
        ("west-midlands", "west-midlands"),
        ("West Midlands", "west-midlands"),
        ("Somewhere Police", None),
    ],
)
def test_a_force_is_known_by_its_name_and_its_slug(text: str, slug: str | None) -> None:
    found = record(transferred_to=text)
    assert found["transferred_to"] == slug
    assert [each["text"] for each in found["as_sent"] if each["field"] == "transferred_to"] == [text] * (text != slug)


def test_lists_side_by_side() -> None:
    found = record(
        exemption_kinds="HMP|abroad|prison ship",
        exemption_starts="05/01/2011|01/06/2013|2015",
        exemption_ends="05/07/2011||01/01/2016",
        event_kinds="name|moved",
        event_dates="01/02/2012|03/04/2013",
        event_notified=" |05/04/13",
        event_advance="|04/04/2013",
        travel_left="01/08/2016",
        travel_return_due="15/08/2019",
        episode_starts="01/01/2014|01/06/2017",
        episode_ends="01/03/2014|",
        episode_outcomes="Traced|",
    )
    assert lines(found["exemptions"]) == [
        ("custody", "2011-01-05", "2011-07-05"),
        ("abroad", "2013-06-01", None),
        (None, "2015-01-01", "2016-01-01"),
    ]
    assert lines(found["events"]) == [
        ("name", "2012-02-01", None, None),
        ("address", "2013-04-03", "2013-04-05", "2013-04-04"),
    ]
    assert lines(found["travels"]) == [("2016-08-01", "2019-08-15", None)]
    assert lines(found["episodes"]) == [("2014-01-01", "2014-03-01", "found"), ("2017-06-01", None, None)]
    assert found["stays"] == found["absent"] == []
    assert [(each["field"], each["text"]) for each in found["as_sent"] if each["field"] != "sex"] == [
        ("exemption_kinds", "HMP"),
        ("exemption_kinds", "prison ship"),
        ("event_kinds", "moved"),
        ("episode_outcomes", "Traced"),
    ]


def test_of_an_address_of_a_stay_nothing_is_kept_but_which_it_was() -> None:
    found = record(
        stay_places="4 Elm Road, Hythe|9 Oak St|4 ELM ROAD  HYTHE||9 Oak St.",
        stay_starts="01/01/2016|02/02/2016|03/03/2016|04/04/2016|05/05/2016",
        stay_ends="03/01/2016|04/02/2016|07/03/2016|05/04/2016|06/05/2016",
        stay_notified="||05/03/2016||",
    )
    assert [each["place"] for each in found["stays"]] == ["1", "2", "1", None, "2"]
    for places in ("4 Elm Road|9 Oak St", "4 Elm Road", "4 Elm Road|9 Oak St|x|y|z|4 Elm Road"):
        other = record(stay_places=places, stay_starts="01/01/2016|02/02/2016|03/03/2016", stay_ends="||07/03/2016")
        assert len(other["stays"]) == 3
        assert other["absent"] == [{"field": "stay_places", "reason": "unknown", "text": None}]
        assert not [word for word in ("Elm", "Oak") if word in str(other)]


def test_each_record_numbers_its_own_places() -> None:
    people = [
        {"Ref": "K2", "stay_places": "A|B", "stay_starts": "01/01/2016|02/02/2016"},
        {"Ref": "K1", "stay_places": "C|B|C", "stay_starts": "01/01/2016|02/02/2016|03/03/2016"},
        {"Ref": "K3"},
    ]
    rows = canonical(dict.fromkeys(LIST_COLUMNS, ""), *people, dialect=HISTORIAN).slice(1)
    records = standardise(rows, HISTORIAN, AS_OF, "ab" * 32)[0]
    found = records["stays"].to_pylist()
    assert [[stay["place"] for stay in each] for each in found] == [["1", "2", "1"], ["1", "2"], []]


def test_a_list_of_another_length_is_not_guessed_at_and_nothing_of_it_is_lost() -> None:
    found = record(
        exemption_kinds="custody|hospital|abroad",
        exemption_starts="05/01/2011|01/06/2013|01/01/2015",
        exemption_ends="05/07/2011|01/02/2015",
    )
    assert lines(found["exemptions"]) == [
        ("custody", "2011-01-05", "? 05/07/2011|01/02/2015"),
        ("hospital", "2013-06-01", "? 05/07/2011|01/02/2015"),
        ("abroad", "2015-01-01", "? 05/07/2011|01/02/2015"),
    ]
    assert found["absent"] == [{"field": "exemption_ends", "reason": "unknown", "text": "05/07/2011|01/02/2015"}]
    longer = record(exemption_kinds="custody|hospital", exemption_starts="05/01/2011", exemption_ends="05/07/2011")
    assert lines(longer["exemptions"]) == [(None, "2011-01-05", "2011-07-05")]
    assert longer["absent"] == [{"field": "exemption_kinds", "reason": "unknown", "text": "custody|hospital"}]


def test_a_single_day_is_not_spread_over_entries_it_may_not_belong_to() -> None:
    found = record(episode_starts="01/01/2014|01/06/2017", episode_ends="01/03/2014")
    assert [(each["end"]["lo"], each["end"]["text"]) for each in found["episodes"]] == [(None, "01/03/2014")] * 2


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("01/01/2014|", "01/03/2014", ""), [("2014-01-01", "2014-03-01", None)]),
        (("01/01/2014", "01/03/2014|", "found|"), [("2014-01-01", "2014-03-01", "found")]),
        (
            ("01/01/2014|", "01/03/2014|01/06/2015", ""),
            [("2014-01-01", "2014-03-01", None), (None, "2015-06-01", None)],
        ),
        (("", "01/03/2014|01/06/2015", "found"), [(None, "2014-03-01", None), (None, "2015-06-01", None)]),
        (("01/01/2014||01/01/2016", "||", ""), [("2014-01-01", None, None), ("2016-01-01", None, None)]),
        (("|", "|", ""), []),
        (("soon", "", ""), [("? soon", None, None)]),
    ],
)
def test_blanks_at_the_end_and_in_between(cells: tuple[str, ...], expected: list[tuple[Any, ...]]) -> None:
    starts, ends, outcomes = cells
    assert lines(record(episode_starts=starts, episode_ends=ends, episode_outcomes=outcomes)["episodes"]) == expected


def test_a_withheld_or_unknown_end_is_no_open_end() -> None:
    found = record(exemption_kinds="custody|custody", exemption_starts="2011|2013", exemption_ends="Refused")
    assert lines(found["exemptions"])[1] == ("custody", "2013-01-01", "? Refused")
    assert found["absent"] == [{"field": "exemption_ends", "reason": "withheld", "text": "Refused"}]
    found = record(exemption_kinds="custody|custody", exemption_starts="2011|2013", exemption_ends="N/K|2014")
    assert lines(found["exemptions"])[0] == ("custody", "2011-01-01", "? N/K")
    assert record(exemption_starts="Refused")["exemptions"] == []


def test_what_is_not_sent_is_empty() -> None:
    found = record()
    assert [found[name] for name in LISTS] == [[]] * len(LISTS)
    assert [found[name] for name in SCALARS] == [None] * len(SCALARS)
    rows = canonical({"episode_starts": "01/01/2014"}, dialect=KENT)
    assert standardise(rows, KENT, AS_OF, "ab" * 32)[0]["episodes"].to_pylist() == [[]]


def test_where_a_table_lacks_a_column_of_a_list_that_is_not_known_and_not_blank() -> None:
    cells = {"exemption_kinds": "custody", "exemption_starts": "2011", "episode_starts": "2011", "episode_ends": ""}
    mapped = map_columns(table({"Ref": "K1", **dict.fromkeys(cells, "")}, cells | {"Ref": "K2"}), HISTORIAN)
    blank, found = standardise(mapped.rows, HISTORIAN, AS_OF, "ab" * 32)[0].to_pylist()
    assert (blank["exemptions"], blank["absent"]) == ([], [])
    assert lines(found["exemptions"]) == [("custody", "2011-01-01", "? not in the extract")]
    assert lines(found["episodes"]) == [("2011-01-01", None, None)]
    assert found["absent"] == [{"field": "exemption_ends", "reason": "unknown", "text": "not in the extract"}]
    told = {rule: sentence for rule, _count, sentence in mapped.notes}
    assert told["lists_whole"].endswith("not known: exemption_ends.")
    assert "columns_known" not in told


def in_profile(**changes: str | list[str]) -> dict[str, Any]:
    shipped = profile("metropolitan")
    columns = {name: list(sources) for name, sources in shipped.columns.items()}
    return {
        **vars(shipped.force),
        "tile": list(shipped.force.tile),
        "source": vars(shipped.source),
        "format": vars(shipped.format),
        "columns": {**columns, **changes},
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"exemption_starts": "A"}, "columns.exemption_kinds is missing: exemption_starts cannot be read without it"),
        ({"travel_left": "A", "travel_return_due": "B"}, "columns.travel_returned is missing"),
        ({"episode_starts": ["A", "B"], "episode_ends": "C"}, "columns.episode_starts names several columns"),
    ],
)
def test_a_profile_with_half_a_list_is_refused(changes: dict[str, Any], said: str) -> None:
    from reconcile.forces.profile import read as read_profile

    with pytest.raises(ProfileError) as caught:
        read_profile("metropolitan.toml", in_profile(**changes))
    assert said in str(caught.value)
    assert read_profile("metropolitan.toml", in_profile(episode_starts="A", episode_ends="B"))


def test_lists_inside_records_of_json_and_xml() -> None:
    columns = {**KENT.columns, "local_id": ("ref",), "status": ("status",), "surname": ("name",)}
    columns |= {"exemption_kinds": ("away.kind",), "exemption_starts": ("away.from",), "exemption_ends": ("away.to",)}
    columns |= {"travel_left": ("out",), "travel_return_due": ("due",), "travel_returned": ("back",)}
    person = {"ref": "1", "status": "Lost", "name": "Farrow"}
    away = [{"kind": "custody", "from": "2011-01-05"}, {"to": "2013-02-03", "kind": "abroad", "from": None}]
    content = {
        "nominals": [{**person, "away": away, "out": ["2011", "2012"], "due": [None, "2012"], "back": [None, None]}]
    }
    dialect = replace(
        KENT, columns=columns, identifiers={}, format=Format("json", "utf-8", "", "", "nominals", "ymd", ";")
    )
    expected = [("custody", "2011-01-05", None), ("abroad", None, "2013-02-03")]
    trips = [("2011-01-01", None, None), ("2012-01-01", "2012-01-01", None)]
    found = records_of(json.dumps(content).encode(), dialect)
    assert (lines(found["exemptions"]), lines(found["travels"]), found["absent"]) == (expected, trips, [])
    columns |= {"exemption_kinds": ("Away/@kind",), "exemption_starts": ("Away/From",), "exemption_ends": ("Away/To",)}
    columns |= {"travel_left": ("Trip/Out",), "travel_return_due": ("Trip/Due",), "travel_returned": ("Trip/Back",)}
    xml = """<r><N><ref>1</ref><status>Lost</status><name>Farrow</name>
      <Away kind="custody"><From>2011-01-05</From></Away><Away kind="abroad"><From/><To>2013-02-03</To></Away>
      <Trip><Out>2011</Out></Trip><Trip><Out>2012</Out><Due>2012</Due><Back/></Trip></N></r>"""
    dialect = replace(dialect, columns=columns, format=Format("xml", "utf-8", "", "", "N", "ymd", ";"))
    found = records_of(xml.encode(), dialect)
    assert (lines(found["exemptions"]), lines(found["travels"]), found["absent"]) == (expected, trips, [])


def records_of(content: bytes, dialect: Any) -> dict[str, Any]:
    mapped = map_columns(read(content, dialect), dialect)
    assert not [rule for rule, _count, _sentence in mapped.notes if rule in ("columns_known", "lists_whole")]
    return standardise(mapped.rows, dialect, AS_OF, "ab" * 32)[0].to_pylist()[0]


def test_every_column_of_a_list_is_a_column_of_a_profile() -> None:
    assert {*LIST_COLUMNS, *SCALARS} <= COLUMNS
    words = {member.column for listed in LISTS.values() for member in listed.members if member.holds == "word"}
    assert words == {*LIST_COLUMNS} & CODED.keys()
    assert all(listed.leads in listed.columns for listed in LISTS.values())
