"""A force's coded words as the canonical ones.

Decides what a code means, by the force's profile, or by the canonical word itself. Invariant: in a column with a
closed list of words, what is not on it is null; in an open one it stays as sent.
"""

from functools import cache
from typing import Any

import pyarrow as pa

from reconcile.forces import Profile, forces
from reconcile.forces.profile import CODED
from reconcile.intake.distinct import each


def recognised(field: str, column: Any, profile: Profile) -> Any:
    """The canonical words of a string column; ``field`` is one of ``reconcile.forces.profile.CODED``."""
    words = profile.values.get(field, {})
    closed = CODED[field]
    canonical = {word.casefold(): word for word in closed or ()}
    if field == "transferred_to":
        canonical = {**canonical, **_forces()}

    def judge(text: str) -> str | None:
        plain = text.casefold().strip()
        if plain in words:
            return words[plain]
        return text.strip() if closed is None else canonical.get(plain.replace(" ", "_"))

    return each(column, judge, pa.string())


@cache
def _forces() -> dict[str, str]:
    """The slugs of the forces by their full names, and by their slugs in words."""
    named = {force.name: force.slug for force in forces()} | {
        force.slug.replace("-", " "): force.slug for force in forces()
    }
    return {name.casefold().replace(" ", "_"): slug for name, slug in named.items()}
