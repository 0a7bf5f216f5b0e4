"""What each way of writing a date means, and that what contradicts itself means none."""

import datetime as dt

import pyarrow as pa
import pytest

from reconcile import schema
from reconcile.values import dates

MARCH_5 = ("2012-03-05", "2012-03-05")


@pytest.mark.parametrize(
    ("text", "order", "lo", "hi"),
    [
        ("05/03/2012", "dmy", *MARCH_5),
        ("5.3.2012", "dmy", *MARCH_5),
        ("05-03-12", "dmy", *MARCH_5),
        ("03/05/2012", "mdy", *MARCH_5),
        ("12/03/05", "ymd", *MARCH_5),
        ("2012/03/05", "dmy", *MARCH_5),
        ("2012-03-05", "mdy", *MARCH_5),
        ("20120305", "dmy", *MARCH_5),
        ("20120305", "ymd", *MARCH_5),
        ("05032012", "dmy", *MARCH_5),
        ("03052012", "mdy", *MARCH_5),
        ("20101980", "dmy", "1980-10-20", "1980-10-20"),
        ("05-Mar-2012", "dmy", *MARCH_5),
        ("5 march 12", "dmy", *MARCH_5),
        ("05MAR2012", "dmy", *MARCH_5),
        ("March 5, 2012", "dmy", *MARCH_5),
        ("Monday 5th March 2012", "dmy", *MARCH_5),
        ("2012-03-05 00:00:00", "dmy", *MARCH_5),
        ("2012-03-05T14:30:00.000Z", "dmy", *MARCH_5),
        ("05/03/2012 00:00", "dmy", *MARCH_5),
        ("29/02/2012", "dmy", "2012-02-29", "2012-02-29"),
        ("2012", "dmy", "2012-01-01", "2012-12-31"),
        ("Mar 2012", "dmy", "2012-03-01", "2012-03-31"),
        ("Sept-12", "dmy", "2012-09-01", "2012-09-30"),
        ("03/2012", "dmy", "2012-03-01", "2012-03-31"),
        ("2012-03", "dmy", "2012-03-01", "2012-03-31"),
        ("00/03/2012", "dmy", "2012-03-01", "2012-03-31"),
        ("xx/xx/2012", "dmy", "2012-01-01", "2012-12-31"),
        ("2012-00-00", "dmy", "2012-01-01", "2012-12-31"),
        ("circa 1980", "dmy", "1979-01-01", "1981-12-31"),
        ("c1980", "dmy", "1979-01-01", "1981-12-31"),
        ("1980s", "dmy", "1980-01-01", "1989-12-31"),
        ("1980-1982", "dmy", "1980-01-01", "1982-12-31"),
    ],
)
def test_means(text: str, order: str, lo: str, hi: str) -> None:
    found = dates.parse(text, order, 2018)
    assert found == dates.PartialDate(dt.date.fromisoformat(lo), dt.date.fromisoformat(hi), text)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("30/02/2012", "dmy"),
        ("29/02/2011", "dmy"),
        ("25/03/2012", "mdy"),
        ("03/25/2012", "dmy"),
        ("25/03/2012", "ymd"),
        ("2012-13-01", "dmy"),
        ("32 Mar 2012", "dmy"),
        ("12", "dmy"),
        ("120305", "dmy"),
        ("03/12", "dmy"),
        ("01/01/0001", "dmy"),
        ("1982-1980", "dmy"),
        ("before Easter", "dmy"),
        ("circa", "dmy"),
        ("5/3/2012/1", "dmy"),
        ("٠٥/٠٣/٢٠١٢", "dmy"),
    ],
)
def test_means_no_date_and_keeps_its_words(text: str, order: str) -> None:
    assert dates.parse(text, order) == dates.PartialDate(None, None, text)


def test_blank_is_no_text() -> None:
    assert dates.parse("  ", "dmy") is None


def test_a_two_digit_year_is_never_after_the_latest() -> None:
    years = [dates.parse("01/02/18", "dmy", latest).lo.year for latest in (2017, 2018, 2068)]
    assert years == [1918, 2018, 2018]


def test_an_unknown_order_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no order"):
        dates.parse("01/02/2018", "ydm")


def test_a_column_is_read_as_its_texts_are_and_blanks_stay_blank() -> None:
    found = dates.parse_column(pa.chunked_array([["2012", None, ""], ["soon", "2012"]]), "dmy")
    assert found.type == schema.PARTIAL_DATE
    year = {"lo": dt.date(2012, 1, 1), "hi": dt.date(2012, 12, 31), "text": "2012"}
    assert found.to_pylist() == [year, None, None, {"lo": None, "hi": None, "text": "soon"}, year]


WRITTEN = [
    *("2012-02-29", "2011-02-29", "2012-13-01", "1799-01-01", "1800-01-01", "2012-00-10", "05/03/2012", "", "  "),
    *("2012", "Mar 2012", "2012-3-4", " 2012-03-04", "9999-12-31", "2012-04-31", "2012-02-30", None),
]


@pytest.mark.parametrize("order", dates.ORDERS)
def test_a_column_is_read_as_its_texts_are(order: str) -> None:
    read = dates.parse_column(pa.array(WRITTEN, pa.string()), order, 2030).to_pylist()
    expected = [dates.parse(text or "", order, 2030) for text in WRITTEN]
    assert read == [vars(found) if found else None for found in expected]
