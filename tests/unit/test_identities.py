"""Identities: who is joined, who never is, and which national id lives on."""

import datetime as dt
from typing import Any

import pyarrow as pa

from reconcile import schema
from reconcile.linkage.identities import conflicts, resolve
from reconcile.linkage.national_ids import check_character, founded, name_groups, national_id


def links(*rows: tuple[str, str, str, str]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {"left": left, "right": right, "strength": strength, "evidence_hash": shown, "weight": 1.0, "evidence": []}
            for left, right, strength, shown in rows
        ],
        schema=schema.LINKS,
    )


def decisions(*rows: tuple[str, str, str, str | None]) -> pa.Table:
    when = dt.datetime(2018, 3, 1, tzinfo=dt.UTC)
    return pa.Table.from_pylist(
        [
            {"left": left, "right": right, "judgement": judgement, "evidence_hash": shown, "decided_at": when}
            for left, right, judgement, shown in rows
        ],
        schema=schema.DECISIONS,
    )


def joined(table: pa.Table) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in table.to_pylist():
        found.setdefault(row["national_id"], set()).add(row["record_id"])
    return {frozenset(group) for group in found.values()}


def people(*groups: str) -> set[frozenset[str]]:
    return {frozenset(group.split()) for group in groups}


def test_verified_joins_and_proposed_does_not() -> None:
    found = resolve("abcd", links(("a", "b", "verified", "1"), ("c", "d", "proposed", "2")), decisions(), None)
    assert found.schema == schema.IDENTITIES
    assert joined(found) == people("a b", "c", "d")
    how = {row["record_id"]: row["joined_by"] for row in found.to_pylist()}
    assert how["c"] == how["d"] == "founding"
    assert sorted([how["a"], how["b"]]) == ["founding", "verified"]


def test_a_decision_joins_while_its_evidence_is_unchanged() -> None:
    shown = links(("a", "b", "possible", "1"))
    assert joined(resolve("ab", shown, decisions(("a", "b", "same", "1")))) == people("a b")
    assert joined(resolve("ab", shown, decisions(("b", "a", "same", "1")))) == people("a b")
    assert joined(resolve("ab", shown, decisions(("a", "b", "same", "0")))) == people("a", "b")
    assert joined(resolve("ab", shown, decisions(("a", "b", "cannot_tell", "1")))) == people("a", "b")
    assert joined(resolve("ab", links(), decisions(("a", "b", "same", None)))) == people("a b")


def test_different_parts_what_is_verified() -> None:
    shown = links(("a", "b", "verified", "1"))
    assert joined(resolve("ab", shown, decisions(("a", "b", "different", "1")))) == people("a", "b")


def test_nothing_brings_together_what_a_person_told_apart() -> None:
    shown = links(("a", "b", "verified", "1"), ("b", "c", "verified", "2"), ("d", "e", "verified", "3"))
    told = decisions(("a", "c", "different", None))
    assert joined(resolve("abcde", shown, told)) == people("a", "b", "c", "d e")
    assert conflicts("abcde", shown, told) == [("a", "c")]
    told = decisions(("a", "c", "different", None), ("a", "b", "same", "1"))
    assert joined(resolve("abcde", shown, told)) == people("a b", "c", "d e")


def test_order_does_not_matter() -> None:
    shown = [("a", "b", "verified", "1"), ("b", "c", "verified", "2"), ("c", "d", "possible", "3")]
    told = [("c", "d", "same", "3"), ("a", "d", "different", None)]
    expected = resolve("abcd", links(*shown), decisions(*told))
    assert resolve("dcba", links(*shown[::-1]), decisions(*told[::-1])).equals(expected)


def ids(table: pa.Table) -> dict[str, str]:
    rows: list[dict[str, Any]] = table.to_pylist()
    return {row["record_id"]: row["national_id"] for row in rows}


def test_national_ids_survive_merges_splits_and_new_records() -> None:
    first = resolve("bc", links(), decisions())
    merged = resolve("abc", links(("a", "b", "verified", "1"), ("b", "c", "verified", "2")), decisions(), first)
    assert len(set(ids(merged).values())) == 1
    assert ids(merged)["a"] in {ids(first)["b"], ids(first)["c"]}
    split = resolve("abc", links(), decisions(), merged)
    assert len(set(ids(split).values())) == 3
    assert ids(merged)["a"] in ids(split).values()
    assert ids(resolve("abc", links(), decisions(), split)) == ids(split)


def test_national_id_has_a_check_character_that_catches_slips() -> None:
    name = national_id("kent:0001")
    body, check = name[1:-1], name[-1]
    assert check_character(body) == check
    for place in range(len(body)):
        for letter in "0123456789ABCDEFGHJKMNPQRSTVWXYZ":
            if letter != body[place]:
                assert check_character(body[:place] + letter + body[place + 1 :]) != check
    for place in range(len(body) - 1):
        turned = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
        assert turned == body or check_character(turned) != check


def test_many_ids_at_once_are_the_same_as_one_by_one() -> None:
    records = [f"kent:{number:04d}" for number in range(500)]
    assert founded(records) == [national_id(record) for record in records] == name_groups([[r] for r in records], {})
    assert founded([]) == []


def test_national_ids_are_what_they_always_were() -> None:
    """Forces hold them in their files: the way they are made must never change."""
    assert founded(["kent:0001", "essex:0017932/S", "metropolitan:VR00058007"]) == IDS_OF_OLD


IDS_OF_OLD = ["PQTVRV4D6F", "PTVY6TER3U", "P8HDKXGG3C"]


def test_an_id_that_is_taken_is_not_founded_again() -> None:
    first, second = founded(["kent:1", "kent:2"])
    assert founded(["kent:1", "kent:2"], taken=[first]) == [national_id("kent:1#1"), second]
    assert founded(["kent:1", "kent:1"]) == [first, national_id("kent:1#1")]
    assert name_groups([["kent:3", "kent:4"]], {"kent:1": national_id("kent:3")}) == [national_id("kent:4")]


def test_only_the_group_with_its_founder_keeps_an_id() -> None:
    founder, other = national_id("kent:1"), national_id("kent:9")
    before = {"kent:1": founder, "kent:2": founder, "kent:3": founder, "kent:4": other}
    parted = [["kent:1"], ["kent:2", "kent:3"]]
    assert name_groups(parted, before) == [founder, national_id("kent:2")]
    assert name_groups([["kent:2"], ["kent:3", "kent:4"]], before) == [founder, other]
