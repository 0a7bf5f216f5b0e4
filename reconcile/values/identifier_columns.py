"""Columns of identifiers read at once, each distinct text once.

Decides nothing itself: a text has the form and the check that ``identifiers.parse`` gives it. Invariant: the two
agree on every text; the usual forms are read as columns, every other text one by one.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.values import identifiers, placeholders, text_bytes
from reconcile.values.identifiers import LATEST_YEAR, LETTERS

_compute: Any = pc
_LETTERS: Final = pa.array(list(LETTERS))
_LAYOUTS: Final = {"pnc": "ccyy/sssssssL", "cro": "ssssss/yyL"}
"""Canonical forms, a sign a letter: figures of the century, year and serial, and the check letter."""
_PLACE_OF: Final = np.full(256, len(LETTERS), np.int64)
_PLACE_OF[[ord(letter) for letter in LETTERS]] = np.arange(len(LETTERS))
_PNC: Final = r"^(?P<year>[0-9]{4}|[0-9]{2})/(?P<serial>[0-9]{1,7})(?P<letter>[A-Z])$"
_CRO: Final = r"^(?P<serial>[0-9]{1,6})/?(?P<year>[0-9]{2})(?P<letter>[A-Z])$"
_CRO_FILE: Final = r"^SF(?P<year>[0-9]{2})/?(?P<serial>[0-9]{1,6})(?P<letter>[A-Z])$"


def parse_column(scheme: str, column: Any, latest_year: int = LATEST_YEAR) -> Any:
    """Read an Arrow string array into a struct array of ``schema.IDENTIFIER``; a blank cell gives a null."""
    texts = _compute.cast(column, pa.string())
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    value, check = _canonical(scheme, texts)
    blank = _compute.is_null(texts)
    other = _compute.and_not(_compute.is_null(value), blank)
    if _compute.any(other).as_py():
        encoded = texts.filter(other).dictionary_encode()
        read = (*_as_written(scheme, encoded.dictionary, latest_year), _is_blank(encoded.dictionary))
        value, check, blank = (
            _compute.replace_with_mask(each, other, found.take(encoded.indices))
            for each, found in zip((value, check, blank), read, strict=True)
        )
    standing = placeholders.worthless("identifier", value)
    if scheme in placeholders.FIELDS:
        standing = _compute.or_(standing, placeholders.worthless(scheme, value))
    if _compute.any(standing).as_py():
        check = _compute.if_else(standing, "placeholder", check)
    return pa.StructArray.from_arrays(
        [pa.repeat(scheme, len(texts)), value, check], fields=list(schema.IDENTIFIER), mask=blank
    )


def _is_blank(texts: Any) -> Any:
    return _compute.equal(_compute.utf8_trim_whitespace(texts), "")


def _canonical(scheme: str, texts: Any) -> tuple[Any, Any]:
    """The texts that already are a canonical number with a check letter, and their checks; null where they are not."""
    found = np.full(len(texts), -1, np.int8)
    if layout := _LAYOUTS.get(scheme):
        places, content = text_bytes.of_length(texts, len(layout))
        digit = content - np.uint8(ord("0"))
        letter = _PLACE_OF[content[:, -1]]
        fits = (content[:, layout.index("/")] == ord("/")) & (letter < len(LETTERS))
        number = np.zeros(len(places), np.int64)
        for figure in "cys":
            for place in (place for place, sign in enumerate(layout) if sign == figure):
                fits &= digit[:, place] < 10
                if figure != "c":
                    number = number * 10 + digit[:, place]
        found[places[fits]] = (number % len(LETTERS) == letter)[fits]
    read: Any = pa.array(found)
    checks: Any = pa.array(["invalid", "valid"])
    canonical = _compute.greater_equal(read, 0)
    return _compute.if_else(canonical, texts, None), checks.take(_compute.if_else(canonical, read, None))


def _as_written(scheme: str, texts: Any, latest_year: int) -> tuple[Any, Any]:
    """Canonical values and checks of texts in any form."""
    plain = _compute.replace_substring_regex(_compute.ascii_upper(texts), r"\s+", "")
    value, check = _read(scheme, plain, latest_year)
    check = _compute.if_else(placeholders.worthless("identifier", texts), "placeholder", check)
    return _one_by_one(scheme, texts, value, check, latest_year=latest_year)


def _read(scheme: str, plain: Any, latest_year: int) -> tuple[Any, Any]:
    """Canonical values and checks; null where the text has none of the forms read here."""
    if scheme == "pnc":
        return _numbers(
            plain, _PNC, 7, lambda year, serial, letter: _join(_full_year(year, latest_year), "/", serial, letter)
        )
    if scheme == "cro":
        value, check = _numbers(
            plain, _CRO_FILE, 0, lambda year, serial, letter: _join("SF", year, "/", serial, letter)
        )
        other = _numbers(plain, _CRO, 6, lambda year, serial, letter: _join(serial, "/", year, letter))
        return _compute.coalesce(value, other[0]), _compute.coalesce(check, other[1])
    if scheme in identifiers.STRIPPED:
        plain = _compute.replace_substring_regex(plain, "[-./]", "")
    form = identifiers.form(scheme)
    if form is None:
        return plain, pa.repeat("none", len(plain))
    fits = _compute.match_substring_regex(plain, f"^(?:{form.pattern})$")
    return plain, _compute.if_else(fits, "none", "invalid")


def _numbers(plain: Any, form: str, width: int, spell: Callable[[Any, Any, Any], Any]) -> tuple[Any, Any]:
    """Numbers with a check letter: the digits of year and serial, padded to ``width``, modulo 23."""
    found = _compute.extract_regex(plain, form)
    year, serial, letter = (_compute.struct_field(found, part) for part in ("year", "serial", "letter"))
    serial = _compute.utf8_lpad(serial, width, "0") if width else serial
    digits = _compute.cast(_join(_compute.utf8_slice_codeunits(year, -2, None), serial), pa.int64())
    modulus = len(LETTERS)
    rest = _compute.subtract(digits, _compute.multiply(_compute.divide(digits, modulus), modulus))
    valid = _compute.equal(_LETTERS.take(rest), letter)
    return spell(year, serial, letter), _compute.if_else(valid, "valid", "invalid")


def _full_year(year: Any, latest_year: int) -> Any:
    short = _compute.cast(year, pa.int64())
    back = _compute.subtract(latest_year, short)
    back = _compute.subtract(back, _compute.multiply(_compute.divide(back, 100), 100))
    full = _compute.cast(_compute.subtract(latest_year, back), pa.string())
    return _compute.if_else(_compute.equal(_compute.utf8_length(year), 2), full, year)


def _join(*parts: Any) -> Any:
    return _compute.binary_join_element_wise(*parts, "")


def _one_by_one(scheme: str, texts: Any, value: Any, check: Any, *, latest_year: int) -> tuple[Any, Any]:
    """Read the texts of other letters or of another form by ``identifiers.parse``."""
    odd = _compute.fill_null(_compute.or_(_compute.is_null(value), placeholders.odd(texts)), False)
    read = [identifiers.parse(scheme, text, latest_year) for text in texts.filter(odd).to_pylist()]
    if not read:
        return value, check
    values, checks = (pa.array([getattr(found, part) for found in read], pa.string()) for part in ("value", "check"))
    return _compute.replace_with_mask(value, odd, values), _compute.replace_with_mask(check, odd, checks)
