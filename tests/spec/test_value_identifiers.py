"""The published vectors of PNC and CRO numbers, and the form every other scheme is brought into."""

import pyarrow as pa
import pytest

from reconcile import schema
from reconcile.values import identifier_columns, identifiers


@pytest.mark.parametrize(
    ("text", "value", "check"),
    [
        ("81/34U", "1981/0000034U", "valid"),
        ("02/73319Z", "2002/0073319Z", "valid"),
        ("00/223R", "2000/0000223R", "valid"),
        ("79/163001B", "1979/0163001B", "valid"),
        ("03/3Y", "2003/0000003Y", "valid"),
        ("033Y", "2003/0000003Y", "valid"),
        ("67/9893091D", "1967/9893091D", "valid"),
        ("99/99999A", "1999/0099999A", "valid"),
        ("1981/0000034U", "1981/0000034U", "valid"),
        (" 1981 / 34 u ", "1981/0000034U", "valid"),
        ("19810000034U", "1981/0000034U", "valid"),
        ("99/99999X", "1999/0099999X", "invalid"),
        ("2003/0011985Z", "2003/0011985Z", "invalid"),
        ("2012/0052494O", "2012/0052494O", "invalid"),
        ("2023/0583843N", "2023/0583843N", "invalid"),
        ("2001/0171310S", "2001/0171310S", "invalid"),
        ("2001/1713", "2001/1713", "invalid"),
        ("no trace", "NOTRACE", "placeholder"),
        ("0000/0000000Z", "0000/0000000Z", "placeholder"),
    ],
)
def test_pnc(text: str, value: str, check: str) -> None:
    assert identifiers.parse("pnc", text, latest_year=2018) == identifiers.Identifier("pnc", value, check)


def test_a_two_digit_year_is_never_after_the_extract() -> None:
    assert identifiers.parse("pnc", "18/34U", latest_year=2018).value.startswith("2018/")
    assert identifiers.parse("pnc", "19/34U", latest_year=2018).value.startswith("1919/")


@pytest.mark.parametrize(
    ("text", "value", "check"),
    [
        ("065656/91H", "065656/91H", "valid"),
        ("65656/91H", "065656/91H", "valid"),
        ("6565691h", "065656/91H", "valid"),
        ("SF05/482703J", "SF05/482703J", "valid"),
        ("SF83/50058Z", "SF83/50058Z", "valid"),
        ("sf 83/50058 z", "SF83/50058Z", "valid"),
        ("85227/65L", "085227/65L", "valid"),
        ("85227/65G", "085227/65G", "invalid"),
        ("000000/00Z", "000000/00Z", "placeholder"),
    ],
)
def test_cro(text: str, value: str, check: str) -> None:
    assert identifiers.parse("cro", text) == identifiers.Identifier("cro", value, check)


@pytest.mark.parametrize(
    ("scheme", "text", "value", "check"),
    [
        ("nomis", "a1234 bc", "A1234BC", "none"),
        ("nomis", "1234ABC", "1234ABC", "invalid"),
        ("crn", "x123456", "X123456", "none"),
        ("ni_number", "AB 12 34 58 C", "AB123458C", "none"),
        ("ni_number", "DQ123458C", "DQ123458C", "invalid"),
        ("ni_number", "TN010170M", "TN010170M", "placeholder"),
        ("visor", "v 12/a", "V12/A", "none"),
        ("chs", "S12/345678", "S12/345678", "none"),
        ("chs", "N/K", "N/K", "placeholder"),
        ("chs", "99999999", "99999999", "placeholder"),
    ],
)
def test_other_schemes(scheme: str, text: str, value: str, check: str) -> None:
    assert identifiers.parse(scheme, text) == identifiers.Identifier(scheme, value, check)


@pytest.mark.parametrize("digit", range(9))
def test_one_wrong_digit_never_keeps_the_check_letter(digit: int) -> None:
    right = "2009123456"
    wrong = right[:digit] + str((int(right[digit]) + 1) % 10) + right[digit + 1 :]
    assert identifiers.check_letter(right) != identifiers.check_letter(wrong)


def test_a_column_is_read_as_its_texts_are_and_blanks_stay_blank() -> None:
    column = pa.chunked_array([["81/34U", None, " "], ["99/99999X", "81/34U"]])
    found = identifier_columns.parse_column("pnc", column, 2018)
    assert found.type == schema.IDENTIFIER
    valid = {"scheme": "pnc", "value": "1981/0000034U", "check": "valid"}
    assert found.to_pylist() == [valid, None, None, valid | {"value": "1999/0099999X", "check": "invalid"}, valid]
