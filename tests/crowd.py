"""Many reviewers at one queue at once, and what must hold of the logs when they have gone home."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

from reconcile.audit import AuditLog
from reconcile.review import acts
from reconcile.review.access import Visitor
from reconcile.review.acts import Judged
from reconcile.review.decisions import DecisionLog
from reconcile.review.judgements import JudgementLog
from reconcile.settings import Settings
from tests import small_queue as small


def workspace(root: Path, items: int, url: str = "") -> Settings:
    """A workspace with a queue of so many links, every second of which needs two people."""
    records = "\n".join(
        f"| {force}:{n} | located | {'high' if n % 2 else 'low'} |" for n in range(items) for force in ("kent", "essex")
    )
    links = "\n".join(f"| kent:{n} | essex:{n} | proposed | 1 | h{n} |" for n in range(items))
    found = small.queue(
        links=f"| left | right | strength | weight | hash |\n{links}",
        records=f"| record | status | risk_level |\n{records}",
        children=(),
    )
    return small.workspace(root, found, url)


def people(count: int) -> list[Visitor]:
    return [Visitor(f"reviewer-{n:02d}", frozenset({"reviewer"})) for n in range(count)]


def work_through(made: Settings, reviewers: int) -> None:
    """Everybody takes one item after the other until none is left for them; two in three say same."""

    def work(visitor: Visitor) -> list[Judged]:
        done: list[Judged] = []
        while row := acts.next_item(made, visitor):
            place = int(row["left"].split(":")[1]) + int(visitor.name[-2:])
            said, why = ("different", "birth_date") if place % 3 == 0 else ("same", "identifier")
            given = {"evidence_hash": row["evidence_hash"], "reason_code": why}
            done.append(acts.judge(made, visitor, row["item"], said, **given))
        return done

    with ThreadPoolExecutor(reviewers) as pool:
        done = [each for found in pool.map(work, people(reviewers)) for each in found]
    while row := acts.next_item(made, Visitor("late", frozenset({"reviewer"}))):  # whose lease ran with the last
        given = {"evidence_hash": row["evidence_hash"], "reason_code": "identifier"}
        done.append(acts.judge(made, Visitor("late", frozenset({"reviewer"})), row["item"], "same", **given))
    assert {each.became for each in done} <= {"decided", "second", "third"}  # nobody was given what others had
    holds(made, done)


def all_at_once(made: Settings, reviewers: int) -> None:
    """Everybody answers the same items at the same moment, each as from a process of their own, reserved by nobody."""
    items = [(row["item"], row["evidence_hash"]) for row in acts.open_items(made, people(1)[0]).rows]
    start = Barrier(reviewers)

    def work(visitor: Visitor) -> list[Judged]:
        own = replace(made, database_url=_of_its_own(made.database_url, visitor.name))
        acts.open_items(own, visitor)
        start.wait()
        given = {"reason_code": "identifier"}
        return [acts.judge(own, visitor, item, "same", evidence_hash=shown, **given) for item, shown in items]

    with ThreadPoolExecutor(reviewers) as pool:
        done = [each for found in pool.map(work, people(reviewers)) for each in found]
    counted = Counter(each.became for each in done)
    needed = sum(1 + n % 2 for n in range(len(items)))
    assert counted == {
        "decided": len(items),
        "second": needed - len(items),
        "taken": reviewers * len(items) - needed,
    }
    holds(made, done)


def holds(made: Settings, done: list[Judged]) -> None:
    """No judgement and no decision is lost, and nobody judged an item twice or what others had decided."""
    lines = JudgementLog(made.database_url).lines().to_pylist()
    assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))
    assert sorted(each.number for each in done if each.number) == [line["number"] for line in lines]
    assert Counter((line["item"], line["reviewer"]) for line in lines).most_common(1)[0][1] == 1
    decided = DecisionLog(made.database_url).lines().to_pylist()
    assert len(decided) == len({(line["left"], line["right"]) for line in decided})
    completing = [line for line in lines if line["decisions_from"]]
    assert sorted(line["decisions_from"] for line in completing) == [line["number"] for line in decided]
    by_item = Counter(line["item"] for line in lines)
    for line in decided:
        item = f"link:{line['left']}~{line['right']}"
        names = line["reviewer"].replace(", ", " and ").split(" and ")
        two = int(line["left"].split(":")[1]) % 2
        assert len(set(names)) == len(names) >= 1 + two
        assert 1 + two <= by_item[item] <= 1 + 2 * two
    assert len(decided) == len(by_item) == acts.pending(made)
    assert not acts.open_items(made, Visitor("late", frozenset({"reviewer"}))).rows
    assert AuditLog(made.database_url).verify().lines == len(lines) + len(decided)
    assert AuditLog(made.database_url).verify().holds


def _of_its_own(url: str, name: str) -> str:
    """The same database under another URL, so that nothing in memory is shared but by the database."""
    number = int(name[-2:]) + 30
    return f"{url}?timeout={number}" if url.startswith("sqlite") else f"{url}&application_name={name}"
