"""How few and how many people the claims can be, case by case."""

import pytest

from reconcile.national.interval import distinct_people
from tests.small_tables import decisions, links, records

CLAIMS = """
| record         | status              |
| kent:1         | whereabouts_unknown |
| essex:1        | wanted              |
| metropolitan:1 | whereabouts_unknown |
| surrey:1       | located             |
"""

CASES = [
    ("no links: three claims, three people", "", "", (3, 3)),
    ("a verified link joins", "|kent:1|essex:1|verified||", "", (2, 2)),
    ("a proposed link joins in the low count only", "|kent:1|essex:1|proposed||", "", (2, 3)),
    ("a possible link too", "|kent:1|essex:1|possible||", "", (2, 3)),
    ("not where a guard holds it back", "|kent:1|essex:1|possible|twins|", "", (3, 3)),
    ("decided same joins in both", "|kent:1|essex:1|possible||", "|kent:1|essex:1|same|h|", (2, 2)),
    ("decided same joins what a guard held back", "|kent:1|essex:1|possible|twins|", "|kent:1|essex:1|same|h|", (2, 2)),
    ("decided different joins in neither", "|kent:1|essex:1|possible||", "|kent:1|essex:1|different|h|", (3, 3)),
    ("cannot tell leaves it open", "|kent:1|essex:1|possible||", "|kent:1|essex:1|cannot_tell|h|", (2, 3)),
    ("the evidence changed since: open again", "|kent:1|essex:1|possible||", "|kent:1|essex:1|same|old|", (2, 3)),
    (
        "parted on evidence that changed: still not joined, but open",
        "|kent:1|essex:1|verified||",
        "|kent:1|essex:1|different|old|",
        (2, 3),
    ),
    ("a person joins what no link proposed", "", "|kent:1|essex:1|same||", (2, 2)),
    ("a person takes a verified link apart", "|kent:1|essex:1|verified||", "|kent:1|essex:1|different|h|", (3, 3)),
    (
        "two claims meet in a third force's record",
        "|kent:1|surrey:1|verified||\n|essex:1|surrey:1|verified||",
        "",
        (2, 2),
    ),
    ("and may meet there", "|kent:1|surrey:1|verified||\n|essex:1|surrey:1|possible||", "", (2, 3)),
    ("a link to somebody nobody misses", "|kent:1|surrey:1|verified||", "", (3, 3)),
    (
        "different people whom verified links would make one: either link may hold, not both, so two of them at least",
        "|kent:1|surrey:1|verified||\n|essex:1|surrey:1|verified||\n|kent:1|essex:1|possible||",
        "|kent:1|essex:1|different|h|",
        (3, 3),
    ),
    (
        "verified links that join nothing because a person parted the ends may still hold, one of the two",
        "|kent:1|essex:1|verified||\n|essex:1|metropolitan:1|verified||",
        "|kent:1|metropolitan:1|different||",
        (2, 3),
    ),
    (
        "what a person decided same may be so though the link is no longer found",
        "",
        "|kent:1|essex:1|same|old|",
        (2, 3),
    ),
    (
        "and though a guard holds the link back by now",
        "|kent:1|essex:1|possible|twins|",
        "|kent:1|essex:1|same|old|",
        (2, 3),
    ),
    (
        "parted from a third record that a verified link holds to one of them: that link may be the one that is wrong",
        "|essex:1|surrey:1|verified||\n|kent:1|essex:1|possible||",
        "|kent:1|surrey:1|different||",
        (2, 3),
    ),
    (
        "two people a person parted are two, whatever a third may be",
        "|kent:1|essex:1|possible||\n|kent:1|metropolitan:1|possible||\n|essex:1|metropolitan:1|possible||",
        "|kent:1|essex:1|different|h|",
        (2, 3),
    ),
    (
        "three people all parted from each other are three, though all may be the fourth record's",
        "|kent:1|surrey:1|possible||\n|essex:1|surrey:1|possible||\n|metropolitan:1|surrey:1|possible||",
        "|kent:1|essex:1|different||\n|kent:1|metropolitan:1|different||\n|essex:1|metropolitan:1|different||",
        (3, 3),
    ),
]


@pytest.mark.parametrize(
    ("between", "decided", "low_high"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_interval(between: str, decided: str, low_high: tuple[int, int]) -> None:
    found = links(f"|left|right|strength|guard|\n{between}" if between else "")
    said = decisions(f"|left|right|judgement|hash|\n{decided}" if decided else "")
    assert distinct_people(records(CLAIMS), found, said) == low_high
