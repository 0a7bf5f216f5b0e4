"""Whatever a force sends and in whatever order: the last extract counts, repeats change nothing, nothing is lost."""

import tempfile
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconcile import intake
from reconcile.intake import bands
from reconcile.intake.receipt import Receipt
from reconcile.workspace import read_json, read_table
from tests.unit import dialect

pytestmark = pytest.mark.slow

QUICK = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
SIZES = st.integers(1, 4)


def take_in(run, size: int) -> Receipt:
    people = [{"Ref": f"K{place}", "Surname": f"Farrow{place}"} for place in range(size)]
    dialect.send(run.workspace.root / "inbox" / "kent", dialect.csv_bytes(*people), size)
    return intake.intake_force(run, "kent")


@QUICK
@given(st.lists(SIZES, min_size=1, max_size=5))
def test_the_last_extract_counts_and_every_one_before_stays(sizes: list[int]) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch("reconcile.intake.force.profile_of", return_value=dialect.KENT),
    ):
        run = dialect.settings(Path(folder))
        seen: dict[int, Receipt] = {}
        for size in sizes:
            receipt = take_in(run, size)
            assert take_in(run, size) == receipt
            assert receipt.state == "RECEIVED"
            assert set(receipt.supersedes) == {each.sha256 for other, each in seen.items() if other != size}
            seen[size] = receipt
        assert intake.gather(run)[0].num_rows == sizes[-1]
        for size, receipt in seen.items():
            kept = run.workspace.extracts(run.cycle, "kent") / receipt.sha256
            assert read_table(kept / "records.parquet").num_rows == size
            assert Receipt.from_json(read_json(kept / "receipt.json")).state == "RECEIVED"


COUNTS = st.fixed_dictionaries({name: st.integers(0, 400) for name in ("located", "wanted", "whereabouts_unknown")})


@st.composite
def receipts(draw: st.DrawFn) -> Receipt:
    statuses = {name: count for name, count in draw(COUNTS).items() if count}
    accepted = sum(statuses.values())
    filled = {field: draw(st.integers(0, accepted)) for field in ("birth_date", "sex")}
    return Receipt(
        "kent",
        "RECEIVED",
        rows_in=accepted + 5,
        accepted=accepted,
        quarantined=5,
        completeness={
            field: {"filled": count, "blank": accepted - count, "unknown": 0, "withheld": 0}
            for field, count in filled.items()
        },
        statuses=statuses,
    )


@settings(max_examples=200, deadline=None)
@given(receipts(), receipts())
def test_an_extract_breaks_no_band_beside_itself_and_order_of_fields_leaves_no_trace(
    one: Receipt, other: Receipt
) -> None:
    assert bands.broken(one, one) == ()
    turned = Receipt.from_json(
        {
            **one.to_json(),
            "completeness": dict(reversed(one.completeness.items())),
            "statuses": dict(reversed(one.statuses.items())),
        }
    )
    assert bands.broken(turned, other) == bands.broken(one, other)


@QUICK
@given(st.permutations(["durham", "kent", "surrey"]), st.sets(st.sampled_from(["durham", "kent", "surrey"])))
def test_the_order_of_forces_leaves_no_trace(order: list[str], silent: set[str]) -> None:
    found = []
    for slugs in (sorted(order), order):
        with (
            tempfile.TemporaryDirectory() as folder,
            mock.patch("reconcile.intake.force.profile_of", side_effect=_as_kent),
        ):
            run = dialect.settings(Path(folder))
            for slug in set(slugs) - silent:
                send = run.workspace.root / "inbox" / slug
                dialect.send(send, dialect.csv_bytes({"Ref": f"{slug}1"}), 1, force=slug)
            intake.intake_forces(run, slugs)
            found.append(intake.gather(run))
    assert all(one.equals(other) for one, other in zip(found[0][:3], found[1][:3], strict=True))
    assert found[0][3] == found[1][3]


def _as_kent(slug: str, _own: Path):
    from dataclasses import replace

    return replace(dialect.KENT, force=replace(dialect.KENT.force, slug=slug))
