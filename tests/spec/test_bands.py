# ruff: noqa: E501
"""An extract beside the force's last accepted one: which changes wait for a person, and what the person is told."""

import datetime as dt
import re

import pytest

from reconcile.intake.bands import PREFIX, broken, table
from reconcile.intake.receipt import Receipt
from tests.small_tables import rows

TABLE = """
| case                                                | records     | quarantined | born       | sex         | missing | located    | broken                       |
| the same again                                      | 1000 → 1000 | 10 → 10     | 990 → 990  | 1000 → 1000 | 10 → 10 | 990 → 990  |                              |
| a fifth fewer                                       | 1000 → 800  | 10 → 10     | 990 → 795  | 1000 → 800  | 10 → 10 | 990 → 790  |                              |
| more than a fifth fewer                             | 1000 → 799  | 10 → 10     | 990 → 795  | 1000 → 799  | 10 → 10 | 990 → 789  | records                      |
| half as many again                                  | 1000 → 1500 | 10 → 10     | 990 → 1490 | 1000 → 1500 | 10 → 10 | 990 → 1490 |                              |
| more than that                                      | 1000 → 1501 | 10 → 10     | 990 → 1490 | 1000 → 1501 | 10 → 10 | 990 → 1491 | records                      |
| a small force loses half                            | 30 → 15     | 0 → 0       | 30 → 15    | 30 → 15     | 1 → 1   | 29 → 14    |                              |
| a small force loses twenty                          | 30 → 10     | 0 → 0       | 30 → 10    | 30 → 10     | 1 → 1   | 29 → 9     | records                      |
| all gone: a NIL return                              | 1000 → 0    | 10 → 0      | 990 → 0    | 1000 → 0    | 10 → 0  | 990 → 0    | records                      |
| a NIL return of a small force                       | 9 → 0       | 0 → 0       | 9 → 0      | 9 → 0       | 1 → 0   | 8 → 0      |                              |
| many after a NIL return                             | 0 → 500     | 0 → 0       | 0 → 500    | 0 → 500     | 0 → 9   | 0 → 491    | records                      |
| more rows held back                                 | 1000 → 940  | 10 → 70     | 990 → 935  | 1000 → 940  | 10 → 10 | 990 → 930  | quarantined                  |
| fewer rows held back                                | 940 → 1000  | 70 → 10     | 935 → 990  | 940 → 1000  | 10 → 10 | 930 → 990  |                              |
| birth dates lacking in three in a hundred more      | 1000 → 1000 | 10 → 10     | 990 → 960  | 1000 → 1000 | 10 → 10 | 990 → 990  | missing.birth_date           |
| birth dates found again                             | 1000 → 1000 | 10 → 10     | 500 → 990  | 1000 → 1000 | 10 → 10 | 990 → 990  |                              |
| sex lacking in five in a hundred more               | 1000 → 1000 | 10 → 10     | 990 → 990  | 1000 → 950  | 10 → 10 | 990 → 990  |                              |
| no sex at all, where all had one                    | 1000 → 1000 | 10 → 10     | 990 → 990  | 1000 → 0    | 10 → 10 | 990 → 990  | gone.sex                     |
| no sex at all in a small force                      | 9 → 9       | 0 → 0       | 9 → 9      | 9 → 0       | 1 → 1   | 8 → 8      | gone.sex                     |
| no sex at all, where few had one                    | 1000 → 1000 | 10 → 10     | 990 → 990  | 15 → 0      | 10 → 10 | 990 → 990  |                              |
| two in a hundred more missing                       | 1000 → 1000 | 10 → 10     | 990 → 990  | 1000 → 1000 | 10 → 30 | 990 → 970  |                              |
| three in a hundred more missing                     | 1000 → 1000 | 10 → 10     | 990 → 990  | 1000 → 1000 | 10 → 40 | 990 → 960  | status.whereabouts_unknown   |
| nobody missing where many were                      | 1000 → 1000 | 10 → 10     | 990 → 990  | 1000 → 1000 | 40 → 0  | 960 → 1000 | status.whereabouts_unknown   |
| missing and located changed places                  | 1000 → 1000 | 10 → 10     | 990 → 990  | 1000 → 1000 | 10 → 990 | 990 → 10  | status.located status.whereabouts_unknown |
"""


def receipt(row: dict[str, str], end: int, as_of: str) -> Receipt:
    records, quarantined, born, sex, missing, located = (
        int(row[name].split("→")[end]) for name in ("records", "quarantined", "born", "sex", "missing", "located")
    )
    filled = {"birth_date": born, "sex": sex}
    return Receipt(
        "kent",
        "RECEIVED",
        as_of=dt.date.fromisoformat(as_of),
        rows_in=records + quarantined,
        accepted=records,
        quarantined=quarantined,
        completeness={
            field: {"filled": count, "blank": records - count, "unknown": 0, "withheld": 0}
            for field, count in filled.items()
        },
        statuses={name: count for name, count in (("whereabouts_unknown", missing), ("located", located)) if count},
    )


@pytest.mark.parametrize("row", rows(TABLE), ids=lambda row: row["case"])
def test_band(row: dict[str, str]) -> None:
    found = broken(receipt(row, 1, "2018-03-01"), receipt(row, 0, "2017-12-01"))
    assert [rule.removeprefix(PREFIX) for rule, _count, _sentence in found] == row["broken"].split()
    for _rule, _count, sentence in found:
        assert "1 December 2017" in sentence
        assert sentence.endswith(".")
        assert "{" not in sentence


def test_the_sentence_says_both_numbers_of_both_extracts() -> None:
    (row,) = (row for row in rows(TABLE) if row["case"] == "three in a hundred more missing")
    ((rule, count, sentence),) = broken(receipt(row, 1, "2018-03-01"), receipt(row, 0, "2017-12-01"))
    assert (rule, count) == ("band.status.whereabouts_unknown", 40)
    assert re.findall(r"\d+", sentence) == ["40", "1000", "10", "1000", "1", "2017"]


def test_a_field_of_one_profile_only_is_not_compared() -> None:
    (row,) = (row for row in rows(TABLE) if row["case"] == "no sex at all, where all had one")
    before, now = receipt(row, 0, "2017-12-01"), receipt(row, 1, "2018-03-01")
    unmapped = Receipt.from_json({**now.to_json(), "completeness": {"birth_date": now.completeness["birth_date"]}})
    assert broken(unmapped, before) == ()


def test_every_band_is_a_number_with_a_sentence_and_the_table_says_where_it_is_from() -> None:
    bands = dict(table())
    assert bands.pop("source")
    assert set(bands) == {"records", "quarantined", "missing", "gone", "status"}
    for band in bands.values():
        assert band["at_least"] >= 1
        assert band["sentence"].endswith(".")
