"""One person two forces claim missing or wanted: whose claim counts, and whose yields.

Decides who is named as the force whose claim counts: the owner by rule D17. Invariant: it is named only where it is
one of the forces the item tells of, and the fact rests on records told in it; otherwise the item says it is open.
"""

from collections.abc import Iterable, Sequence

from reconcile.reports.item import Item
from reconcile.reports.kinds import kinds
from reconcile.reports.material import Row, force_of
from reconcile.reports.telling import Telling


def double_claim(to: Telling) -> Iterable[Item]:
    """The force's claims that another force has, too, in the order of the list."""
    for line in to.material.lines_of.get(to.force, ()):
        claims = [claim["record_id"] for claim in line["claims"]]
        own = to.mine(claims)
        reach = to.reach(own, line["national_id"])
        others = [record for record in claims if record in reach and force_of(record) != to.force]
        if own and others:
            yield _item(to, line, own, others)


def _item(to: Telling, line: Row, own: Sequence[str], others: Sequence[str]) -> Item:
    owner, why = _owner(to, line, (*own, *others))
    variants = kinds()["double_claim"]["variants"]
    variant = variants["open" if not owner else "yours" if owner == to.force else "theirs"]
    words = {"other": to.forces(others), "owner": to.name(owner)}
    return to.item(
        "double_claim",
        own,
        others,
        national=line["national_id"],
        claimed=f"You and {words['other']} both claim the person missing or wanted.",
        facts=tuple(to.fact(record) for record in (*own, *others)),
        assessments=(_said(to, owner, why, others),),
        words=words | {name: text.format(**words) for name, text in variant.items()},
    )


def _owner(to: Telling, line: Row, told: Sequence[str]) -> tuple[str, str]:
    """The slug of the force whose claim counts and why it does, "" where that cannot be told or rests on others."""
    owner = str(line["owner_force"])
    fact = to.material.facts.owners.get(line["national_id"])
    rests_on = set(fact["inputs"] or ()) if fact else set()
    if owner not in {force_of(record) for record in told} or not rests_on <= set(told):
        return "", ""
    return owner, str(fact["reason"] or "") if fact else ""


def _said(to: Telling, owner: str, why: str, others: Sequence[str]) -> str:
    if not owner:
        return "Which force manages the person cannot be told from the dates as sent."
    as_told = f"as far as the forces’ dates tell{f' ({why})' if why else ''}"
    if owner == to.force:
        return f"You manage the person, {as_told}: your claim counts, {to.forces(others)}’s yields."
    return f"{to.name(owner)} manages the person, {as_told}: its claim counts, yours yields."
