"""What all 45 forces write, each in its own dialect, is read back as what it was."""

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from reconcile import intake
from reconcile.demo import population
from reconcile.demo.extracts import of_force, write_extract
from reconcile.forces import forces, profile
from reconcile.values.placeholders import is_placeholder
from tests.unit.dialect import settings

pytestmark = pytest.mark.slow

Records = dict[str, dict[str, Any]]
DAY = dt.date(2018, 3, 1)


@pytest.fixture(scope="module")
def trip(tmp_path_factory) -> tuple[Records, Records]:
    """The records written and the records read, by record id."""
    run = settings(Path(tmp_path_factory.mktemp("trip")))
    written, _truth = population.register(900, 7)
    written = written.set_column(3, "as_of", pa.array([DAY] * written.num_rows, pa.date32()))
    for force in forces():
        mine = of_force(written, force.slug)
        if mine.num_rows:
            write_extract(run.workspace.root / "inbox" / force.slug, force.slug, DAY, mine)
    receipts = intake.intake_forces(run, [force.slug for force in forces()])
    assert {receipt.state for receipt in receipts} <= {"RECEIVED", "NOT_RECEIVED"}
    assert {receipt.reasons for receipt in receipts} == {()}
    records = intake.gather(run)[0]
    return tuple({row["record_id"]: row for row in table.to_pylist()} for table in (written, records))


def kinds(records: Records) -> Counter[str]:
    return Counter(profile(row["force"]).format.kind for row in records.values())


def test_every_record_comes_back_in_every_format(trip: tuple[Records, Records]) -> None:
    written, read = trip
    assert read.keys() == written.keys()
    assert kinds(read).keys() == {"csv", "xlsx", "xml", "json"}
    assert len({row["force"] for row in read.values()}) > 40


@pytest.mark.parametrize("field", ["birth_date", "missing_since", "last_contact", "conviction_date"])
def test_dates(trip: tuple[Records, Records], field: str) -> None:
    compared = 0
    for record_id, was in trip[0].items():
        force, now = profile(was["force"]), trip[1][record_id][field]
        if field not in force.columns:
            assert now is None
            continue
        meant = was[field]
        if meant and field == "birth_date" and is_placeholder("birth_date", str(meant["lo"])):
            meant = None
            assert (field, "unknown") in {(each["field"], each["reason"]) for each in trip[1][record_id]["absent"]}
        assert (now and (now["lo"], now["hi"])) == (meant and (meant["lo"], meant["hi"])), (field, force.force.slug)
        compared += now is not None
    assert compared > (0 if field == "missing_since" else 500)


def test_words_identifiers_and_names(trip: tuple[Records, Records]) -> None:
    numbers = 0
    for record_id, was in trip[0].items():
        slug, now = was["force"], trip[1][record_id]
        for field in ("status", "sex", "basis", "disposal", "overseas_evidence"):
            if field in profile(slug).columns:
                assert now[field] == was[field], (slug, field)
        had = {(each["scheme"], each["value"]) for each in was["identifiers"]}
        has = {(each["scheme"], each["value"]) for each in now["identifiers"]}
        assert has == {(scheme, value) for scheme, value in had if scheme in profile(slug).identifiers}, slug
        numbers += len(has)
        name = now["names"][0]
        assert name["kind"] == "current"
        assert (name["given"] and name["surname"]) or name["full"]
    assert numbers > 500
