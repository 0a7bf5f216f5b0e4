"""A notice goes the same day: sealed for the force it is for, and tried again where it did not reach it."""

from pathlib import Path

import pytest

from reconcile import notifying, reporting
from reconcile.reports import identities
from reconcile.reports.delivery import deliver_waiting
from reconcile.reports.sealing import opened
from tests import loop_country
from tests.unit.test_notices import LEAD, decide

pytestmark = pytest.mark.slow


def test_a_lead_lies_sealed_in_the_outbox_of_each_force_that_has_a_key_and_waits_for_the_other(tmp_path: Path) -> None:
    settings = loop_country.released(tmp_path / "workspace")
    reporting.report(settings)
    identities.make_for_demo(settings, "kent")
    decide(settings, LEAD, "same")
    sent = {each.force: each for each in notifying.notify(settings)}
    assert {force: each.delivered for force, each in sent.items()} == {"essex": False, "kent": True}
    assert "no public key is known" in sent["essex"].how
    identities.make_for_demo(settings, "essex")
    assert [(each.force, each.state) for each in deliver_waiting(settings)] == [("essex", "delivered")]
    for force in ("essex", "kent"):
        (sealed,) = (settings.workspace.outboxes / force).glob("*.age")
        secrets = identities.read(settings.workspace.root / identities.FOLDER / f"{force}.txt")
        envelope, files = opened(sealed.read_bytes(), secrets)
        assert (envelope["force"], envelope["kind"], envelope["document"]) == (force, "notice", sent[force].document)
        folder = settings.workspace.notices / sent[force].document / force
        assert files == {path.name: path.read_bytes() for path in folder.iterdir()}
