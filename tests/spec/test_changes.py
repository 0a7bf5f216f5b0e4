"""What became of the people of a release in the next one, story by story, as a coordinator would tell it."""

import pyarrow as pa

from reconcile import schema
from reconcile.national import changes
from reconcile.national.claim_fates import words
from tests.two_releases import compared, previous, told

BEFORE = """
| record   | status              | missing_since |
| kent:1   | whereabouts_unknown | 2016-05-01    |
| kent:2   | wanted              | 2017          |
| essex:1  | whereabouts_unknown | 2015-01-01    |
| essex:2  | located             |               |
"""
ALONE = ("P1: kent:1", "P2: kent:2", "P3: essex:1", "P4: essex:2")


def now(
    text: str, groups: tuple[str, ...] = ALONE, before: str = BEFORE, was: tuple[str, ...] = ALONE, **said
) -> list[str]:
    return told(compared(previous(before, was), text, groups, **said))


def test_a_first_release_has_no_changes() -> None:
    empty = changes.compare(None, *(pa.table({}) for _ in range(3)), ())
    assert empty.schema.equals(schema.CHANGES)
    assert not len(empty)
    assert changes.Changes(empty).counts() == {kind: {"rows": 0, "people": 0, "claims": 0} for kind in words()["kinds"]}


def test_every_kind_is_one_of_the_schemas() -> None:
    assert set(words()["kinds"]) == set(schema.CHANGE_KINDS)
    groups = (words()[group] for group in ("status", "outcome", "gone", "came", "kept", "lines"))
    assert {entry["kind"] for group in groups for entry in group.values()} <= set(schema.CHANGE_KINDS)
    assert set(schema.STATUSES) - set(schema.OPEN_CLAIMS) | {"none"} == set(words()["status"])
    assert set(schema.OUTCOMES) == set(words()["outcome"])


def test_nothing_changes_where_the_same_is_said_again() -> None:
    assert now(BEFORE) == []


def test_two_found_one_corrected_one_lost_anew() -> None:
    said = now(
        """
        | record   | status              | missing_since |
        | kent:1   | in_custody          |               |
        | kent:2   | wanted              | 2014          |
        | essex:1  | located             |               |
        | essex:2  | whereabouts_unknown | 2018-04-15    |
        """
    )
    assert said == [
        "P4 new +1 +1: lost since the last release",
        "P1 found -1 -1: in custody",
        "P3 found -1 -1: located",
        "P2 corrected +0 +0: the force changed the date of the loss",
    ]


def test_a_loss_before_the_last_release_is_reported_late() -> None:
    late = "| record | status | missing_since |\n| essex:2 | wanted | {} |\n" + "\n".join(BEFORE.splitlines()[2:5])
    for since, reason in (
        ("2018-03-01", "reported late: lost before the last release"),
        ("2018-03-02", "lost since the last release"),
        ("2018", "lost before or after the last release, the date does not tell"),
        ("", "undated"),
    ):
        assert now(late.format(since)) == [f"P4 new +1 +1: {reason}"]


def test_a_force_that_falls_silent_has_found_nobody() -> None:
    only_kent = "\n".join(BEFORE.splitlines()[:4])
    groups = ALONE[:2]
    for state, reason in (
        ("NOT_RECEIVED", "the force did not answer this time"),
        ("REFUSED", "the force refused to send this time"),
        ("REJECTED", "the force's extract was rejected this time"),
    ):
        assert now(only_kent, groups, essex=state) == [f"P3 unanswered -1 -1: {reason}"]


def test_a_force_that_had_been_silent_has_lost_nobody_anew() -> None:
    assert now(BEFORE, before="\n".join(BEFORE.splitlines()[:4]), was=ALONE[:2]) == [
        "P3 answered +1 +1: the force had not answered the last time"
    ]


def test_a_nil_return_and_a_record_that_is_gone_are_withdrawn_and_not_found() -> None:
    only_kent = "\n".join(BEFORE.splitlines()[:3])
    assert now(only_kent, ALONE[:1], essex="NIL") == [
        "P2 withdrawn -1 -1: no longer among the force's records",
        "P3 withdrawn -1 -1: the force returns that it has nobody",
    ]


def test_how_the_episode_ended_says_more_than_the_status() -> None:
    said = now(
        """
        | record   | status              | missing_since | ended                             |
        | kent:1   | located             |               | 2016-05-01 2018-04-01 corrected   |
        | kent:2   |                     |               | 2017 2018-05-01 abroad_known      |
        | essex:1  | located             |               | 2009-01-01 2010-01-01 corrected   |
        | essex:2  | located             |               |                                   |
        """
    )
    assert said == [
        "P2 found -1 -1: the force says: found abroad",
        "P3 found -1 -1: located",
        "P1 corrected -1 -1: the force says: the claim was a mistake",
    ]


def test_what_a_corrected_extract_of_the_same_day_says_otherwise_did_not_happen() -> None:
    said = now(
        """
        | record   | status              | missing_since | as_of      |
        | kent:1   | located             |               | 2018-03-01 |
        | kent:2   | wanted              | 2017          | 2018-03-01 |
        | essex:1  | located             |               | 2018-06-01 |
        | essex:2  | located             |               | 2018-06-01 |
        """,
        corrected=["kent"],
    )
    assert said == [
        "P3 found -1 -1: located",
        "P1 corrected -1 -1: the force corrected the extract of the same day",
    ]


def test_a_corrected_extract_of_a_later_day_is_judged_by_what_it_says() -> None:
    after = BEFORE.replace("| kent:1   | whereabouts_unknown | 2016-05-01    |", "| kent:1   | located | |")
    assert now(after, corrected=["kent"]) == ["P1 corrected -1 -1: the force corrected the extract of the same day"]
    assert now(after, later=["kent"]) == ["P1 found -1 -1: located"]


def test_a_claim_that_a_corrected_extract_of_the_same_day_adds_is_nobody_lost_anew() -> None:
    after = BEFORE.replace("| essex:2  | located             |               |", "| essex:2 | wanted | 2018-01-01 |")
    assert now(after, corrected=["essex"]) == ["P4 corrected +1 +1: the force corrected the extract of the same day"]


def test_a_record_that_is_gone_while_rows_are_quarantined_may_be_among_them() -> None:
    after = "\n".join([*BEFORE.splitlines()[:2], *BEFORE.splitlines()[3:]])
    groups = ALONE[1:]
    assert now(after, groups) == ["P1 withdrawn -1 -1: no longer among the force's records"]
    assert now(after, groups, quarantined=["kent"]) == [
        "P1 withdrawn -1 -1: no longer among the force's accepted records; some of its rows are quarantined"
    ]


def test_a_claim_that_goes_over_to_another_person_on_the_list_is_told_of_there() -> None:
    was = ("P1: kent:1 essex:1", "P2: kent:2", "P4: essex:2")
    said = now(BEFORE, ("P1: kent:1", "P2: kent:2 essex:1", "P4: essex:2"), was=was)
    assert [line.split(":")[0] for line in said] == ["P2 merged P1 +0 +0"]


def test_a_person_found_by_one_force_and_claimed_by_another_stays_on_the_list() -> None:
    both = ("P1: kent:1 essex:1", "P2: kent:2", "P4: essex:2")
    said = now(
        BEFORE.replace("| kent:1   | whereabouts_unknown | 2016-05-01", "| kent:1   | located | "), both, was=both
    )
    assert said == ["P1 found +0 -1: located"]


def test_a_person_is_not_found_while_a_force_that_claimed_them_is_silent() -> None:
    both = ("P1: kent:1 essex:1", "P2: kent:2", "P4: essex:2")
    only_kent = "\n".join(BEFORE.splitlines()[:4]).replace("whereabouts_unknown | 2016-05-01", "located | ")
    said = now(only_kent, ("P1: kent:1", "P2: kent:2"), was=both, essex="NOT_RECEIVED")
    assert said == ["P1 found +0 -1: located", "P1 unanswered -1 -1: the force did not answer this time"]


def test_a_claim_that_goes_from_one_force_to_another_has_moved() -> None:
    one = ("P1: kent:1 essex:2", "P2: kent:2", "P3: essex:1")
    for status in ("transferred", ""):
        gone = f"| kent:1 | {status} | |" if status else ""
        after = f"""
        | record   | status              | missing_since |
        {gone}
        | kent:2   | wanted              | 2017          |
        | essex:1  | whereabouts_unknown | 2015-01-01    |
        | essex:2  | whereabouts_unknown | 2016-05-01    |
        """
        groups = one if status else ("P1: essex:2", *one[1:])
        assert now(after, groups, was=one) == ["P1 moved +0 +0: claimed by another force now"]


def test_located_by_one_and_then_claimed_by_another_is_found_and_new() -> None:
    one = ("P1: kent:1 essex:2", "P2: kent:2", "P3: essex:1")
    said = now(
        """
        | record   | status              | missing_since |
        | kent:1   | located             |               |
        | kent:2   | wanted              | 2017          |
        | essex:1  | whereabouts_unknown | 2015-01-01    |
        | essex:2  | whereabouts_unknown | 2018-05-01    |
        """,
        one,
        was=one,
    )
    assert said == ["P1 new +0 +1: lost since the last release", "P1 found +0 -1: located"]


def test_a_force_that_gives_its_record_another_reference_corrects_it() -> None:
    was = ("P1: kent:1 essex:2", "P2: kent:2", "P3: essex:1")
    after = BEFORE.replace("kent:1 ", "kent:9 ")
    said = now(after, ("P1: kent:9 essex:2", "P2: kent:2", "P3: essex:1"), was=was)
    assert said == ["P1 corrected +0 +0: the force keeps the record under another reference"]


def test_two_lines_that_a_person_joined_are_one() -> None:
    said = now(
        BEFORE,
        ("P1: kent:1 essex:1", "P2: kent:2", "P4: essex:2"),
        decided="|left|right|judgement|\n|kent:1|essex:1|same|",
    )
    assert said == ["P3 merged P1 -1 +0: decided same by a person"]


def test_one_line_that_a_person_parted_is_two() -> None:
    was = ("P1: kent:1 essex:1", "P2: kent:2", "P4: essex:2")
    said = now(BEFORE, was=was, decided="|left|right|judgement|\n|kent:1|essex:1|different|")
    assert said == ["P3 split P1 +1 +0: decided different by a person"]


def test_a_line_that_goes_on_under_an_older_id_is_the_same_person() -> None:
    said = now(
        BEFORE,
        ("P4: essex:2 essex:1", "P1: kent:1", "P2: kent:2"),
        decided="|left|right|judgement|\n|essex:1|essex:2|same|",
    )
    assert said == ["P3 merged P4 +0 +0: decided same by a person"]


def test_a_loss_after_the_extract_of_the_last_release_is_a_new_one() -> None:
    assert now(BEFORE.replace("2016-05-01", "2018-05-01")) == [
        "P1 new +0 +0: lost again: the force dates the loss after its extract of the last release"
    ]


def test_a_status_that_changes_between_unknown_and_wanted_is_no_change_of_the_list() -> None:
    assert now(BEFORE.replace("wanted             ", "whereabouts_unknown")) == []
