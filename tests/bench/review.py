"""The pages reviewers work in, at 100,000 open items: ``python -m tests.bench.review``.

Decides what is measured: the queue page and a decision by one person alone, then twenty at once. Invariant: the server
is ``reconcile review`` as anybody starts it, in a process of its own, asked over loopback.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from reconcile.review.accounts import Accounts
from reconcile.settings import Settings
from tests.bench import machine, report
from tests.bench.data_sets import ROOT, WORK
from tests.bench.review_people import PASSWORD, Reviewer, Told, faults
from tests.bench.review_workspace import made

PAGES: Final = (
    ("queue, first page", "/queue"),
    ("queue, one force, of two people", "/queue?force=kent&judges=2"),
    ("queue, page 500", "/queue?page=500"),
)
START: Final = 120.0
"""Seconds the server may take to answer first."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the review pages, and write the report.")
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--reviewers", type=int, default=20)
    parser.add_argument("--requests", type=int, default=100, help="of each page, and decisions, by one person alone")
    parser.add_argument("--report", type=Path, default=ROOT / "BENCHMARKS.md")
    given = parser.parse_args()
    settings = made(WORK / "review", given.items)
    names = [f"reviewer-{n:02d}" for n in range(given.reviewers + 1)]
    accounts = Accounts(settings)
    for name in names:
        accounts.add(name, PASSWORD, ["reviewer"], by="benchmark")
    load = os.getloadavg()[0]
    with served(settings) as address:
        people = [Reviewer.signed_in(address, name, place) for place, name in enumerate(names)]
        alone = people[0]
        opened = of_open(alone)
        one = measured_alone(alone, given.requests)
        sys.stderr.write(f"{opened} open items; alone: {one}\n")
        began = time.perf_counter()
        with ThreadPoolExecutor(given.reviewers) as pool:
            list(pool.map(lambda each: each.work(began + 60.0 * given.minutes), people[1:]))
        seconds = time.perf_counter() - began
    crowd = [each for person in people[1:] for each in person.told]
    looked = [each for person in people[1:] for each in person.looked]
    found: dict[str, Any] = {
        "machine": machine.facts(),
        "load": load,
        "open": opened,
        "alone": one,
        "reviewers": given.reviewers,
        "seconds": seconds,
        "crowd": {"an item to judge": spread(looked), "decision": spread([each.seconds for each in crowd])},
        "became": dict(Counter(each.became or "failed" for each in crowd)),
        "failed": dict(Counter(each for person in people for each in person.failed)),
        "faults": faults(settings, [*alone.told, *crowd]),
    }
    sys.stderr.write(f"{found}\n")
    report.write_review(given.report, found)
    if any(found["faults"].values()) or found["failed"]:
        sys.exit(1)


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The address of ``reconcile review`` on the workspace, until the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from reconcile.cli import main; main()", "review", "--port", str(port)]
    command += ["--workspace", str(settings.workspace.root)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.perf_counter() + START
        while True:
            try:
                httpx.get(f"{address}/sign-in")
                break
            except httpx.TransportError:
                if process.poll() is not None or time.perf_counter() > until:
                    raise
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def of_open(reviewer: Reviewer) -> int:
    """How many items the queue page says are open."""
    text = reviewer.client.get("/queue").text
    return int(text.partition('<p class="counts"><strong>')[2].partition("<")[0].replace(",", ""))


def measured_alone(reviewer: Reviewer, requests: int) -> dict[str, Any]:
    """Seconds of each page and of a decision, one after another; each once before, so that what is kept is there."""
    found = {}
    for called, path in PAGES:
        reviewer.client.get(path)
        found[called] = spread([_seconds(reviewer.client, path) for _ in range(requests)])
    reviewer.work(float("inf"), 3)
    before = len(reviewer.told), len(reviewer.looked)
    reviewer.work(float("inf"), before[0] + requests)
    found["an item to judge"] = spread(reviewer.looked[before[1] :])
    told: Sequence[Told] = reviewer.told[before[0] :]
    found["decision"] = spread([each.seconds for each in told])
    return found


def _seconds(client: httpx.Client, path: str) -> float:
    began = time.perf_counter()
    answer = client.get(path)
    spent = time.perf_counter() - began
    answer.raise_for_status()
    return spent


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """How many, their median and their 95th percentile."""
    if len(seconds) < 2:
        return {"count": len(seconds), "median": float("nan"), "p95": float("nan")}
    return {
        "count": len(seconds),
        "median": statistics.median(seconds),
        "p95": statistics.quantiles(seconds, n=20, method="inclusive")[-1],
    }


if __name__ == "__main__":
    main()
