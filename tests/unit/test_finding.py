"""Whom a question finds, in which order, and why."""

import datetime as dt

import pytest

from reconcile import cycle
from reconcile.review.asked import understand
from reconcile.review.finding import Found, Holders, Register
from reconcile.settings import Settings
from tests import people_country
from tests.people_country import PNC


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return people_country.written(tmp_path_factory.mktemp("finding"))


def found(settings: Settings, question: str) -> Found:
    table = cycle.linkable(settings)
    register = Register(table, {"essex": "Essex", "kent": "Kent", "surrey": "Surrey"})
    return register.find(understand(question), Holders(table, cycle.table(settings, "identities")))


def people(settings: Settings, question: str) -> list[str]:
    """The first record of each person found, the best hit first."""
    return [hit.records[0] for hit in found(settings, question).hits]


@pytest.mark.parametrize(
    ("question", "record"),
    [
        ("Maria Ivanova", "surrey:1"),
        ("ivanova maria", "surrey:1"),  # turned
        ("Мария Иванова", "surrey:1"),  # another script
        ("Marya Iwanowa", "surrey:1"),  # another romanisation
        ("Maria Ivanvoa", "surrey:1"),  # a slip
        ("IVANOVA", "surrey:1"),
        ("Brown, Pete", "kent:3"),  # a short form
    ],
)
def test_a_name_is_found_however_it_is_written(settings: Settings, question: str, record: str) -> None:
    assert people(settings, question)[0] == record


def test_all_of_a_name_are_found_and_nobody_else(settings: Settings) -> None:
    hits = found(settings, "William Smith").hits
    assert {record for hit in hits for record in hit.records} == {"essex:1", "kent:1", "kent:2"}
    assert len(hits) == 2  # two records of one man are one hit


def test_the_birth_date_puts_who_fits_first_and_says_so_of_who_does_not(settings: Settings) -> None:
    first, second = found(settings, "William Smith born 2 January 1960").hits
    assert first.records == ("kent:2",)
    assert any("Born 2 January 1960 by Kent" in sentence for sentence in first.why)
    assert any("birth date is another: 12 May 1971" in sentence for sentence in second.why)


def test_a_birth_date_alone_finds_also_who_can_be_born_then(settings: Settings) -> None:
    assert set(people(settings, "12/05/1971")) == {"essex:1"}
    (hit,) = found(settings, "03.07.1985").hits
    assert hit.records == ("surrey:1",)
    assert "which can be the day asked for" in hit.why[0]


@pytest.mark.parametrize("written", [PNC, PNC.lower(), PNC[2:], PNC.replace("/", ""), f"98 / 123456 {PNC[-1]}"])
def test_a_number_is_found_in_any_notation(settings: Settings, written: str) -> None:
    (hit,) = found(settings, written).hits
    assert hit.records == ("essex:1",)
    assert hit.why == (f"PNC ID {PNC} is on the record of Essex.",)


def test_a_national_id_and_a_force_s_reference_are_found(settings: Settings) -> None:
    national_id = people_country.person_of(settings, "kent:2")
    assert found(settings, national_id.lower()).hits[0].national_id == national_id
    assert people(settings, "surrey:1") == ["surrey:1"]
    assert set(people(settings, "4")) == {"essex:4"}


@pytest.mark.parametrize("question", ["Xqzy Vvvv", "1998/0123457A", "1/1/1900", "?!", ""])
def test_what_nobody_has_finds_nobody(settings: Settings, question: str) -> None:
    assert found(settings, question).hits == ()


def test_every_hit_says_why_in_sentences(settings: Settings) -> None:
    for hit in found(settings, "Bill Smyth 1971").hits:
        assert hit.why
        assert all(sentence[-1] == "." for sentence in hit.why)


@pytest.mark.parametrize(
    ("text", "name", "born", "numbers"),
    [
        ("Smith, John 12/05/71", "Smith, John", (dt.date(1971, 5, 12), dt.date(1971, 5, 12)), ()),
        ("John Smith May 1971", "John Smith", (dt.date(1971, 5, 1), dt.date(1971, 5, 31)), ()),
        ("dob 1971", "", (dt.date(1971, 1, 1), dt.date(1971, 12, 31)), ()),
        ("98/123456L", "", None, ("98/123456L",)),
        ("Smith 98/123456L", "Smith", None, ("98/123456L",)),
        ("31/02/1971", "", None, ("31/02/1971",)),
    ],
)
def test_what_each_part_of_a_question_means(
    text: str, name: str, born: tuple[dt.date, dt.date] | None, numbers: tuple[str, ...]
) -> None:
    asked = understand(text)
    assert (asked.name, asked.born) == (name, born)
    assert set(numbers) <= set(asked.numbers)
