"""In which force's area an address lies, as far as its postcode alone tells.

Decides by ``areas.csv``, which holds the postcode areas that lie wholly in one force's area. Invariant: of an address
in any other postcode area nothing is said, since most of these cross the forces' borders.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import numpy as np
import pyarrow.compute as pc

from reconcile.notification.columns import Coded, coded, elements
from reconcile.notification.people import People


@cache
def areas() -> Mapping[str, str]:
    """The slug of the force in whose area each postcode area of the table lies."""
    text = files(__package__).joinpath("areas.csv").read_text(encoding="utf-8")
    return {row["postcode_area"]: row["force"] for row in csv.DictReader(text.splitlines())}


def area_force(postcode: str) -> str:
    """The slug of the force in whose area a postcode lies, "" where it does not tell."""
    return areas().get(_area(postcode[:3]), "")


def force_of_address(who: People) -> Coded:
    """For each record the force in whose area its current address lies, blank where the postcode does not tell."""
    addresses = elements(who.records["addresses"])
    current = addresses.coded("kind").among("current")
    begins = coded(pc.utf8_slice_codeunits(pc.struct_field(addresses.values, "postcode"), 0, 3))
    slugs = tuple(sorted(set(areas().values())))
    found = [areas().get(_area(word), "") for word in begins.words]
    meaning = np.array([*(slugs.index(slug) if slug else -1 for slug in found), -1], dtype=np.int32)
    codes = np.full(len(who.identity), -1, dtype=np.int32)
    codes[addresses.owner[current]] = meaning[begins.codes][current]
    return Coded(codes, slugs)


def _area(begins: str) -> str:
    """The letters a postcode begins with where a figure follows them, "" of anything else."""
    head = begins[:2] if begins[1:2].isalpha() else begins[:1]
    return head if head.isalpha() and begins[len(head) : len(head) + 1].isdigit() else ""
