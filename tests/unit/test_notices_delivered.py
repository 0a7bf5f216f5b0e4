"""A notice goes the same day: sealed for the force it is for, and tried again where it did not reach it."""

import json
from pathlib import Path
from typing import Any

import pytest

from reconcile import notifying, protecting, publication, reporting
from reconcile.audit import AuditLog
from reconcile.reports import identities, told, undelivered
from reconcile.reports.delivery import deliver_waiting
from reconcile.reports.recipients import received
from reconcile.reports.sealing import opened
from reconcile.reports.told import ToldLog
from reconcile.settings import Settings
from tests import loop_country
from tests.unit.test_notices import LEAD, LOW, counts, decide, release_and_report, sends

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


def test_a_lead_that_waits_and_is_withdrawn_was_told_to_nobody_and_neither_is_its_correction(
    tmp_path: Path,
) -> None:
    settings = loop_country.released(tmp_path / "workspace")
    reporting.report(settings)
    decide(settings, LEAD, "same")
    leads = {each.document for each in notifying.notify(settings)}
    decide(settings, LEAD, "different")
    assert notifying.notify(settings) == ()
    assert not told_by_notices(settings)
    keys_for(settings, "essex", "kent")
    found = deliver_waiting(settings)
    assert {each.document for each in found} == leads
    assert {(each.state, each.reason.partition(":")[0]) for each in found} == {
        ("withheld", "it was taken back before it went")
    }
    assert not list(settings.workspace.outboxes.rglob("*.age"))


def test_of_a_notice_that_waits_what_is_overtaken_does_not_go_and_the_rest_does(tmp_path: Path) -> None:
    settings = loop_country.released(tmp_path / "workspace")
    decide(settings, LOW, "same")
    release_and_report(settings)
    decide(settings, LOW, "different")
    decide(settings, LEAD, "same")
    first = {each.force: each for each in notifying.notify(settings)}
    assert counts(tuple(first.values())) == {"essex": (1, 1), "kent": (1, 1)}
    decide(settings, LEAD, "different")
    second = {each.force: each for each in notifying.notify(settings)}
    assert counts(tuple(second.values())) == {"essex": (1, 0), "kent": (1, 0)}
    assert notifying.notify(settings) == (), "said again it tells nothing twice"
    keys_for(settings, "essex", "kent")
    states = {each.document: each.state for each in deliver_waiting(settings)}
    assert {states[each.document] for each in first.values()} == {"withheld"}
    assert {states[each.document] for each in second.values()} == {"delivered"}
    went = told_of(settings, "essex", second["essex"].document)
    assert [each["reason"] for each in went["corrections"]] == ["decided_different"]
    assert went["items"] == []
    assert "kent:1" not in json.dumps(went)
    assert {row["document"] for row in told_by_notices(settings)} == {each.document for each in second.values()}


def test_what_was_refused_as_somebody_is_restricted_since_was_not_told_and_the_withdrawal_goes(tmp_path: Path) -> None:
    """The notice says what Kent's record says now, and never went: Essex last heard of the lead by its report."""
    settings = loop_country.released(tmp_path / "workspace")
    decide(settings, LEAD, "same")
    release_and_report(settings)
    sends(settings, "kent", "kent:1", status="in_custody")
    publication.release(settings, signed_by="operator", role="national coordinator", reason="counts checked")
    (first,) = notifying.notify(settings)
    protecting.protect(settings, "kent:1", by="keeper", reason="witness")
    keys_for(settings, "essex", "kent")
    (refused,) = deliver_waiting(settings)
    assert (refused.document, refused.state) == (first.document, "failed")
    assert "restricted since it was compiled" in refused.reason
    second = {each.force: each for each in notifying.notify(settings)}
    assert second["essex"].delivered
    (correction,) = told_of(settings, "essex", second["essex"].document)["corrections"]
    assert (correction["reason"], correction["now"]) == ("withdrawn", "It is withdrawn.")
    assert correction["document"] != first.document, "it corrects what the force was told last"
    assert first.document not in {row["document"] for row in told_by_notices(settings)}
    received_by = received(settings, document=first.document).to_pylist()
    assert [(row["force"], row["state"], row["items"]) for row in received_by] == [("essex", "withheld", [])]
    assert notifying.notify(settings) == ()


def test_a_report_tells_itself_what_a_notice_told_that_never_went(tmp_path: Path) -> None:
    settings = loop_country.released(tmp_path / "workspace")
    decide(settings, LOW, "same")
    release_and_report(settings)
    decide(settings, LOW, "different")
    waits = {each.document for each in notifying.notify(settings)}
    pages = release_and_report(settings)
    assert 'id="corrections"' in pages["essex"]
    assert "By a notice on" not in pages["essex"], "no notice told it"
    keys_for(settings, "essex", "kent")
    assert {each.document: each.state for each in deliver_waiting(settings)} == dict.fromkeys(waits, "withheld")


@pytest.mark.parametrize("when", ["any_of", "take_back"])
def test_a_lead_that_is_shown_while_its_withdrawal_is_worked_out_is_corrected_and_not_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """The pages wait for no run: Essex opens its items before the notice is written, or while it is."""
    settings = loop_country.released(tmp_path / "workspace")
    decide(settings, LOW, "same")
    release_and_report(settings)
    decide(settings, LOW, "different")
    decide(settings, LEAD, "same")
    first = {each.force: each for each in notifying.notify(settings)}
    decide(settings, LEAD, "different")
    where = undelivered.Arrivals if when == "any_of" else undelivered
    done: list[bool] = []
    real: Any = getattr(where, when)

    def seen_first(*given: Any, **more: Any) -> Any:
        if not done:
            done.append(True)
            seen_by_essex(settings)
        return real(*given, **more)

    monkeypatch.setattr(where, when, seen_first)
    second = {each.force: each for each in notifying.notify(settings)}
    assert done
    assert counts(tuple(second.values())) == {"essex": (2, 0), "kent": (1, 0)}
    corrected = {each["document"] for each in told_of(settings, "essex", second["essex"].document)["corrections"]}
    assert first["essex"].document in corrected, "Essex has it: the lead is corrected beside what the notice corrected"
    stands = {row["document"] for row in told_by_notices(settings)}
    assert stands == {first["essex"].document, second["essex"].document, second["kent"].document}
    assert notifying.notify(settings) == ()


def test_a_run_that_breaks_off_between_two_notices_forgets_nothing_that_was_official(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The correction was signed off. What comes in since is not, and it would wait for the next sign-off."""
    settings = loop_country.released(tmp_path / "workspace")
    decide(settings, LEAD, "same")
    release_and_report(settings)
    sends(settings, "kent", "kent:1", status="in_custody")
    publication.release(settings, signed_by="operator", role="national coordinator", reason="counts checked")
    (first,) = notifying.notify(settings)
    sends(settings, "kent", "kent:1", status="abroad_known")
    with monkeypatch.context() as patched:
        patched.setattr(told, "_tell", _breaks_off)
        with pytest.raises(KeyboardInterrupt):
            notifying.notify(settings)
    assert {row["document"] for row in told_by_notices(settings)} == {first.document}
    (second,) = notifying.notify(settings)
    assert (second.corrections, second.document != first.document) == (1, True)
    assert {row["document"] for row in told_by_notices(settings)} == {second.document}


def seen_by_essex(settings: Settings) -> None:
    AuditLog(settings.database_url).append(
        "consultation",
        actor="ann",
        role="force",
        purpose="manage_rso",
        justification="the items of its match report",
        subjects=["essex:1"],
        force="essex",
        count=1,
    )


def keys_for(settings: Settings, *every: str) -> None:
    for force in every:
        identities.make_for_demo(settings, force)


def told_by_notices(settings: Settings) -> list[dict[str, Any]]:
    lines = ToldLog(settings.database_url).lines().to_pylist()
    return [row for row in lines if row["document_kind"] == "notice"]


def told_of(settings: Settings, force: str, document: str) -> Any:
    """What a notice says, as JSON."""
    (path,) = (settings.workspace.notices / document / force).glob("*.json")
    return json.loads(path.read_text(encoding="utf-8"))


def _breaks_off(*_given: object) -> None:
    raise KeyboardInterrupt
