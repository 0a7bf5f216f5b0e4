"""What holds a row back, what rejects an extract, what only warns; and that no result holds what a cell holds."""

import datetime as dt
import json
import logging
from dataclasses import replace

import pyarrow as pa
import pytest

from reconcile.intake.cross_reading import KEYS
from reconcile.intake.expect import RESULT_FORMAT, SUITES, _prepared, suite
from reconcile.intake.validate import SUITE, Extract, Validation, validate
from tests.unit.dialect import KENT, canonical

AS_OF = dt.date(2018, 3, 1)


def extract(*people: dict[str, str], count: int | None = None) -> Extract:
    return Extract(canonical(*people), KENT, AS_OF, "ab" * 32, len(people) if count is None else count)


def check(*people: dict[str, str], count: int | None = None) -> Validation:
    return validate([extract(*people, count=count)])[0]


def rules(found: Validation, severity: str) -> dict[str, int]:
    return {rule: count for rule, count, _sentence in found.reasons(severity)}


HELD_BACK = [
    ({"Ref": ""}, "local_id_present"),
    ({"Surname": "", "Forename": ""}, "name_present"),
    ({"Surname": "UNKNOWN", "Forename": "n/k"}, "name_present"),
    ({"DOB": "30/02/1971"}, "birth_date_readable"),
    ({"DOB": "soon"}, "birth_date_readable"),
    ({"DOB": "02/03/2018"}, "birth_date_not_in_future"),
    ({"DOB": "02/03/2008"}, "birth_date_not_too_young"),
    ({"DOB": "01/03/1912"}, "birth_date_not_too_old"),
    ({"DOB": "1911"}, "birth_date_not_too_old"),
    ({"Status": ""}, "status_present"),
    ({"Status": "refused"}, "status_present"),
    ({"Status": "gone fishing"}, "status_known"),
    ({"Status": "Lost", "Missing from": "02/03/2018"}, "missing_since_not_in_future"),
]


LET_THROUGH = [
    {"DOB": ""},
    {"DOB": "N/K"},
    {"DOB": "Refused"},
    {"DOB": "01/01/1900"},
    {"DOB": "1912"},
    {"DOB": "01/03/2008"},
    {"DOB": "02/03/1912"},
    {"DOB": "circa 1950"},
    {"Surname": "UNKNOWN"},
    {"Status": "Lost", "Missing from": "01/03/2018"},
    {"Status": "Located"},
]


WARNED_OF = [
    ({"PNC": "99/99999X"}, "pnc_check_letter"),
    ({"CRO": "85227/65G"}, "cro_check_letter"),
    ({"Postcode": "Kent"}, "postcode_form"),
    ({"Sex": "9"}, "sex_known"),
    ({"Abroad": "maybe"}, "overseas_evidence_known"),
    ({"Risk": "so-so"}, "risk_level_known"),
    ({"Months": "long"}, "sentence_readable"),
    ({"Status": "Lost"}, "claim_dated"),
    ({"Status": "Lost", "Missing from": "s.40"}, "claim_dated"),
    ({"Status": "Lost", "Missing from": "31/08/1997"}, "missing_since_after_scheme_start"),
    ({"Status": "Lost", "Missing from": "01/01/2016", "Notified": "01/02/2017"}, "not_notified_while_missing"),
    ({"Missing from": "last year"}, "missing_since_readable"),
    ({"NOMS": "12345"}, "nomis_form"),
    ({"CRN": "12345"}, "crn_form"),
    ({"NINO": "12345"}, "ni_number_form"),
    ({"Last contact": "02/03/2018"}, "last_contact_not_in_future"),
    ({"Notified": "02/03/2018"}, "last_notified_not_in_future"),
    ({"Convicted": "02/03/2018"}, "conviction_not_in_future"),
    ({"Assessed": "02/03/2018"}, "risk_assessed_not_in_future"),
    ({"Convicted": "04/03/1981"}, "age_at_conviction"),
    ({"Status": "Lost", "Missing from": "04/03/2005", "Convicted": "05/03/2005"}, "missing_after_conviction"),
    ({"Notified": "2004", "Convicted": "01/01/2005"}, "notified_after_conviction"),
    ({"Status": "Dead", "Period ends": "2004", "Convicted": "01/01/2005"}, "period_ends_after_conviction"),
    ({"Status": "Dead", "Order ends": "2004", "Convicted": "01/01/2005"}, "order_ends_after_conviction"),
    ({"Status": "Lost", "Missing from": "2016", "Last contact": "01/01/2017"}, "no_contact_while_missing"),
    ({"Missing from": "02/01/2016", "Last contact": "01/01/2016"}, "settled_is_not_missing"),
    ({"Status": "Dead", "Notified": "02/01/2016", "Last contact": "01/01/2016"}, "no_act_after_death"),
    ({"Status": "Lost", "Missing from": "2016", "Abroad": "known"}, "not_missing_at_a_known_place"),
    ({"Status": "Over", "Period ends": "02/03/2018"}, "ended_period_is_over"),
    ({"Period ends": "28/02/2018"}, "period_not_over"),
    ({"Basis": "caution", "Months": "6"}, "no_sentence_for_a_caution"),
    ({"Basis": "caution", "Convicted": "01/06/2017", "Period ends": "31/05/2024"}, "period_as_in_table"),
]


NOT_WARNED_OF = [
    {"Convicted": "05/03/1981"},
    {"Convicted": "1981"},
    {"Status": "Lost", "Missing from": "2005", "Convicted": "05/03/2005"},
    {"Notified": "2005", "Convicted": "01/06/2005"},
    {"Status": "Lost", "Missing from": "2016", "Last contact": "2016"},
    {"Missing from": "01/01/2016", "Last contact": "02/01/2016"},
    {"Missing from": "01/01/2016"},
    {"Status": "Dead", "Notified": "01/01/2016", "Last contact": "02/01/2016"},
    {"Notified": "02/01/2016", "Last contact": "01/01/2016"},
    {"Abroad": "known"},
    {"Status": "Over", "Period ends": "28/02/2018"},
    {"Period ends": "28/02/2018", "Order ends": "01/03/2018"},
    {"Period ends": "2018"},
    {"Status": "Warrant", "Missing from": "2016", "Period ends": "2017"},
    {"Basis": "conviction", "Months": "6"},
    {"NOMS": "A1234BC", "NINO": "AB123456C", "CRN": "X123456"},
]
"""Beside the cases above: what only looks alike, at the edge, or by one of the days a partial date can mean."""


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Validation]:
    """Every case above as an extract of its own, all validated in one pass."""
    cases = [cells for cells, _rule in [*HELD_BACK, *WARNED_OF]] + LET_THROUGH + NOT_WARNED_OF
    found = validate(
        [
            extract({"Ref": "K1", "Forename": "Ann"}, {"Ref": "K2"} | cells, {"Ref": "K3", "Forename": "Bo"})
            for cells in cases
        ]
    )
    return {str(cells): each for cells, each in zip(cases, found, strict=True)}


@pytest.mark.parametrize(("cells", "rule"), HELD_BACK)
def test_held_back(outcomes: dict[str, Validation], cells: dict[str, str], rule: str) -> None:
    found = outcomes[str(cells)]
    assert rules(found, "critical") == {rule: 1}
    assert found.quarantine.select(["force", "row_number", "rule"]).to_pylist() == [
        {"force": "kent", "row_number": 2, "rule": rule}
    ]
    assert found.accepted["local_id"].to_pylist() == ["K1", "K3"]


@pytest.mark.parametrize("cells", LET_THROUGH)
def test_let_through(outcomes: dict[str, Validation], cells: dict[str, str]) -> None:
    assert rules(outcomes[str(cells)], "critical") == {}


@pytest.mark.parametrize(("cells", "rule"), WARNED_OF)
def test_warned_of(outcomes: dict[str, Validation], cells: dict[str, str], rule: str) -> None:
    found = outcomes[str(cells)]
    assert (rules(found, "warning"), rules(found, "critical")) == ({rule: 1}, {})
    assert found.accepted.num_rows == 3


@pytest.mark.parametrize("cells", NOT_WARNED_OF)
def test_not_warned_of(outcomes: dict[str, Validation], cells: dict[str, str]) -> None:
    assert outcomes[str(cells)].failures == ()


def test_an_entry_sent_twice_is_found_by_its_number_and_by_name_with_birth_date() -> None:
    found = check(
        {"Ref": "K1", "PNC": "02/73319Z"},
        {"Ref": "K2", "Surname": "Hale", "PNC": "2002/0073319Z"},
        {"Ref": "K3", "Surname": "FARROW"},
        {"Ref": "K4", "Surname": "Reed", "PNC": "99/99999X"},
        {"Ref": "K5", "Surname": "Moss", "PNC": "99/99999X", "DOB": "1971"},
        {"Ref": "K6", "Surname": "Moss", "DOB": "1971"},
    )
    assert found.accepted.num_rows == 6
    lines = [(line["rule"], line["row_number"], line["local_id"]) for line in found.findings.to_pylist()]
    assert [line for line in lines if line[0] != "pnc_check_letter"] == [
        ("pnc_once", 1, "K1"),
        ("name_and_birth_once", 1, "K1"),
        ("pnc_once", 2, "K2"),
        ("name_and_birth_once", 3, "K3"),
    ]
    assert rules(found, "warning") == {"pnc_check_letter": 2, "pnc_once": 2, "name_and_birth_once": 2}


def test_an_entry_is_no_double_of_one_in_another_extract() -> None:
    one = extract({"Ref": "K1", "PNC": "02/73319Z"})
    assert [found.failures for found in validate([one, one])] == [(), ()]


@pytest.mark.slow
def test_a_column_of_birth_dates_without_one_rejects_the_extract_and_one_of_sex_does_not() -> None:
    found = check({"Ref": "K1", "DOB": ""}, {"Ref": "K2", "DOB": ""})
    assert [(rule, count) for rule, count, _ in found.rejected] == [("birth_date_sent", 0)]
    assert (found.accepted.num_rows, found.findings.num_rows) == (0, 0)
    for said in ("1971", "refused", "N/K"):
        assert not check({"Ref": "K1", "DOB": ""}, {"Ref": "K2", "DOB": said, "Forename": "Ann"}).rejected
    sexless = check({"Ref": "K1", "Sex": ""}, {"Ref": "K2", "Sex": "", "Forename": "Ann"})
    assert (rules(sexless, "warning"), sexless.accepted.num_rows) == ({"sex_sent": 0}, 2)


@pytest.mark.parametrize(("latest", "rejected"), [("2018-02-28", True), ("2018-03-01", False), (None, False)])
def test_an_extract_of_a_day_after_the_cycle_is_rejected(latest: str | None, rejected: bool) -> None:
    day = dt.date.fromisoformat(latest) if latest else None
    (found,) = validate([replace(extract({"Ref": "K1"}), latest=day)])
    assert [rule for rule, _count, _said in found.rejected] == ["as_of_not_in_future"] * rejected


def test_placeholders_are_no_fault() -> None:
    assert check({"PNC": "00/0Z", "CRO": "000000/00Z", "Postcode": "NF1 1NF"}).failures == ()


def test_every_row_of_a_local_id_that_stands_twice_is_held_back() -> None:
    found = check({"Ref": "K1"}, {"Ref": "K2"}, {"Ref": "K1", "Surname": "Other"}, {"Ref": ""}, {"Ref": ""})
    assert rules(found, "critical") == {"local_id_present": 2, "local_id_unique": 2}
    assert found.quarantine["row_number"].to_pylist() == [1, 3, 4, 5]
    assert (found.accepted.num_rows, found.quarantined) == (1, 4)


def test_a_row_has_every_reason_it_is_held_back_for() -> None:
    found = check({"Ref": "K9", "Status": "?!", "DOB": "no"})
    assert found.quarantine["rule"].to_pylist() == ["birth_date_readable", "status_known"]
    assert found.quarantine["local_id"].to_pylist() == ["K9", "K9"]
    assert found.quarantined == 1


def test_a_count_other_than_the_manifests_rejects_the_extract() -> None:
    found = check({"Ref": "K1"}, count=2)
    assert [rule for rule, _count, _sentence in found.rejected] == ["record_count"]
    assert (found.accepted.num_rows, found.quarantine.num_rows) == (0, 0)


@pytest.mark.slow
def test_extracts_fare_together_as_they_do_alone() -> None:
    extracts = [
        extract({"Ref": "K1"}, {"Ref": "K1"}, {"Ref": "K2", "Postcode": "Kent"}),
        extract({"Ref": "K1"}, {"Ref": "K2", "DOB": "no"}),
        extract({"Ref": "K1"}, count=7),
        extract({"Ref": "K2", "PNC": "99/99999X"}),
    ]
    for together, one in zip(validate(extracts), extracts, strict=True):
        alone = validate([one])[0]
        assert together.accepted.equals(alone.accepted)
        assert together.quarantine.equals(alone.quarantine)
        assert together.rejected == alone.rejected
        assert [together.reasons(grave) for grave in ("critical", "warning")] == [
            alone.reasons(grave) for grave in ("critical", "warning")
        ]
    assert validate([]) == ()


SECRET = "Zyxwvutsecret"


def test_nothing_a_cell_holds_is_in_a_result_a_failure_or_a_log(caplog, capfd, monkeypatch) -> None:
    kept = []
    batch_of = _prepared(SUITE)[0].get_batch

    class Watched:
        def get_batch(self, given):
            batch = batch_of(given)
            return type(
                "Batch", (), {"validate": lambda _self, *a, **k: kept.append(batch.validate(*a, **k)) or kept[-1]}
            )()

    monkeypatch.setattr("reconcile.intake.expect._prepared", lambda name: (Watched(), _prepared(name)[1]))
    cells = ["Surname", "Forename", "DOB", "Sex", "Status", "PNC", "CRO", "Postcode", "Missing from", "Abroad", "Risk"]
    with caplog.at_level(logging.DEBUG):
        found = check({"Ref": SECRET} | dict.fromkeys([*cells, "Months", "Offence", "AKA"], SECRET), {"Ref": SECRET})
    assert len(found.failures) >= 10
    said = (
        json.dumps(kept[0].to_json_dict(), default=str)
        + str(found.failures)
        + caplog.text
        + "".join(capfd.readouterr())
    )
    assert "local_id_unique" in said
    assert SECRET.casefold() not in said.casefold()
    assert SECRET not in str(found.quarantine.drop_columns(["local_id"]).to_pylist())


def test_a_rule_that_cannot_be_run_is_a_bug_and_quotes_nothing(monkeypatch) -> None:
    readings = pa.table({"name": pa.array([SECRET]), **{key: pa.array([0], pa.int32()) for key in KEYS}})
    monkeypatch.setattr("reconcile.intake.validate.read_cells", lambda *_: readings)
    with pytest.raises(RuntimeError, match="could not be run") as caught:
        check({"Ref": "K1", "Surname": SECRET})
    assert SECRET not in str(caught.value)


def test_every_rule_says_what_it_is_and_where_it_is_from() -> None:
    entries = suite(SUITE)["expectations"]
    assert len({entry["meta"]["rule"] for entry in entries}) == len(entries) >= 20
    for entry in entries:
        assert entry["severity"] in ("critical", "warning")
        assert entry["meta"]["of"] in ("row", "extract")
        assert entry["meta"]["sentence"].endswith(".")
        assert entry["meta"]["source"]
    assert (SUITES / f"{SUITE}.json").is_file()
    assert RESULT_FORMAT["exclude_unexpected_values"] is True
