"""One identifier on records that cannot be one person's.

Decides what a force is told of a number on its record that stands on another's, too. Invariant: nobody holds these to
be one person, so that of another force's record nothing is told, not even whose it is.
"""

from collections.abc import Iterable

from reconcile.render.look import word
from reconcile.reports.item import Item
from reconcile.reports.telling import Telling

ELSEWHERE = "It also stands on a record of another force, which the national coordinators know."
HERE = "It stands on each of these records of yours."


def shared_identifier(to: Telling) -> Iterable[Item]:
    """The numbers on the force's records that stand on contradicting records, in the order of scheme and number."""
    for each in to.material.shared:
        own = to.mine(each.records)
        if own:
            elsewhere = len(own) < len(each.records)
            scheme = word(each.scheme, "scheme")
            yield to.item(
                "shared_identifier",
                own,
                key=(each.scheme, each.value),
                concerns=each.records,
                claimed=f"The {scheme} {each.value} stands on records that cannot be one person’s.",
                facts=(ELSEWHERE if elsewhere else HERE, *(to.fact(record) for record in own)),
                assessments=("That one of the records has the number by mistake is likely, not certain.",),
                words={"scheme": scheme},
            )
