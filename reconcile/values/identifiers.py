"""Identifiers in one canonical form a scheme, and whether their check letter fits.

Decides the form and the check of PNC and CRO numbers (one letter of 23, no I, O or S, from the digits modulo 23)
and the form of the rest. Invariant: a valid check letter proves there is no slip of the pen, never whose number it
is; a text of no known form is kept, marked invalid.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from reconcile.values import placeholders

LETTERS: Final = "ZABCDEFGHJKLMNPQRTUVWXY"
STRIPPED: Final = ("ni_number", "nomis", "crn", "passport")
"""Schemes whose numbers are written with or without hyphens, dots and slashes."""
LATEST_YEAR: Final = 2049
"""Two-digit years are of the 2000s up to this one where the caller does not know the year of the extract."""

_PNC_SLASH: Final = re.compile(r"(\d{4}|\d{2})/(\d{1,7})([A-Z])")
_PNC_PLAIN: Final = (re.compile(r"(\d{2})(\d{1,7})([A-Z])"), re.compile(r"((?:19|20)\d{2})(\d{1,7})([A-Z])"))
_CRO: Final = re.compile(r"(\d{1,6})/?(\d{2})([A-Z])")
_CRO_FILE: Final = re.compile(r"SF(\d{2})/?(\d{1,6})([A-Z])")
_CANONICAL: Final = {
    "pnc": re.compile(r"\d{4}/\d{7}[A-Z]"),
    "cro": re.compile(r"\d{6}/\d{2}[A-Z]|SF\d{2}/\d{1,6}[A-Z]"),
}
_FIGURES: Final = 3
"""Figures a number of any scheme has at least, and no word."""


@dataclass(frozen=True)
class Identifier:
    """``value`` in the scheme's canonical form; ``check`` is one of ``schema.CHECKS``."""

    scheme: str
    value: str
    check: str


def check_letter(digits: str) -> str:
    """The check letter of a PNC or CRO number's digits, laid out as its scheme adds them up."""
    return LETTERS[int(digits) % len(LETTERS)]


@cache
def _listed() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files(__package__).joinpath("schemes.toml").read_text(encoding="utf-8"))


def schemes() -> tuple[str, ...]:
    """The kinds of identifier a force's profile may name."""
    return tuple(_listed())


@cache
def _forms() -> dict[str, re.Pattern[str]]:
    return {scheme: re.compile(entry["pattern"]) for scheme, entry in _listed().items() if "pattern" in entry}


def form(scheme: str) -> re.Pattern[str] | None:
    """What a number of ``scheme`` looks like, None where no form is public."""
    return _forms().get(scheme)


def is_canonical(scheme: str, value: str) -> bool:
    """Whether ``value`` is in the canonical form of ``scheme``, whatever its check letter, so that it can be no words.

    Of a scheme without a public form nothing is.
    """
    expected = _CANONICAL.get(scheme) or form(scheme)
    return bool(expected and expected.fullmatch(value)) and sum(map(str.isdecimal, value)) >= _FIGURES


def parse(scheme: str, text: str, latest_year: int = LATEST_YEAR) -> Identifier:
    """Read ``text`` as an identifier of ``scheme``.

    Args:
        scheme: pnc, cro, visor, nomis, crn, ni_number, passport, or any other name, which is opaque.
        text: as a force writes it: with or without slash and spaces, two- or four-digit year, either case.
        latest_year: the latest year a two-digit PNC year can mean.
    """
    plain = re.sub(r"\s+", "", text).upper()
    if scheme == "pnc":
        value, check = _pnc(plain, latest_year)
    elif scheme == "cro":
        value, check = _cro(plain)
    else:
        if scheme in STRIPPED:
            plain = re.sub(r"[-./]", "", plain)
        expected = form(scheme)
        value, check = plain, "none" if expected is None or expected.fullmatch(plain) else "invalid"
    return Identifier(scheme, value, "placeholder" if _is_placeholder(scheme, value, text) else check)


def _is_placeholder(scheme: str, value: str, text: str) -> bool:
    if scheme in placeholders.FIELDS and placeholders.is_placeholder(scheme, value):
        return True
    return any(placeholders.is_placeholder("identifier", written) for written in (value, text))


def _pnc(plain: str, latest_year: int) -> tuple[str, str]:
    """The canonical number and its check; without a slash, the reading whose check letter fits."""
    forms = (_PNC_SLASH, *_PNC_PLAIN)
    readings = [
        _pnc_parts(found[1], found[2], found[3], latest_year) for form in forms if (found := form.fullmatch(plain))
    ]
    return next((reading for reading in readings if reading[1] == "valid"), (readings or [(plain, "invalid")])[0])


def _pnc_parts(year: str, serial: str, letter: str, latest_year: int) -> tuple[str, str]:
    serial = serial.zfill(7)
    check = "valid" if check_letter(year[-2:] + serial) == letter else "invalid"
    if len(year) == 2:
        year = str(latest_year - (latest_year - int(year)) % 100)
    return f"{year}/{serial}{letter}", check


def _cro(plain: str) -> tuple[str, str]:
    if found := _CRO_FILE.fullmatch(plain):
        year, serial, letter = found.groups()
        return f"SF{year}/{serial}{letter}", "valid" if check_letter(year + serial) == letter else "invalid"
    if found := _CRO.fullmatch(plain):
        serial, year, letter = found.groups()
        serial = serial.zfill(6)
        return f"{serial}/{year}{letter}", "valid" if check_letter(year + serial) == letter else "invalid"
    return plain, "invalid"
