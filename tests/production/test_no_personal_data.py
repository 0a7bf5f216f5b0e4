"""Surnames of the people in the registers are found in no log, receipt, file name or audit line."""

import logging
import shutil
from pathlib import Path

import pyarrow.compute as pc
import pytest

from reconcile import cycle, publication, settings
from reconcile.audit import AuditLog
from reconcile.forces import forces
from reconcile.national.release import audit_heads, verify_hashes
from reconcile.reports import delivery, identities
from reconcile.reports.compiled import CompiledLog
from reconcile.reports.deliveries import DeliveryLog
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


def test_none_in_what_is_delivered_in_the_clear(survey: Settings, surnames: set[str], tmp_path: Path) -> None:
    """Names of sealed files, notices, the ledgers of what was compiled and delivered, and the audit lines of it."""
    root = tmp_path / "workspace"
    shutil.copytree(survey.workspace.root, root)
    chosen = settings.load(root)
    for force in forces()[:-1]:
        identities.make_for_demo(chosen, force.slug)
    receipts = delivery.deliver_reports(chosen)
    assert [receipt.state for receipt in receipts] == ["delivered"] * 44 + ["failed"]
    notices = list(chosen.workspace.outboxes.glob("*/*.notice.txt"))
    assert len(notices) == 44
    told = CompiledLog(chosen.database_url).latest(receipts[0].document)
    clear = [
        *(str(path.relative_to(root)) for path in chosen.workspace.outboxes.rglob("*")),
        *(path.read_text() for path in notices),
        *map(str, receipts),
        *map(str, DeliveryLog(chosen.database_url).lines().to_pylist()),
        *map(str, told.values()),
        *map(str, AuditLog(chosen.database_url).export().to_pylist()),
    ]
    said = "\n".join(clear).casefold()
    assert not [name for name in surnames if name.casefold() in said]
    ids = [record for line in told.values() for record in line["told"]]
    assert ids
    in_notices = "\n".join(path.read_text() for path in notices)
    assert not [record for record in ids if record in in_notices]
    secrets = [identities.read(path)[0] for path in (root / identities.FOLDER).iterdir()]
    assert len(secrets) == 44
    assert not [secret for secret in secrets if secret.casefold() in said]


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
