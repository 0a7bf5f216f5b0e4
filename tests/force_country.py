# ruff: noqa: E501
"""A released cycle in which Kent, Essex and Surrey are each told of people they share, and of nobody else's.

One man two of them may share is told to neither while nobody has decided that they do.
"""

import datetime as dt
from pathlib import Path

import pytest

from reconcile import publication, reporting
from reconcile.settings import Settings
from tests import small_country
from tests.small_tables import links, records
from tests.small_workspace import compiled_of

RECORDS = """
| record   | name             | aliases      | sex | birth_date | status              | missing_since | last_contact | risk_level |
| essex:1  | Smith, William   | Smyth, Billy | M   | 1971-05-12 | whereabouts_unknown | 2016-05-01    |              | very_high  |
| kent:1   | Smith, Bill      |              | M   | 1971-05-12 | in_custody          |               | 2017-01-01   |            |
| essex:2  | Baker, Thomas    |              | M   | 1960-01-02 | wanted              | 2014          |              | low        |
| kent:2   | Baker, Tom       |              | M   | 1960-01-02 | wanted              | 2014-03       |              | low        |
| kent:3   | Ivanova, Maria   |              | F   | 1985-07-03 | whereabouts_unknown | 2016-02-01    |              | medium     |
| surrey:3 | Ivanova, Marija  | Iwanowa      | F   | 1985-07-03 | in_custody          |               | 2018-01-10   |            |
| kent:6   | Green, Ada       |              | F   | 1955-11-30 | located             |               | 2017-12-01   |            |
| kent:7   | Greene, Ada      |              | F   | 1955-11-30 | located             |               | 2017-10-01   |            |
| essex:8  | Quillfeather, Una|              | F   | 1949-02-02 | whereabouts_unknown | 2017-02-02    |              |            |
| surrey:8 | Quillfeather, Una|              | F   | 1949-02-02 | in_hospital         |               | 2018-02-02   |            |
| essex:9  | Marsh, Owen      |              | M   | 1966-06-06 | whereabouts_unknown | 2017-03-03    |              | very_high  |
| kent:9   | Marsh, O.        |              | M   | 1966-06-06 | in_custody          |               | 2018-02-20   |            |
"""
LINKS = """
| left    | right    | strength | guard |
| essex:1 | kent:1   | verified |       |
| essex:2 | kent:2   | verified |       |
| kent:3  | surrey:3 | verified |       |
| kent:6  | kent:7   | verified |       |
| essex:8 | surrey:8 | verified |       |
| essex:9 | kent:9   | possible |       |
"""


def released(root: Path) -> Settings:
    """The workspace, its list published and no report written."""
    made = compiled_of(root, records(RECORDS), links(LINKS), small_country.RECEIPTS)
    publication.release(made, signed_by="operator", role="national coordinator", reason="the first list")
    return made


def told(root: Path, *, days_ago: int = 0) -> Settings:
    """The same with every force's report written; answers are asked as if it was signed off so many days ago."""
    made = released(root)
    with pytest.MonkeyPatch.context() as patched:
        on = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=days_ago)
        patched.setattr(publication.releases, "signed_on", lambda _folder: on)
        reporting.report(made)
    return made


def answered(made: Settings) -> None:
    """Kent and Surrey answer, one item each way."""
    from reconcile.reports.answering import Raw, take
    from reconcile.review.force_items import reports_of
    from reconcile.review.restricted import NOBODY

    today = dt.datetime.now(dt.UTC).date().isoformat()
    said = {
        "kent": {
            "found_elsewhere": {"answer": "located", "located_on": today, "place_kind": "custody"},
            "held_here": {"answer": "not_same", "note": "Fingerprints differ."},
            "within_force": {"answer": "done"},
        },
        "surrey": {"held_here": {"answer": "need_more", "note": "Which custody suite holds the other?"}},
        "essex": {"double_claim": {"answer": "confirmed_same"}},
    }
    for force, of in said.items():
        for item in reports_of(made, force, NOBODY).items:
            if more := of.get(item.kind):
                raw = Raw(item.id, officer_role="MOSOVO sergeant", answered_on=today, **more)
                assert not take(made, force, [raw], by=f"officer of {force}", source="page").refused
