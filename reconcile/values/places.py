"""Postcodes in one form, and the addresses that tell nobody from anybody.

Decides what is a postcode by its form alone, so that made-up ones with unissued letters pass. Invariant: a text
that is no postcode is given back as it was written.
"""

import re
from typing import Final

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


def is_generic(address: str, code: str = "") -> bool:
    """Whether many unrelated people share this address or postcode: no fixed abode, hostels, prisons."""
    return (
        placeholders.find("address", address) is not None or placeholders.find("postcode", postcode(code)) is not None
    )
