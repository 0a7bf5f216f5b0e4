"""Postcodes in one form, and the addresses that tell nobody from anybody.

Decides what is a postcode by its form alone, so that made-up ones with unissued letters pass. Invariant: a text
that is no postcode is given back as it was written.
"""

import re
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile.values import placeholders

_POSTCODE: Final = re.compile(r"([A-Z][A-HJ-Y]?\d[A-Z\d]?)(\d[A-Z]{2})|(GIR)(0A{2})")
"""The form the Ministry of Justice checks in production, after spaces are dropped and letters raised."""


def _split(text: str) -> tuple[str, str] | None:
    found = _POSTCODE.fullmatch(re.sub(r"[\s.\-]+", "", text).upper())
    return (found[1] or found[3], found[2] or found[4]) if found else None


def is_postcode(text: str) -> bool:
    """Whether ``text`` has the form of a UK postcode, spaced or not."""
    return _split(text) is not None


def postcode(text: str) -> str:
    """``text`` as "AA9A 9AA" where it is a postcode, otherwise as it was written, trimmed."""
    parts = _split(text)
    return " ".join(parts) if parts else text.strip()


def postcode_column(column: Any) -> Any:
    """``postcode`` of every text of an Arrow string array, read as a column where it is written in ASCII."""
    compute: Any = pc
    spelt = compute.match_substring_regex(column, r"^(?:[A-Z][A-HJ-Y]?[0-9][A-Z0-9]? [0-9][A-Z]{2}|GIR 0AA)$")
    odd = compute.fill_null(compute.invert(spelt), False)
    if not compute.any(odd).as_py():
        return column
    return compute.replace_with_mask(column, odd, _respelt(column.filter(odd)))


def _respelt(column: Any) -> Any:
    compute: Any = pc
    plain = compute.ascii_upper(compute.replace_substring_regex(column, r"[\s.\-]+", ""))
    fits = compute.match_substring_regex(plain, r"^(?:[A-Z][A-HJ-Y]?[0-9][A-Z0-9]?[0-9][A-Z]{2}|GIR0AA)$")
    spaced = compute.binary_join_element_wise(
        compute.utf8_slice_codeunits(plain, 0, -3), compute.utf8_slice_codeunits(plain, -3, None), " "
    )
    found = compute.if_else(fits, spaced, compute.utf8_trim_whitespace(column))
    other = compute.invert(compute.string_is_ascii(column))
    read = [postcode(text) for text in column.filter(other).to_pylist()]
    return compute.replace_with_mask(found, other, pa.array(read, pa.string())) if read else found


def is_generic(address: str, code: str = "") -> bool:
    """Whether many unrelated people share this address or postcode: no fixed abode, hostels, prisons."""
    return (
        placeholders.find("address", address) is not None or placeholders.find("postcode", postcode(code)) is not None
    )
