"""A force that was silent answers that it has nobody: the coverage moves and nothing else, in both surveys."""

import json
import shutil
from pathlib import Path

import pytest

from reconcile import cycle, settings
from reconcile.demo.extracts import write_nil
from reconcile.forces import forces

pytestmark = pytest.mark.slow

COVERAGE = {"forces_answered", "forces_nil", "forces_silent", "by_force"}


@pytest.mark.parametrize(("name", "silent"), [("survey", 16), ("survey_january", 4)])
def test_a_nil_return_changes_the_coverage_only(name: str, silent: int, request, tmp_path: Path) -> None:
    ran = request.getfixturevalue(name)
    before = json.loads(json.dumps(cycle.statistics_of(ran)))
    root = tmp_path / "workspace"
    shutil.copytree(ran.workspace.root, root, ignore=shutil.ignore_patterns("reports", "decisions.sqlite"))
    chosen = settings.load(root)
    force = next(force for force in forces() if force.name == before["forces_silent"][0])
    as_of = min(receipt.as_of for receipt in cycle.receipts(chosen) if receipt.as_of)
    write_nil(root / "inbox" / force.slug, force.slug, as_of)
    cycle.take_in_again(chosen, force.slug)
    after = json.loads(json.dumps(cycle.statistics_of(chosen)))
    assert {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)} == COVERAGE
    assert (len(before["forces_silent"]), len(after["forces_silent"])) == (silent, silent - 1)
    assert after["forces_nil"] == sorted([*before["forces_nil"], force.name])
    nobody = after["by_force"].pop(force.name)
    assert after["by_force"] == before["by_force"]
    assert (nobody["claims"], nobody["as_of"]) == (0, as_of.isoformat())
