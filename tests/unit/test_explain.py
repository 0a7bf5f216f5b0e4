"""The verb that explains two records of a cycle: a link's own evidence, any other pair weighed, and who looked."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reconcile import cycle, publication, settings
from reconcile.audit import AuditLog
from reconcile.cli import main
from reconcile.cli.explain_verb import file_name
from reconcile.consultation import consult
from reconcile.demo import write_scenario
from reconcile.errors import LinkInputError
from reconcile.review.decisions import Decision
from reconcile.settings import Settings
from reconcile.workspace import write_json, write_table

pytestmark = pytest.mark.slow

Say = Callable[..., str]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("explained") / "workspace"
    write_scenario("national", root, seed=5, people=300)
    cycle.run(settings.load(root))
    return root


@pytest.fixture
def chosen(run: Path, tmp_path: Path) -> Settings:
    """A workspace of its own, run."""
    shutil.copytree(run, tmp_path / "workspace")
    return settings.load(tmp_path / "workspace")


@pytest.fixture
def say(chosen: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """What the verb prints, and with ``code`` other than 0 what it complains of."""

    def call(*arguments: str, code: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["reconcile", "explain", *arguments, "-w", str(chosen.workspace.root)])
        with pytest.raises(SystemExit) as stop:
            main()
        assert stop.value.code == code
        told = capsys.readouterr()
        return told.err if code else told.out

    return call


def first_link(chosen: Settings) -> dict[str, object]:
    return cycle.table(chosen, "links").to_pylist()[0]


def unlinked(chosen: Settings) -> tuple[str, str]:
    """Two records that nothing suggests are one person."""
    records = cycle.table(chosen, "records").to_pylist()
    one = records[0]
    other = next(row for row in records if row["sex"] != one["sex"] and row["birth_date"] != one["birth_date"])
    return one["record_id"], other["record_id"]


def test_a_link_is_explained_by_its_own_evidence_a_line_each_in_either_order(chosen: Settings, say: Say) -> None:
    link = first_link(chosen)
    told = say(link["left"], link["right"])
    assert told == say(link["right"], link["left"])
    for evidence in link["evidence"]:
        assert sum(evidence["sentence"] in line for line in told.splitlines()) == 1
    assert f"{link['strength']}, {link['weight']:+.1f} bits" in told.replace("−", "-")
    assert "OFFICIAL-SENSITIVE SYNTHETIC" in told
    assert "calibrated on synthetic records; 0 of 200 decisions" in told
    assert "\x1b" not in told


def test_the_evidence_shown_is_the_stored_one_and_not_weighed_anew(chosen: Settings) -> None:
    links = cycle.table(chosen, "links")
    rows = links.to_pylist()
    rows[0]["evidence"][0]["sentence"] = "As it was shown then."
    write_table(chosen.workspace.stage(chosen.cycle, "links.parquet"), links.from_pylist(rows, links.schema))
    shown = consult(chosen, rows[0]["left"], rows[0]["right"], reader="tester")
    assert "As it was shown then." in [bar.sentence for bar in shown.waterfall.bars]


def test_a_pair_that_is_no_link_is_weighed_with_the_shares_of_the_cycle(chosen: Settings, say: Say) -> None:
    link, told = first_link(chosen), json.loads(say(*unlinked(chosen), "--json"))
    prior = next(entry["weight"] for entry in link["evidence"] if entry["feature"] == "prior")
    assert told["bars"][0]["bits"] == pytest.approx(prior)
    assert told["linked"] is False
    assert told["blocking"] == {"compared": False, "keys": []}
    assert sum(bar["bits"] for bar in told["bars"]) == pytest.approx(told["weight"], abs=1e-9)
    assert "blocking did not compare them: no key brings the two together" in say(*unlinked(chosen))


def test_looking_is_logged_as_a_consultation_of_both_records(chosen: Settings, say: Say) -> None:
    pair = unlinked(chosen)
    before = len(AuditLog(chosen.database_url).export())
    say(*pair)
    (line,) = AuditLog(chosen.database_url).export().to_pylist()[before:]
    assert (line["operation"], line["subjects"]) == ("consultation", sorted(pair))


def test_a_standing_decision_is_told_and_when_its_evidence_changed(chosen: Settings, say: Say) -> None:
    link = first_link(chosen)
    ends = link["left"], link["right"]
    publication.decide(chosen, [Decision(*ends, "different", None, "A. Coordinator", "fingerprints [sic]")])
    told = say(*ends)
    assert "decided different by A. Coordinator on " in told
    assert "fingerprints [sic]" in told
    assert "does not apply" not in told
    assert "1 of 200 decisions" in told
    links = cycle.table(chosen, "links")
    rows = links.to_pylist()
    rows[0]["evidence_hash"] = "of other evidence"
    write_table(chosen.workspace.stage(chosen.cycle, "links.parquet"), links.from_pylist(rows, links.schema))
    assert "does not apply" in say(*ends)


@pytest.mark.parametrize("ids", [("kent:nobody", "essex:nobody"), ("kent:nobody", "kent:nobody")])
def test_what_is_no_pair_of_records_is_one_line_and_exit_2_and_not_logged(chosen, say, ids) -> None:
    before = len(AuditLog(chosen.database_url).export())
    said = say(*ids, code=2)
    assert said.startswith("reconcile: ")
    assert said.count("\n") == 1
    assert len(AuditLog(chosen.database_url).export()) == before


@pytest.mark.slow
def test_the_picture_is_written_where_told_or_named_by_the_ids_in_a_folder(chosen, say, tmp_path) -> None:
    link = first_link(chosen)
    say(link["left"], link["right"], "--svg", str(tmp_path / "pair.svg"))
    say(link["left"], link["right"], "--svg", str(tmp_path))
    named = tmp_path / file_name("OFFICIAL-SENSITIVE SYNTHETIC", link["left"], link["right"])
    assert named.read_bytes() == (tmp_path / "pair.svg").read_bytes()
    assert "OFFICIAL-SENSITIVE SYNTHETIC" in named.read_text(encoding="utf-8")


@pytest.mark.parametrize("where", ["some/missing/folder/x.svg", "pictures"])
def test_a_folder_that_is_not_there_is_said_and_never_made(
    chosen: Settings, say: Say, tmp_path: Path, where: str
) -> None:
    link = first_link(chosen)
    before = len(AuditLog(chosen.database_url).export())
    said = say(link["left"], link["right"], "--svg", str(tmp_path / "drawn" / where), code=2)
    assert f"there is no folder {tmp_path}" in said
    assert said.count("\n") == 1
    assert not (tmp_path / "drawn").exists()
    assert len(AuditLog(chosen.database_url).export()) == before, "nobody saw anything"


def test_a_file_name_carries_no_character_that_a_file_system_reads_otherwise() -> None:
    assert file_name("OFFICIAL", "kent:../../1", "essex:a/b*") == "OFFICIAL_kent-..-..-1_essex-a-b_waterfall.svg"


def test_a_link_of_a_model_no_longer_shipped_is_still_explained_and_another_pair_says_what_to_do(chosen) -> None:
    write_json(chosen.workspace.stage(chosen.cycle, "model.json"), {"name": "2001-01-01-00000000"})
    link = first_link(chosen)
    shown = consult(chosen, link["left"], link["right"], reader="tester")
    assert (shown.waterfall.proposed, shown.waterfall.bars[0].feature) == (None, "prior")
    with pytest.raises(LinkInputError, match="reconcile run"):
        consult(chosen, *unlinked(chosen), reader="tester")
