"""Reviewers at the pages, each a client of their own over loopback, and what the logs must hold when they stop.

Decides what a reviewer does: take the next item, look at it, answer, go on, without a pause. Invariant: what a reviewer
was told is what is held against the logs, and nothing the server keeps in memory.
"""

import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import httpx

from reconcile.audit import AuditLog
from reconcile.review.decisions import DecisionLog
from reconcile.review.judgements import JudgementLog
from reconcile.review.pages.trail import RECORDED
from reconcile.settings import Settings

PASSWORD: Final = "a long and invented phrase 7406"
PATIENCE: Final = 60.0
"""Seconds after which an answer that has not come counts as an error."""
_HIDDEN: Final = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@dataclass(frozen=True)
class Told:
    """What the server answered to a judgement: ``became`` as its next page says it, "" where it failed."""

    reviewer: str
    item: str
    became: str
    seconds: float


@dataclass
class Reviewer:
    """A signed-in reviewer; ``told`` what came of every answer, ``looked`` the seconds each item's page took."""

    client: httpx.Client
    name: str
    place: int
    told: list[Told] = field(default_factory=list)
    looked: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @classmethod
    def signed_in(cls, address: str, name: str, place: int) -> "Reviewer":
        client = httpx.Client(base_url=address, timeout=PATIENCE)
        form = hidden(client.get("/sign-in").text)
        answer = client.post("/sign-in", data={**form, "name": name, "password": PASSWORD})
        if answer.status_code != 303:
            raise RuntimeError(f"{name} is not let in: {answer.status_code}")
        return cls(client, name, place)

    def work(self, until: float, most: int | None = None) -> None:
        """Take and answer items until the clock (``time.perf_counter``) says so or ``most`` are answered."""
        try:
            form = {"token": hidden(self.client.get("/queue").text)["token"]}
            following = self.client.post("/queue/next", data=form).headers["location"]
            while time.perf_counter() < until and (most is None or len(self.told) < most):
                if "/links/" not in following:
                    self.failed.append("the queue was empty")
                    return
                following = self.answer(following)
        except (httpx.HTTPError, KeyError) as error:
            self.failed.append(type(error).__name__)

    def answer(self, place: str) -> str:
        """Look at the item at ``place`` and answer it; returns where the server sends the reviewer next."""
        began = time.perf_counter()
        page = self.client.get(place)
        self.looked.append(time.perf_counter() - began)
        item = "link:" + unquote(urlsplit(place).path.partition("/links/")[2])
        sent = {name: value for name, value in hidden(page.text).items() if name != "item"}
        # Two in three say the same of an item, so that a third person is asked of some.
        said = "different:birth_date" if (sum(map(ord, item)) + self.place) % 3 == 0 else "same:identifier"
        began = time.perf_counter()
        answer = self.client.post(urlsplit(place).path, data={**sent, "answer": said})
        seconds = time.perf_counter() - began
        following = answer.headers.get("location", "") if answer.status_code == 303 else ""
        became = parse_qs(urlsplit(following).query).get("said", [""])[0]
        if not following:
            self.failed.append(f"{answer.status_code} to an answer")
            following = self.client.post("/queue/next", data={"token": sent["token"]}).headers["location"]
        self.told.append(Told(self.name, item, became, seconds))
        return following


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's forms, the last of each name."""
    return dict(_HIDDEN.findall(page))


def faults(settings: Settings, told: Sequence[Told]) -> dict[str, int]:
    """How often each promise was broken; all 0 where all were kept.

    ``lost``: answers said to be recorded that are no line. ``untold``: lines nobody was told of. ``twice``: lines by
    which one person judged an item again. ``too_many``: lines beyond the people an item needs, with a third where two
    disagreed. ``undecided``: items as many agreed on as are needed, without a decision, or with two. ``chain``: 1 where
    the audit log does not hold or lacks a line.
    """
    lines = JudgementLog(settings.database_url).lines().to_pylist()
    decided = DecisionLog(settings.database_url).lines().to_pylist()
    said = Counter((each.reviewer, each.item) for each in told if each.became in RECORDED)
    logged = Counter((line["reviewer"], line["item"]) for line in lines)
    of: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        of.setdefault(line["item"], []).append(line)
    decisions = Counter(f"link:{line['left']}~{line['right']}" for line in decided)
    audit = AuditLog(settings.database_url)
    heard = [line for line in audit.export().to_pylist() if line["operation"] == "alteration"]
    acts = sum(line["justification"].startswith(("judged ", "decided ")) for line in heard)
    return {
        "lost": (said - logged).total(),
        "untold": (logged - said).total(),
        "twice": sum(count - 1 for count in logged.values()),
        "too_many": sum(max(len(each) - _needed(each), 0) for each in of.values()),
        "undecided": sum(decisions[item] != int(len(each) >= _needed(each)) for item, each in of.items()),
        "chain": int(not audit.verify().holds or acts != len(lines) + len(decided)),
    }


def _needed(lines: Sequence[dict[str, Any]]) -> int:
    """How many people an item needs after what the first two said."""
    judges = int(lines[0]["judges"])
    return judges + (judges == 2 and len({line["judgement"] for line in lines[:2]}) > 1)
