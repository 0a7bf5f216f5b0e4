"""Surnames of the people in the registers are found in no log, receipt, file name or audit line."""

import logging
from pathlib import Path

import pyarrow.compute as pc
import pytest

from reconcile import cycle, publication
from reconcile.audit import AuditLog
from reconcile.national.release import audit_heads, verify_hashes
from reconcile.settings import Settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def surnames(survey: Settings) -> set[str]:
    """Surnames of the people on the list that are no ordinary word of a path or a sentence."""
    names = pc.list_flatten(cycle.table(survey, "records")["names"])
    spelt = pc.drop_null(pc.struct_field(names, "surname")).to_pylist()
    rare = {name for name in spelt if len(name) >= 8 and spelt.count(name) == 1}
    assert len(rare) > 200
    return rare


def test_none_in_file_names_receipts_or_the_audit_log(survey: Settings, surnames: set[str]) -> None:
    paths = "\n".join(str(path.relative_to(survey.workspace.root)) for path in survey.workspace.root.rglob("*"))
    receipts = (survey.workspace.stage(survey.cycle, "receipts.json")).read_text()
    log = AuditLog(survey.database_url).export()
    said = "\n".join([paths, receipts, *map(str, log.to_pylist())]).casefold()
    assert log.num_rows > 29
    assert not [name for name in surnames if name.casefold() in said]


def test_none_in_the_logs_of_a_run(survey: Settings, surnames: set[str], caplog, capfd) -> None:
    with caplog.at_level(logging.DEBUG):
        cycle.intake_force(survey, "metropolitan")
        cycle.reconsider(survey)
    printed = capfd.readouterr()  # a second call would find nothing
    said = (caplog.text + printed.err + printed.out).casefold()
    assert not [name for name in surnames if name.casefold() in said]


def test_the_manifest_vouches_for_every_file_of_the_release(survey: Settings) -> None:
    assert verify_hashes(publication.current(survey)) == ()


def test_a_sign_off_vouches_for_the_audit_log_up_to_itself(survey: Settings, tmp_path: Path) -> None:
    """A chain alone cannot show that its newest lines were cut off; the release's sign-off can."""
    assert publication.verify_audit(survey).holds
    (head,) = audit_heads(survey)
    assert head.number >= 29
    empty = AuditLog(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    assert not empty.verify([head]).holds
