"""The people a coordinator knows about, planted in a register: which links must come out, and which must not."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

from reconcile.demo.population import register
from reconcile.linkage import link, load
from reconcile.values.identifiers import check_letter
from tests.linkage_records import record, table

HOME = {"address": "7 Orchard Walk", "town": "Leeds", "postcode": "LS9 4IK"}
HOSTEL = {"address": "Mill House Hostel", "town": "Hull", "postcode": "HU3 1CV"}


def pnc(year: int, serial: int) -> str:
    return f"{year}/{serial:07d}{check_letter(int(f'{year % 100:02d}{serial:07d}'))}"


PLANTED = (
    record("kent:1", "Gordon", "Ashworth", "1961-05-17", sex="M", pnc=pnc(1999, 9900001)),
    record("surrey:1", "Gordon", "Ashworth", "1961-05-17", sex="M", pnc=pnc(1999, 9900001)),
    record("kent:2", "Trevor", "Pickles", "1958-09-02", sex="M", pnc=pnc(1998, 9900002)),
    record("surrey:2", "Adam", "Storm", "1958-09-02", sex="M", pnc=pnc(1998, 9900002)),
    record("kent:3", "Desmond", "Hargreaves", "1966-07-21", sex="M", convicted="2006-11-14"),
    record("surrey:3", "Desmond", "Hargreaves", "1966-07-12", sex="M", convicted="2006-11-14"),
    record("kent:4", "Leonard", "Birtwistle", "1973-01-29", sex="M"),
    record("surrey:4", "Carl", "Dransfield", "1973-01-29", sex="M", also=(("Leonard", "Birtwistle"),)),
    record("kent:5", "Dale", "Entwistle", "1980-03-03", sex="M", **HOME),
    record("surrey:5", "Craig", "Entwistle", "1980-03-03", sex="M", **HOME),
    record("kent:6", "Roy", "Fazackerley", "1949-12-11", sex="M", **HOME),
    record("surrey:6", "Roy", "Fazackerley", "1976-04-26", sex="M", **HOME),
    record("kent:7", "Owen", "Threlfall", "1969-10-08", sex="M", pnc=pnc(2003, 9900007)),
    record("surrey:7", "Ioan", "Munteanu", "1985-02-17", sex="M", pnc=pnc(2003, 9900007)),
)


@pytest.fixture(scope="module")
def links() -> dict[tuple[str, str], dict[str, Any]]:
    people, _ = register(1500, 7)
    lodgers = [dict(row, addresses=[{"kind": "current", **HOSTEL}]) for row in people.slice(0, 30).to_pylist()]
    others = people.slice(30).select(table(PLANTED[0]).column_names)
    found = link(pa.concat_tables([table(*PLANTED), table(*lodgers), others]), load())
    return {(row["left"], row["right"]): row for row in found.links.to_pylist()}


def between(links: dict[tuple[str, str], dict[str, Any]], number: int) -> dict[str, Any] | None:
    return links.get((f"kent:{number}", f"surrey:{number}"))


def test_same_checked_identifier_is_verified(links: dict[tuple[str, str], dict[str, Any]]) -> None:
    found = between(links, 1)
    assert found is not None
    assert found["strength"] == "verified"
    sentences = [bar["sentence"] for bar in found["evidence"]]
    assert "Same birth date, 17 May 1961." in sentences
    assert f"Same PNC {pnc(1999, 9900001)}, and its check letter is valid." in sentences


def test_new_name_with_the_same_checked_identifier_is_verified(links: dict[tuple[str, str], dict[str, Any]]) -> None:
    found = between(links, 2)
    assert found is not None
    assert found["strength"] == "verified"


def test_a_slip_in_the_birth_date_or_an_alias_alone_is_seen(links: dict[tuple[str, str], dict[str, Any]]) -> None:
    for number in (3, 4):
        found = between(links, number)
        assert found is not None
        assert found["strength"] in ("proposed", "possible")
        assert found["guard"] is None


def test_twins_father_and_son_and_a_mis_keyed_number_are_not_joined(
    links: dict[tuple[str, str], dict[str, Any]],
) -> None:
    for number, guard in ((5, "possible_twins"), (6, "same_household"), (7, "mis_keyed_identifier")):
        found = between(links, number)
        assert found is None or (found["strength"], found["guard"]) == ("possible", guard)
    assert between(links, 7) is not None


def test_a_shared_hostel_joins_nobody(links: dict[tuple[str, str], dict[str, Any]]) -> None:
    _, truth = register(1500, 7)
    person = dict(zip(truth["record_id"].to_pylist(), truth["person"].to_pylist(), strict=True))
    wrong = [pair for pair in _proposed(links) if pair[0] in person and person.get(pair[0]) != person.get(pair[1])]
    assert len(wrong) <= 2


def _proposed(links: dict[tuple[str, str], dict[str, Any]]) -> Iterator[tuple[str, str]]:
    return (pair for pair, row in links.items() if row["strength"] in ("verified", "proposed"))
