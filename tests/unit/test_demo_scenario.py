"""A scenario writes the same bytes from one seed, in each force's dialect, and its truth answers links."""

import csv
import hashlib
import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from reconcile.demo import truth_decisions, write_scenario
from reconcile.demo.dialect import Fault, columns, written
from reconcile.demo.extracts import of_force
from reconcile.demo.population import register
from reconcile.demo.scenario import build
from reconcile.demo.writers import write
from reconcile.errors import SettingsError
from reconcile.forces import forces, profile
from reconcile.schema import LINKS
from reconcile.settings import load
from reconcile.workspace import read_json, read_table

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    root = tmp_path_factory.mktemp("survey")
    write_scenario("survey-2018", root)
    return root


def hashes(root: Path) -> dict[str, str]:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_writes_the_same_bytes(workspace, tmp_path):
    told = []
    write_scenario("survey-2018", tmp_path, progress=lambda stage, share: told.append(share))
    assert hashes(tmp_path) == hashes(workspace)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_settings_name_what_a_run_needs(workspace):
    settings = load(workspace)
    assert (settings.cycle, settings.synthetic, settings.policy_document) == ("2018-03", True, "SYNTHETIC-APD-1")


def test_every_answering_force_sends_one_extract_or_a_nil_manifest(workspace):
    sent = {folder.name: sorted(path.name for path in folder.iterdir()) for folder in (workspace / "inbox").iterdir()}
    assert len(sent) == 29
    nil = [slug for slug, names in sent.items() if names == ["nil.manifest.json"]]
    assert len(nil) == 3
    for slug, names in sent.items():
        if slug in nil:
            assert read_json(workspace / "inbox" / slug / names[0])["record_count"] == 0
            continue
        extract, manifest = names
        assert manifest == f"{extract}.manifest.json"
        said = read_json(workspace / "inbox" / slug / manifest)
        assert said["synthetic"] is True
        assert Path(extract).match(profile(slug).source.pattern)


def test_manifests_count_the_rows_of_the_file(workspace):
    (path,) = (workspace / "inbox" / "kent").glob("*.csv")
    rows = list(csv.DictReader(path.read_text(encoding="latin-1").splitlines(), delimiter="|"))
    assert len(rows) == read_json(path.with_name(path.name + ".manifest.json"))["record_count"]
    assert any(row[profile("kent").columns["birth_date"][0]] == "19800231" for row in rows)


def test_nothing_outside_truth_names_a_person(workspace):
    truth = read_table(workspace / "truth" / "people.parquet")["person"].to_pylist()
    inbox = b"".join(path.read_bytes() for path in (workspace / "inbox").rglob("*.csv"))
    assert truth[0].encode() not in inbox


def test_a_national_register_goes_to_all_45_forces(tmp_path):
    write_scenario("national", tmp_path, people=3000)
    assert {folder.name for folder in (tmp_path / "inbox").iterdir()} == {force.slug for force in forces()}
    counts = [read_json(path)["record_count"] for path in (tmp_path / "inbox").rglob("*.manifest.json")]
    assert sum(counts) == read_table(tmp_path / "truth" / "people.parquet").num_rows


def test_a_scenario_nobody_knows_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="known are survey-2018, survey-2018-01, national"):
        write_scenario("survey-2010", tmp_path)


@pytest.mark.parametrize("slug", [force.slug for force in forces()])
def test_extracts_have_the_profile_s_columns_and_one_text_a_row(slug):
    records, _ = register(1500, 4)
    mine, said = of_force(records, slug), profile(slug)
    found = columns(mine, said)
    expected = [source for sources in said.columns.values() for source in sources] + list(said.identifiers.values())
    assert list(found) == expected
    assert all(len(texts) == mine.num_rows for texts in found.values())
    assert write(found, said, date(2018, 3, 1)) == write(found, said, date(2018, 3, 1))


def test_names_addresses_and_codes_are_written_in_the_force_s_words():
    records, _ = register(1500, 4)
    mine = of_force(records, "metropolitan")
    said = profile("metropolitan")
    fault = Fault(mine["record_id"][0].as_py(), "local_id", "")
    found, row = columns(mine, said, (fault,)), mine.to_pylist()[0]
    assert found["SURNAME_1"][0] == row["names"][0]["surname"].upper()
    given = [found[name][0] for name in said.columns["given_names"] if found[name][0]]
    assert " ".join(given) == row["names"][0]["given"].upper()
    assert {text.casefold() for text in found[said.columns["status"][0]]} <= set(said.values["status"])
    assert found["FORCE_REF"][:2] == [None, mine["local_id"][1].as_py()]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("dd/mm/yyyy", "03/02/1981"),
        ("dd-Mon-yyyy", "03-Feb-1981"),
        ("yyyymmdd", "19810203"),
        ("mm/dd/yyyy", "02/03/1981"),
        ("cell", "1981-02-03"),
    ],
)
def test_dates_in_each_pattern(pattern, text):
    assert written(pattern, "1981-02-03") == text


def links(*pairs):
    rows = [
        {"left": left, "right": right, "evidence_hash": f"hash{number}"} for number, (left, right) in enumerate(pairs)
    ]
    return pa.Table.from_pylist(rows, schema=LINKS)


def test_the_truth_answers_links_and_adds_what_no_link_proposed(workspace):
    planted = json.loads((workspace / "truth" / "planted.json").read_text())
    assert len(planted["claims"]) == 372
    alias = next(each["record_ids"] for each in planted["planted"] if each["kind"] == "second_claim_alias_only")
    twins = next(each["record_ids"] for each in planted["planted"] if each["kind"] == "twins")
    answers = truth_decisions(workspace, links(alias, twins)).to_pylist()
    said = {(row["left"], row["right"]): row for row in answers}
    assert said[tuple(alias)]["judgement"] == "same"
    assert said[tuple(alias)]["evidence_hash"] == "hash0"
    assert said[tuple(twins)]["judgement"] == "different"
    added = [row for row in answers if row["evidence_hash"] is None]
    assert len(added) == 10 + 6
    assert all(row["judgement"] == "same" and row["left"] < row["right"] for row in added)


def test_a_claim_s_pairs_are_answered_whatever_its_seed():
    made = build("survey-2018", seed=5)
    pairs = [ids for kind, ids in made.planted if kind.startswith(("second_claim", "elsewhere"))]
    assert len(pairs) == 17
