"""Evidence is told with its values only where every value in it is read."""

from typing import Any

import pyarrow as pa
import pytest

from reconcile import schema
from reconcile.linkage import model, one_pair
from reconcile.reports.evidence_told import COLUMNS, sentence
from tests.small_duties import record

MODEL = model.load()
OWN = {
    "names": [{"kind": "current", "given": "John Paul", "surname": "Smith", "full": None}],
    "birth_date": "1970-02-03",
    "sex": "M",
    "conviction_date": "2001-05-06",
    "conviction_court": "Leeds Crown Court",
    "identifiers": [{"scheme": "pnc", "value": "2001/0000001X", "check": "valid"}],
}


def told(**theirs: Any) -> dict[str, str]:
    """What is told of each feature of a record like ``OWN`` but for the columns given, held by Kent."""
    rows = [record("essex:1", **OWN), record("kent:1", **(OWN | theirs))]
    table = pa.Table.from_pylist(rows, schema.RECORDS)
    link = one_pair.weigh(table, MODEL, "essex:1", "kent:1").link
    ends = table.select(list(COLUMNS)).to_pylist()
    return {entry["feature"]: said for entry in link["evidence"] if (said := sentence(entry, ends))}


def named(given: str | None, surname: str | None, full: str | None = None) -> list[dict[str, str | None]]:
    return [{"kind": "current", "given": given, "surname": surname, "full": full}]


def test_what_is_read_is_told_with_its_values() -> None:
    assert told() == {
        "name": "Same name, John Paul Smith.",
        "middle": "Middle names agree: Paul and Paul.",
        "birth_date": "Same birth date, 3 February 1970.",
        "sex": "Same sex.",
        "identifier": "Same PNC 2001/0000001X, and its check letter is valid.",
        "conviction_date": "Convicted on the same day, 6 May 2001.",
        "court": "The court of conviction has the same name on both records.",
    }


@pytest.mark.parametrize(
    ("court", "said"),
    [
        ("LEEDS CROWN COURT", "The court of conviction has the same name on both records."),
        ("Leeds Crown Ct", "The names of the courts of conviction are alike."),
        ("Hull; victim J. Jones", "The names of the courts of conviction differ."),
    ],
)
def test_of_a_court_is_told_whether_the_names_agree(court: str, said: str) -> None:
    assert told(conviction_court=court)["court"] == said


@pytest.mark.parametrize(
    "names",
    [
        named("John Paul", "Smith (see victim file JONES)"),
        named("John; victim JONES", "Smith"),
        named(None, None, "John Smith (see victim file JONES)"),
        named("John", "Victim JONES Smith"),
    ],
)
def test_a_name_with_a_note_in_it_is_told_without_its_words(names: list[Any]) -> None:
    said = told(names=names)
    assert said["name"] in {"The names agree or are alike.", "The names differ."}
    assert "jones" not in str(said).casefold()


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (named("John Paul", "Smith (née Hill)"), "Same name, written John Paul Smith and John Paul Smith (née Hill)."),
        (named("John Paul", "Smyth"), "Same given name, John Paul. Surnames are one slip apart: Smith and Smyth."),
        (named(None, None, "Smith, John Paul"), "Same name, John Paul Smith."),
    ],
)
def test_names_that_read_as_names_are_told(names: list[Any], said: str) -> None:
    assert told(names=names)["name"] == said


def test_a_text_in_place_of_a_date_is_not_told_though_its_figures_are_compared() -> None:
    said = told(birth_date="victim JONES b. 1970-02-04", conviction_date="JONES 2001-05-07")
    assert said["birth_date"] == "The birth dates are alike as far as they can be read."
    assert said["conviction_date"] == "The conviction dates are alike as far as they can be read."


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (("pnc", "2001/0000002X"), "Identifiers one slip apart: PNC 2001/0000001X and PNC 2001/0000002X."),
        (("pnc", "SEEVICTIMJONES"), "Identifiers of one kind differ."),
        (("visor", "JONES"), None),
    ],
)
def test_a_number_is_told_in_its_schemes_form(number: tuple[str, str], said: str | None) -> None:
    found = told(identifiers=[{"scheme": number[0], "value": number[1], "check": "invalid"}])
    assert found.get("identifier") == said


def test_a_number_of_no_known_form_is_told_where_both_have_it() -> None:
    both = [{"scheme": "visor", "value": "V77", "check": "none"}]
    rows = [record(each, **(OWN | {"identifiers": both})) for each in ("essex:1", "kent:1")]
    table = pa.Table.from_pylist(rows, schema.RECORDS)
    (entry,) = [
        each for each in one_pair.weigh(table, MODEL, "essex:1", "kent:1").link["evidence"]
        if each["feature"] == "identifier"
    ]  # fmt: skip
    assert sentence(entry, table.select(list(COLUMNS)).to_pylist()) == "Same VISOR V77."
