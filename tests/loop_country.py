# ruff: noqa: E501
"""A compiled and released cycle of a few people, with questions two reviewers can agree and disagree on.

Two men on the list whose joins two people have to judge, a pair that changes nothing, one person of two records, a
child, and a force whose extract is held.
"""

from pathlib import Path

from reconcile import publication
from reconcile.settings import Settings
from tests import people_country, small_country
from tests.small_tables import links, records
from tests.small_workspace import compiled_of

RECORDS = """
| record   | name             | aliases      | sex | birth_date | status              | missing_since | last_contact | risk_level |
| essex:1  | Smith, William   | Smyth, Billy | M   | 1971-05-12 | whereabouts_unknown | 2016-05-01    |              | high       |
| kent:1   | Smith, Bill      |              | M   | 1971-05-12 | located             |               | 2017-01-01   |            |
| essex:2  | Baker, Thomas    |              | M   | 1960-01-02 | wanted              | 2014          |              | low        |
| kent:2   | Baker, Tom       |              | M   | 1960-01-02 | wanted              | 2014-03       |              | low        |
| surrey:1 | Ivanova, Maria   |              | F   | 1985-07    | whereabouts_unknown | 2017-02-01    |              | medium     |
| kent:5   | Ivanova, Marija  | Iwanowa      | F   | 1985-07-03 | whereabouts_unknown | 2017-02       |              | medium     |
| kent:3   | Brown, Peter     |              | M   | 2008-03-04 | whereabouts_unknown | 2017-06-01    |              |            |
| essex:4  | Green, Ada       |              | F   | 1955-11-30 | located             |               | 2017-12-01   |            |
| kent:4   | Greene, Ada      |              | F   | 1955-11    | located             |               | 2017-10-01   |            |
"""
LINKS = """
| left    | right    | strength | guard |
| essex:1 | kent:1   | possible |       |
| essex:2 | kent:2   | possible |       |
| kent:5  | surrey:1 | verified |       |
| essex:4 | kent:3   | possible |       |
| essex:4 | kent:4   | possible |       |
"""
DISPUTED, AGREED, PLAIN = "essex:1~kent:1", "essex:2~kent:2", "essex:4~kent:4"
JOINED = ("kent:5", "surrey:1")


def released(root: Path) -> Settings:
    """The workspace, its list published once before anybody judged."""
    receipts = [
        people_country.HELD if each.force == people_country.HELD.force else each for each in small_country.RECEIPTS
    ]
    made = compiled_of(root, records(RECORDS), links(LINKS), receipts)
    publication.release(made, signed_by="operator", role="national coordinator", reason="the first list")
    return made
