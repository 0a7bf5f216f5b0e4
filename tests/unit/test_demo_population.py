"""Synthetic people: reproducible, never issued numbers and postcodes, rates near the frozen table."""

import re

import numpy as np
import pytest

from reconcile import schema
from reconcile.demo import identifiers
from reconcile.demo.distortion import shifted
from reconcile.demo.homes import NEVER_ISSUED
from reconcile.demo.population import register
from reconcile.demo.tables import ORIGINS, number, rate, read_toml

PEOPLE = 6000
POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}")
NOT_FIXED = set(read_toml("streets.toml")["not_fixed_postcodes"])


@pytest.fixture(scope="module")
def made():
    return register(PEOPLE, 7)


@pytest.fixture(scope="module")
def rows(made):
    return made[0].to_pylist()


def test_the_register_has_the_canonical_schema_sorted_by_record_id(made):
    records, truth = made
    assert records.schema == schema.RECORDS
    ids = records["record_id"].to_pylist()
    assert ids == sorted(set(ids))
    assert truth["record_id"].to_pylist() == ids


def test_the_same_seed_gives_the_same_register_and_another_does_not(made):
    again, truth = register(PEOPLE, 7)
    assert again.equals(made[0])
    assert truth.equals(made[1])
    assert not register(PEOPLE, 8)[0].equals(made[0])


def test_record_and_local_id_agree_and_forces_are_the_45(rows):
    from reconcile.forces import forces

    assert all(row["record_id"] == f"{row['force']}:{row['local_id']}" for row in rows)
    assert {row["force"] for row in rows} <= {force.slug for force in forces()}


def test_postcodes_look_right_and_were_never_issued(rows):
    postcodes = {home["postcode"] for row in rows for home in row["addresses"] if home["postcode"]} - NOT_FIXED
    assert len(postcodes) > 1000
    assert all(POSTCODE.fullmatch(each) and set(each[-2:]) & set(NEVER_ISSUED) for each in postcodes)


def test_pnc_serials_start_at_nine_million_and_valid_ones_carry_their_letter(rows):
    pncs = [each for row in rows for each in row["identifiers"] if each["scheme"] == "pnc"]
    valid = [each["value"] for each in pncs if each["check"] == "valid"]
    assert all(re.fullmatch(r"(19|20)\d\d/9\d{6}[A-Z]", value) for value in valid)
    assert all("ZABCDEFGHJKLMNPQRTUVWXY"[int(value[2:4] + value[5:-1]) % 23] == value[-1] for value in valid)
    assert 0 < len(pncs) - len(valid) < 0.03 * len(pncs)


@pytest.mark.parametrize(
    ("value", "check"),
    [("1979/0163001B", "valid"), ("2003/0011985Z", "invalid"), ("065656/91H", "valid"), ("000000/00Z", "placeholder")],
)
def test_check_letters_follow_published_examples(value, check):
    assert identifiers.check(value) == check


@pytest.mark.slow
def test_numbers_are_all_different_even_past_a_million():
    births = np.full(1_200_000, np.datetime64("1985-05-05"))
    assert len(set(identifiers.pnc(births, np.random.default_rng(1)).tolist())) == len(births)


def test_nobody_has_one_number_by_chance(made, rows):
    person = dict(zip(made[1]["record_id"].to_pylist(), made[1]["person"].to_pylist(), strict=True))
    owners: dict[str, set[str]] = {}
    for row in rows:
        for each in row["identifiers"]:
            if each["scheme"] == "pnc" and each["check"] == "valid":
                owners.setdefault(each["value"], set()).add(person[row["record_id"]])
    assert sum(len(each) > 1 for each in owners.values()) < 5 * number("identifiers", "pnc_stranger") * len(rows)


def test_rates_are_near_the_table(made, rows):
    records, truth = made
    count = records.num_rows
    assert count / PEOPLE == pytest.approx(np.dot(rate("people", "records"), [1, 2, 3, 4]), rel=0.03)
    with_pnc = sum(any(each["scheme"] == "pnc" for each in row["identifiers"]) for row in rows)
    assert with_pnc / count == pytest.approx(0.62, abs=0.03)
    men = sum(each == "M" for each in truth["sex"].to_pylist())
    assert men / count == pytest.approx(number("people", "male"), abs=0.02)
    lost = sum(row["status"] in schema.OPEN_CLAIMS for row in rows)
    assert lost / count == pytest.approx(0.0075, abs=0.004)
    assert set(truth["name_origin"].to_pylist()) == set(ORIGINS)


@pytest.mark.slow
def test_common_names_give_different_people_one_name_and_birth_date_at_scale():
    records, truth = register(60_000, 3)
    keys: dict[tuple[str, str], set[str]] = {}
    for names, birth, person in zip(
        records["names"].to_pylist(), records["birth_date"].to_pylist(), truth["person"].to_pylist(), strict=True
    ):
        if birth is not None:
            keys.setdefault((names[0]["given"].split(" ")[0] + names[0]["surname"], birth["text"]), set()).add(person)
    assert sum(len(each) > 1 for each in keys.values()) >= 3


def test_truth_tells_name_changes_and_records_show_them(made, rows):
    truth = made[1]
    kinds = truth["kind"].to_pylist()
    assert {"none", "typo", "marriage", "deed_poll", "total_change", "alias", "respelled", "nickname"} <= set(kinds)
    surnames = {row["record_id"]: {name["surname"] for name in row["names"]} for row in rows}
    people: dict[str, list[str]] = {}
    for record, person in zip(truth["record_id"].to_pylist(), truth["person"].to_pylist(), strict=True):
        people.setdefault(person, []).append(record)
    changed = [
        record for record, kind in zip(truth["record_id"].to_pylist(), kinds, strict=True) if kind == "deed_poll"
    ]
    person = dict(zip(truth["record_id"].to_pylist(), truth["person"].to_pylist(), strict=True))
    assert changed
    assert all(len(set().union(*(surnames[other] for other in people[person[record]]))) > 1 for record in changed)


def test_a_shifted_day_is_another_real_day():
    days = np.arange("1960-01-01", "1965-01-01", dtype="datetime64[D]")
    moved = shifted(days, np.ones(len(days), dtype=bool), np.random.default_rng(2))
    assert (moved != days).mean() > 0.97
    assert moved.min() > np.datetime64("1900-01-01")


def test_every_rate_has_a_source():
    groups = read_toml("rates.toml")
    assert all(each["source"] for group in groups.values() for each in group.values())
