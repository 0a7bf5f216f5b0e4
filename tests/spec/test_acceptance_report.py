"""An extract in, what its force is told out: each line a coordinator can check by eye."""

import datetime as dt
import json

import pytest

from reconcile.intake.checking import check
from reconcile.reports.acceptance import Acceptance, acceptance
from reconcile.reports.national_completeness import Median, NationalCompleteness
from tests.unit.dialect import KENT, csv_bytes

pytestmark = pytest.mark.slow

NATIONAL = NationalCompleteness({"pnc": Median(75.0, 20), "town": Median(90.0, 20), "chs": Median(10.0, 5)}, 22)


def told(*people: dict[str, str]) -> Acceptance:
    manifest = {"force": "kent", "as_of": "2018-03-01", "record_count": len(people), "nil": False}
    content = csv_bytes(*people)
    found = check(content, json.dumps(manifest).encode(), KENT, name="register_1.csv", today=dt.date(2018, 3, 1))
    return acceptance(found.receipt, found.quarantine, found.findings, KENT.force, NATIONAL, cycle="2018-03")


ROWS = [
    # what the row says                      accepted  what the force reads of it
    ({"Ref": "K2"}, True, []),
    ({"Ref": ""}, False, ["local_id_present"]),
    ({"Ref": "K1"}, False, ["local_id_unique"]),  # as the first row
    ({"Ref": "K2", "Surname": "N/K", "Forename": ""}, False, ["name_present"]),
    ({"Ref": "K2", "DOB": "31/02/1970"}, False, ["birth_date_readable"]),
    ({"Ref": "K2", "DOB": "2019"}, False, ["birth_date_not_in_future"]),
    ({"Ref": "K2", "Status": "gone"}, False, ["status_known"]),
    ({"Ref": "K2", "Status": "Lost"}, True, ["claim_dated"]),
    ({"Ref": "K2", "Status": "Lost", "Missing from": "long ago"}, True, ["missing_since_readable", "claim_dated"]),
    ({"Ref": "K2", "PNC": "81/34X"}, True, ["pnc_check_letter"]),
    ({"Ref": "K2", "Postcode": "nowhere"}, True, ["postcode_form"]),
    ({"Ref": "K2", "Offence": "refused"}, True, []),
]


@pytest.mark.parametrize(("row", "accepted", "rules"), ROWS)
def test_a_row_is_accepted_or_quarantined_and_the_force_reads_why(row, accepted: bool, rules: list[str]) -> None:
    found = told({"Ref": "K1"}, row, {"Ref": "K3"})
    quarantined = {each.key.row_number: set(each.rules) for each in found.quarantine}
    warned = {each.rule for each in found.warnings if 2 in {key.row_number for key in each.rows}}
    assert (2 not in quarantined) == accepted
    assert set(rules) <= (warned if accepted else quarantined[2])
    assert found.receipt.rows_in == 3
    assert found.receipt.accepted + len(found.quarantine) == 3


FIELDS = [
    # field        filled  blank  unknown  withheld  median
    ("pnc", 1, 2, 0, 1, 75.0),
    ("town", 2, 1, 1, 0, 90.0),
    ("offence", 0, 4, 0, 0, None),
]


@pytest.mark.parametrize(("field", "filled", "blank", "unknown", "withheld", "median"), FIELDS)
def test_completeness_stands_beside_the_national_median(field, filled, blank, unknown, withheld, median) -> None:
    found = told(
        {"Ref": "K1", "PNC": "81/34U", "Town": "Hythe"},
        {"Ref": "K2", "PNC": "s.40", "Town": "n/k"},
        {"Ref": "K3", "Town": "Hythe"},
        {"Ref": "K4"},
    )
    one = next(each for each in found.fields if each.name == field)
    assert (one.filled, one.blank, one.unknown, one.withheld, one.median) == (filled, blank, unknown, withheld, median)


def test_a_field_the_profile_has_no_column_for_is_told_with_who_sends_it() -> None:
    (one,) = told({"Ref": "K1"}).not_sent
    assert (one.name, one.forces, one.sent) == ("chs", 5, False)


HEADINGS = [
    # a column sent beside the others          what is said of it
    ("Shoe size", "the profile does not map were not stored: Shoe size."),
    ("Bank sort code", "bank and card details were not stored: Bank sort code."),
    ("custodyPhoto", "photographs were not stored: custodyPhoto."),
    ("NHS no", "health data were not stored: NHS no."),
    ("12/11/1960", "not stored: a heading that looks like data (column 7)."),
    ("ME14 2AA", "not stored: a heading that looks like data (column 7)."),
]


@pytest.mark.parametrize(("heading", "said"), HEADINGS)
def test_a_column_that_is_not_stored_is_named_unless_its_name_is_data(heading: str, said: str) -> None:
    found = told({"Ref": "K1", heading: "x"})
    assert said in " ".join(sentence for _rule, _count, sentence in found.columns)
