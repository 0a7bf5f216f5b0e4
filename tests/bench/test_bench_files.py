"""The benchmark's files: what the flat register says is enough to link it, and large ones are made of parts."""

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

from reconcile.demo.identifiers import check
from reconcile.linkage.files import link_files
from tests.bench import registers, report
from tests.bench.scores import of_clusters, truth_of

COLUMNS = Path(__file__).with_name("maps") / "register.toml"


def test_a_flat_register_is_linked_as_its_truth_says(tmp_path: Path) -> None:
    file = registers.written(675, tmp_path / "data")
    found = link_files([file], COLUMNS, tmp_path / "out", truth="person")
    assert found.cluster_measure is not None
    assert found.records == pq.read_metadata(file).num_rows
    assert found.cluster_measure.true > 100
    assert found.cluster_measure.f1 > 0.9
    truth = truth_of([file], "record_id", "person")
    assert of_clusters(truth, truth.person).f1 == 1.0
    assert of_clusters(truth, truth.person * 0).precision < 0.01
    assert truth.pairs == found.cluster_measure.true


def test_parts_share_no_person_and_no_identifier(tmp_path: Path) -> None:
    rows = pq.read_table(registers.written(600, tmp_path, largest=300)).to_pylist()
    parts = {part: [row for row in rows if row["person"].endswith("/1") == part] for part in (False, True)}
    assert min(len(part) for part in parts.values()) > 200
    for name in ("record_id", "person", *registers.SCHEMES):
        first, second = ({row[name] for row in parts[part]} - {None, "000000/00Z"} for part in (False, True))
        assert first
        assert not first & second, name
    valid = {part: Counter(check(row["pnc"]) for row in rows if row["pnc"]) for part, rows in parts.items()}
    assert all(found["valid"] > 9 * (found.total() - found["valid"]) for found in valid.values())


def test_a_report_changes_nothing_but_its_part(tmp_path: Path) -> None:
    path = tmp_path / "BENCHMARKS.md"
    path.write_text("by hand\n<!-- growth: written by make bench -->\nold\n<!-- growth: end -->\nby hand too\n")
    report.put(path, "growth", "new")
    assert path.read_text().split("\n") == [
        "by hand",
        "<!-- growth: written by make bench -->",
        "new",
        "<!-- growth: end -->",
        "by hand too",
        "",
    ]


def test_what_intake_costs_is_stated_for_each_second_of_a_core() -> None:
    measured = {"name": "csv", "rows": 1_000, "seconds": 4.0, "cpu_seconds": 0.5, "peak_bytes": 1 << 29}
    machine = dict.fromkeys(("date", "cores", "processor", "memory_gib", "system", "python"), "x")
    text = report.intake({"machine": machine, "load": 1.25, "runs": 3, "sets": [measured]})
    assert "| csv | 1,000 | 0.50 s | 2,000 | 4.0 s | 0.50 GiB |" in text


def test_what_reports_cost_is_stated_with_its_parts() -> None:
    one = {"records": 120_000, "reports": 45, "bytes": 3 << 20, "sealed_bytes": 1 << 20, "peak_bytes": 1 << 30}
    one |= {"write_seconds": 20.0, "deliver_seconds": 1.5, "seconds": 21.5, "cpu_seconds": 30.25}
    machine = dict.fromkeys(("date", "cores", "processor", "memory_gib", "system", "python"), "x")
    text = report.reports({"machine": machine, "load": 1.25, "runs": 3, "sets": [one]})
    assert "| 120,000 | 45 | 3.0 MiB | 1.0 MiB | 20.0 s | 1.5 s | **21.5 s** | 30.2 s | 1.00 GiB |" in text


def test_a_promise_that_was_broken_stands_in_the_report_of_the_pages() -> None:
    machine = dict.fromkeys(("date", "cores", "processor", "memory_gib", "system", "python"), "x")
    found = {"machine": machine, "load": 1.25, "open": 100_000, "reviewers": 20, "seconds": 300.0, "failed": {}}
    found |= {"alone": {"decision": {"count": 100, "median": 0.0421, "p95": 0.0809}}, "crowd": {}}
    text = report.review(found | {"became": {"decided": 500, "taken": 3}, "faults": {"lost": 1, "too_many": 0}})
    assert "| decision, one person | 100 | 42 ms | 81 ms |" in text
    assert "500 answers recorded (1.7 a second), 3 told that others were first" in text
    assert "lost 1; too many 0" in text
