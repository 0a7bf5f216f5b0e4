"""The ledger of what forces were told: what is read of it, and what was taken back."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconcile.reports.corrections import standings
from reconcile.reports.told import LINES, Told, ToldLog

ITEM = Told(
    "kent", "r-1", "report", "aa11", "found_elsewhere", "d", ("kent:1",), ("essex:7",), (("essex:7", "kent:1"),)
)
CORRECTED = replace(ITEM, document="n-1", document_kind="notice", kind="correction", digest="c", reason="changed")
NOTED = replace(ITEM, document_kind="notice")


def ledger(root: Path) -> ToldLog:
    return ToldLog(f"sqlite:///{root}/d.sqlite")


def read(lines: Any) -> list[tuple[str, str, str]]:
    return [(row["document"], row["item"], row["kind"]) for row in lines.to_pylist()]


def test_an_empty_ledger_reads_as_one(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    assert (log.lines().schema, len(log.lines()), len(log.standing())) == (LINES, 0, 0)
    assert log.take_back("kent", "n-1") == 0


def test_what_was_taken_back_is_read_nowhere_and_what_stood_before_stands_again(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    log.record([ITEM, replace(ITEM, force="essex", own=("essex:7",), others=("kent:1",))])
    log.record([CORRECTED, replace(ITEM, document="n-1", document_kind="notice", item="bb22")])
    assert log.take_back("kent", "n-1") == 2
    assert read(log.lines("kent")) == read(log.lines("kent", items=["aa11", "bb22"])) == [("r-1", "aa11", ITEM.kind)]
    assert read(log.lines("kent", document="n-1")) == []
    assert [(row["force"], row["document"]) for row in log.standing().to_pylist()] == [
        ("kent", "r-1"),
        ("essex", "r-1"),
    ]
    assert log.taken_back() == {("kent", "n-1")}
    assert log.take_back("kent", "n-1") == 0, "once"
    assert log.record([CORRECTED]) == 1, "told again it is told"
    assert read(log.lines("kent"))[1:] == read(log.standing().slice(2)) == [("n-1", "aa11", "correction")]


def test_by_the_lines_that_stand_every_item_stands_as_by_all_lines(tmp_path: Path) -> None:
    """Of 40 forces, each told, corrected, told again and taken back in its own order."""
    log, chance = ledger(tmp_path), random.Random(7)
    forces = [f"force-{number}" for number in range(40)]
    for step in range(12):
        for force in forces:
            document, item = f"d-{chance.randrange(5)}", f"item-{chance.randrange(3)}"
            if chance.random() < 0.15:
                log.take_back(force, document)
                continue
            kind = chance.choice(["found_elsewhere", "correction"])
            reason = chance.choice(["changed", "decided_different"]) if kind == "correction" else ""
            told = replace(NOTED, force=force, document=document, item=item, kind=kind, reason=reason, digest=f"{step}")
            log.record([told])
    every, standing = log.lines().to_pylist(), log.standing().to_pylist()
    assert log.notices() == {(row["force"], row["document"]) for row in every}
    assert log.notices() < {(force, f"d-{number}") for force in forces for number in range(5)}
    assert len(standing) < len(every)
    for force in forces:
        by_all, by_few = (standings(row for row in rows if row["force"] == force) for rows in (every, standing))
        assert by_few == by_all
    assert len(standing) <= 2 * len({(row["force"], row["item"]) for row in every})


def test_a_notice_taken_back_and_told_again_tells_all_it_holds_again_its_correction_too(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    notice = [CORRECTED, replace(ITEM, document="n-1", document_kind="notice", digest="e")]
    log.record([ITEM, *notice])
    log.take_back("kent", "n-1")
    assert log.record(notice) == 2
    again = [("n-1", "aa11", "correction"), ("n-1", "aa11", ITEM.kind)]
    assert read(log.lines("kent", document="n-1")) == again
    assert log.record(notice) == 0, "said again it tells nothing"


def test_what_is_told_in_the_place_of_what_never_went_is_told_with_it_or_neither(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    log.record([ITEM, CORRECTED])
    anew = replace(CORRECTED, document="n-2")
    assert log.take_back("kent", "n-1", telling=[anew], unless=lambda: True) == 0
    assert read(log.lines()) == [("r-1", "aa11", ITEM.kind), ("n-1", "aa11", "correction")]
    with pytest.raises(TypeError):
        log.take_back("kent", "n-1", telling=[replace(anew, own=(object(),))])  # type: ignore[arg-type]
    assert read(log.lines())[1:] == [("n-1", "aa11", "correction")], "broken off it is not taken back either"
    assert log.take_back("kent", "n-1", telling=[anew]) == 1
    assert read(log.lines())[1:] == [("n-2", "aa11", "correction")]
    assert log.take_back("kent", "n-1", telling=[replace(anew, document="n-3")]) == 0, "there was nothing to replace"
    assert read(log.lines())[1:] == [("n-2", "aa11", "correction")]
