"""What a force is told of its own register: notifications overdue, reviews out of date, records that are one person.

Decides what of its own people a force is to look at. Invariant: nothing here rests on, or tells of, another force's
record.
"""

import datetime as dt
from collections.abc import Iterable

from reconcile.render.look import day, listed, short_day
from reconcile.reports.item import Item
from reconcile.reports.kinds import RISKS, kinds
from reconcile.reports.material import Row, is_claim
from reconcile.reports.telling import Telling


def overdue(to: Telling) -> Iterable[Item]:
    """The force's people late with a notification, one item each: those it does not claim missing first, then the
    highest risk, then the longest over."""
    found = [_overdue(to, record, to.material.facts.overdue[record]) for record in to.mine(to.material.facts.overdue)]
    return [item for _, item in sorted(found, key=lambda each: (each[0], each[1].id))]


def _overdue(to: Telling, record: str, rows: Iterable[Row]) -> tuple[tuple[bool, int, int], Item]:
    order = list(kinds()["overdue"]["facts"])
    rows = sorted(rows, key=lambda row: order.index(row["fact"]))
    said = [kinds()["overdue"]["facts"][row["fact"]] for row in rows]
    longest = max((row["days"] for row in rows if row["days"] is not None), default=0)
    item = to.item(
        "overdue",
        [record],
        claimed="By your own record, a notification is overdue or came late.",
        facts=tuple(
            words["dated"].format(day=day(row["day"])) if row["day"] else words["undated"]
            for words, row in zip(said, rows, strict=True)
        ),
        assessments=("Judged by the law of notification from the dates you sent, as of the day of your extract.",),
        words={
            "what": listed([words["what"] for words in said]),
            "told": "; ".join(_short(words["what"], row) for words, row in zip(said, rows, strict=True)),
            "days": str(longest) if longest else "",
        },
    )
    return (is_claim(to.row(record)), RISKS.index(item.risk), -longest), item


def _short(what: str, row: Row) -> str:
    return f"{what}, due {short_day(row['day'])}" if row["day"] else what


def stale_review(to: Telling) -> Iterable[Item]:
    """The force's claims without a recent review, one item each: the highest risk first, then the longest ago."""
    found = []
    for record in to.mine(to.material.facts.reviews):
        days = to.material.facts.reviews[record]["days"]
        reviewed = to.row(record)["as_of"] - dt.timedelta(days=days) if days is not None else None
        when = f"on {day(reviewed)}" if reviewed else "some time ago"
        item = to.item(
            "stale_review",
            [record],
            claimed="Your last review of the enquiries is longer ago than the forces agreed for the risk.",
            facts=(f"By your record, the enquiries were last reviewed {when}.", to.fact(record)),
            assessments=("How often to review is set by no law: the forces agreed it.",),
            words={
                "reviewed": when,
                "told": day(reviewed) if reviewed else "day not told",
                "days": "" if days is None else str(days),
            },
        )
        found.append(((RISKS.index(item.risk), -(days or 0), item.id), item))
    return [item for _, item in sorted(found, key=lambda each: each[0])]


def within_force(to: Telling) -> Iterable[Item]:
    """Records of the force that links which may be told hold to be one person, one item a person."""
    for national, links in to.material.inside.get(to.force, {}).items():
        records = sorted({end for link in links for end in link.ends})
        yield to.item(
            "within_force",
            records,
            key=(national,),
            national=national,
            claimed=f"{len(records)} records of yours are held to be one person.",
            facts=tuple(to.fact(record) for record in records),
            words={"count": str(len(records))},
        )
