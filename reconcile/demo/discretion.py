"""What forces of the survey scenario know or keep to themselves about the people they have lost.

Decides evidence of travel, and which fields are withheld or unknown. Invariant: a field kept back has no value.
"""

import numpy as np

from reconcile.demo import survey
from reconcile.demo.draft import Draft
from reconcile.demo.tables import caseload, texts

Absent = dict[int, list[dict[str, str]]]
"""Fields kept back and why, by row."""


def kept_back(draft: Draft) -> Absent:
    """Give claims the plan's evidence that people are abroad, in place; returns the fields withheld or unknown."""
    rows, plan, row_of, rng = draft.rows, draft.plan, draft.row_of, draft.rng
    held = {place for _, place in draft.parts.elsewhere}
    slugs = caseload().values[plan.force]
    for slug, count in plan.table["overseas_known"].items():
        known = [place for place in range(len(plan)) if slugs[place] == slug and place not in held][-count:]
        rows["evidence"][row_of[known]] = "location_known"
        held |= set(known)
    free = rng.permutation([place for place in range(len(plan)) if place not in held])
    evidence = [kind for kind, count in plan.table["overseas"].items() for _ in range(count)]
    rows["evidence"][row_of[free[: len(evidence)]]] = texts(evidence)
    absent: Absent = {}
    kept = plan.table["withheld"]
    for place, slug in enumerate(slugs):
        if slug in kept["offence"]:
            rows["offence"][row_of[place]] = ""
            absent.setdefault(int(row_of[place]), []).append({"field": "offence", "reason": "withheld"})
    for slug in sorted({*kept["dates"], *kept["unknown_dates"]}):
        undated = [place for place in range(len(plan)) if slugs[place] == slug and plan.year[place] == survey.UNDATED]
        withheld = kept["dates"].get(slug, 0)
        for number, place in enumerate(undated[: withheld + kept["unknown_dates"].get(slug, 0)]):
            reason = "withheld" if number < withheld else "unknown"
            absent.setdefault(int(row_of[place]), []).append({"field": "missing_since", "reason": reason})
    for column, name in (("birth_place", "place_of_birth"), ("risk_level", "risk_level")):
        for row in np.flatnonzero((rows[column] == "") & (rng.random(len(rows[column])) < 0.2)).tolist():
            absent.setdefault(row, []).append({"field": name, "reason": "unknown"})
    return absent
