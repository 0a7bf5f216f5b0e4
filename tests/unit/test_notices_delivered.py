"""A notice goes the same day: sealed for the force it is for, and tried again where it did not reach it."""

from pathlib import Path

import pytest

from reconcile import notifying, reporting
from reconcile.reports import identities
from reconcile.reports.delivery import deliver_waiting
from reconcile.reports.sealing import opened
from reconcile.reports.told import ToldLog
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


def test_a_lead_whose_making_broke_off_before_the_ledger_is_never_sent_once_it_is_withdrawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was noted as compiled and told to nobody, so that nobody would ever be told that it no longer holds."""
    settings = loop_country.released(tmp_path / "workspace")
    reporting.report(settings)
    decide(settings, LEAD, "same")
    with monkeypatch.context() as patched:
        patched.setattr(ToldLog, "record", _breaks_off)
        with pytest.raises(KeyboardInterrupt):
            notifying.notify(settings)
    decide(settings, LEAD, "different")
    for force in ("essex", "kent"):
        identities.make_for_demo(settings, force)
    assert notifying.notify(settings) == ()
    assert [(each.force, each.state) for each in deliver_waiting(settings)] == [("essex", "withheld")]
    assert not list(settings.workspace.outboxes.rglob("*.age"))


def test_a_lead_whose_making_broke_off_and_that_still_holds_is_told_when_it_is_said_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = loop_country.released(tmp_path / "workspace")
    reporting.report(settings)
    decide(settings, LEAD, "same")
    with monkeypatch.context() as patched:
        patched.setattr(ToldLog, "record", _breaks_off)
        with pytest.raises(KeyboardInterrupt):
            notifying.notify(settings)
    assert [(each.force, each.state) for each in deliver_waiting(settings)] == [("essex", "withheld")]
    assert [(each.force, each.delivered) for each in notifying.notify(settings)] == [("essex", False), ("kent", False)]
    for force in ("essex", "kent"):
        identities.make_for_demo(settings, force)
    assert [(each.force, each.state) for each in deliver_waiting(settings)] == [
        ("essex", "delivered"),
        ("kent", "delivered"),
    ]


def test_a_lead_that_waits_and_is_withdrawn_gives_way_to_its_correction(tmp_path: Path) -> None:
    settings = loop_country.released(tmp_path / "workspace")
    reporting.report(settings)
    decide(settings, LEAD, "same")
    leads = {each.document for each in notifying.notify(settings)}
    decide(settings, LEAD, "different")
    wrong = {each.document for each in notifying.notify(settings)}
    for force in ("essex", "kent"):
        identities.make_for_demo(settings, force)
    found = deliver_waiting(settings)
    assert {each.document for each in found if each.state == "withheld"} == leads
    assert {each.document for each in found if each.state == "delivered"} == wrong
    assert [each.state for each in found] == ["withheld"] * 2 + ["delivered"] * 2


def _breaks_off(*_given: object) -> None:
    raise KeyboardInterrupt
