"""Whatever a force sends, every row ends accepted or quarantined and is counted, or the extract is rejected."""

import datetime as dt
import os
import random
import tempfile
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconcile import intake
from reconcile.intake.receipt import Receipt
from reconcile.intake.standardise import standardise
from reconcile.intake.validate import Extract, validate
from reconcile.values import dates, identifiers, places
from reconcile.workspace import read_table
from tests import malformed
from tests.unit import dialect

AS_OF = dt.date(2018, 3, 1)
WORDS = [
    "",
    " ",
    "N/K",
    "refused",
    "Lost",
    "At home",
    "05/03/1971",
    "31/02/1971",
    "2005",
    "81/34U",
    "SMITH, J|?|",
    "\x00",
    "é",
]
CELL = st.one_of(st.sampled_from(WORDS), st.text(max_size=6))
ROW = st.fixed_dictionaries(
    {
        "Ref": st.sampled_from(["K1", "K2", "K3", "K4", "", "K 5"]),
        "Status": st.sampled_from(["Lost", "At home", "", "?"]),
    },
    optional=dict.fromkeys(
        ["Surname", "Forename", "DOB", "AKA", "PNC", "CRO", "Postcode", "Missing from", "Sex"], CELL
    ),
)
EXTRACT = st.lists(ROW, min_size=1, max_size=8)
QUICK = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


def extract(people: list[dict[str, str]]) -> Extract:
    return Extract(dialect.canonical(*people), dialect.KENT, AS_OF, "ab" * 32, len(people))


@pytest.mark.slow
@QUICK
@given(st.lists(EXTRACT, min_size=1, max_size=12))
def test_rows_in_are_rows_accepted_and_rows_quarantined(sent: list[list[dict[str, str]]]) -> None:
    for people, found in zip(sent, validate([extract(people) for people in sent]), strict=True):
        if found.rejected:
            assert not any(dialect.PERSON["DOB"] if "DOB" not in cells else cells["DOB"].strip() for cells in people)
            continue
        accepted = set(found.accepted["row_number"].to_pylist())
        quarantined = set(found.quarantine["row_number"].to_pylist())
        assert accepted | quarantined == set(range(1, len(people) + 1))
        assert not accepted & quarantined
        records, provenance = standardise(found.accepted, dialect.KENT, AS_OF, "ab" * 32)
        assert set(provenance["row_number"].to_pylist()) == accepted
        assert len(set(records["record_id"].to_pylist())) == records.num_rows == len(accepted)
        assert all(record["names"] for record in records.to_pylist())


@pytest.mark.slow
@QUICK
@given(EXTRACT, st.randoms(use_true_random=False))
def test_the_order_of_rows_leaves_no_trace(people: list[dict[str, str]], chance) -> None:
    shuffled = chance.sample(people, len(people))
    one, other = (
        standardise(found.accepted, dialect.KENT, AS_OF, "ab" * 32)[0]
        for found in validate([extract(people), extract(shuffled)])
    )
    assert one.equals(other)


MALFORMED = st.one_of(
    st.binary(max_size=200),
    st.text(alphabet='Ref;Status"\n\r,K1\x00é', max_size=80).map(lambda text: text.encode("cp1252", "replace")),
    st.tuples(st.just(dialect.csv_bytes({"Ref": "K1"}, {"Ref": "K2"})), st.integers(0, 120)).map(
        lambda cut: cut[0][: cut[1]]
    ),
)


@pytest.mark.slow
@QUICK
@given(MALFORMED, st.integers(0, 3))
def test_bytes_of_any_kind_end_in_a_receipt(content: bytes, count: int) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch("reconcile.intake.force.profile_of", return_value=dialect.KENT),
    ):
        run = dialect.settings(Path(folder))
        dialect.send(run.workspace.root / "inbox" / "kent", content, count)
        receipt: Receipt = intake.intake_force(run, "kent")
        assert receipt.state in ("RECEIVED", "REJECTED")
        assert bool(receipt.reasons) >= (receipt.state == "REJECTED")
        records = read_table(run.workspace.force_stage(run.cycle, "kent", "records.parquet"))
        assert records.num_rows == receipt.accepted


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.text(max_size=20), st.sampled_from(dates.ORDERS))
def test_any_text_is_read_without_a_crash_and_intervals_are_in_order(text: str, order: str) -> None:
    found = dates.parse(text, order)
    assert found is None or (found.lo is None) == (found.hi is None)
    assert found is None or found.lo is None or found.lo <= found.hi
    for scheme in ("pnc", "cro", "ni_number", "nomis", "visor"):
        once = identifiers.parse(scheme, text)
        assert identifiers.parse(scheme, once.value).value == once.value
    assert places.postcode(places.postcode(text)) == places.postcode(text)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)))
def test_a_day_is_read_back_from_every_way_of_writing_it(day: dt.date) -> None:
    for order, patterns in {
        "dmy": ["%d/%m/%Y", "%d-%b-%Y", "%d%m%Y", "%d %B %Y", "%Y%m%d", "%Y-%m-%d 00:00:00"],
        "mdy": ["%m/%d/%Y", "%m%d%Y", "%b %d, %Y"],
        "ymd": ["%Y/%m/%d", "%Y%m%d", "%d %b %Y"],
    }.items():
        for pattern in patterns:
            found = dates.parse(day.strftime(pattern), order)
            assert found is not None
            assert (found.lo, found.hi) == (day, day), (order, pattern)


# XLS is read in a process of its own, which takes a hundred times as long.
KIND = st.sampled_from([*sorted(malformed.LAYOUTS.keys() - {"xls"}) * 5, "xls"])
ROWS = st.lists(
    st.dictionaries(
        st.sampled_from(["Ref", "Status", "Surname", "Forename", "DOB", "AKA", "PNC", "Postcode", "Sex", "Other"]),
        CELL,
        min_size=3,
    ).map(lambda row: {"Ref": "K1", "Surname": "Farrow", "Status": "Lost"} | row),
    min_size=1,
    max_size=5,
).map(lambda rows: [{name: row.get(name, "") for name in dict.fromkeys(n for r in rows for n in r)} for row in rows])


def malformed_extracts(count: int) -> None:
    """Draw ``count`` extracts, damage them, read each, and take all that could be read to their end."""
    readable: list[malformed.Opened] = []
    outcomes = {"read": 0, "rejected": 0}

    @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(KIND, ROWS, ROWS, st.integers(0, 1 << 32), st.integers(0, 3))
    def drawn(kind: str, rows: list, others: list, seed: int, damages: int) -> None:
        chance = random.Random(seed)
        content, other = malformed.good(kind, rows), malformed.good(kind, others)
        for _ in range(damages):
            if content:
                _how, content = malformed.damaged(content, other or b" ", chance)
        found = malformed.opened(content, malformed.profile(kind))
        outcomes["rejected" if isinstance(found, str) else "read"] += 1
        if isinstance(found, malformed.Opened):
            readable.append(found)

    drawn()
    assert outcomes["rejected"] > count / 20, outcomes
    assert outcomes["read"] > count / 4, outcomes
    for start in range(0, len(readable), 500):
        malformed.ended(readable[start : start + 500])


@pytest.mark.slow
def test_malformed_extracts_end_accepted_quarantined_or_rejected() -> None:
    malformed_extracts(100)


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_many_malformed_extracts_end_accepted_quarantined_or_rejected() -> None:
    """A thousand with every test; ``make fuzz-intake`` draws ten thousand."""
    malformed_extracts(int(os.environ.get("RECONCILE_MALFORMED", "1000")))
