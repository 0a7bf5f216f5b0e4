"""What the DAG's tasks hand on and refuse."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from reconcile import cycle, made_from, publication, tasks
from reconcile.errors import DeliveryError, ExtractError, ReleaseError
from reconcile.intake import Receipt
from reconcile.reports import delivery
from reconcile.reports.compiled import CompiledLog
from reconcile.sources import SourceUnreachable
from tests.desks import RELEASE, desk, document, identity, office, released

ANSWER = {"responded_by_user": {"id": "1", "name": "coordinator-1"}, "params_input": {"reason": "counts checked"}}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "reconcile.toml").write_text('cycle = "2018-03"\npolicy_document = "APD-1"\ndpia = "DPIA-1"\n', "utf-8")
    stages = tmp_path / "cycles" / "2018-03" / "stages"
    stages.mkdir(parents=True)
    (stages / "missing_list.parquet").write_bytes(b"the list")
    (stages / "statistics.json").write_bytes(b"{}")
    return tmp_path


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    figures = {
        "cycle": "2018-03",
        "gross_claims": 372,
        "distinct_people": {"low": 360, "high": 364},
        "forces_answered": 28,
        "forces_total": 45,
        "forces_silent": ["Kent Police", "Essex Police", "Surrey Police", "Dorset Police"],
        "forces_rejected": ["Essex Police"],
        "forces_held": ["Surrey Police"],
        "forces_refused": ["Dorset Police"],
        "forces_stale": {"Sussex Police": "2017-12-01"},
        "as_of": {"first": "2018-02-26", "last": "2018-03-06"},
        "model": "2018-03-01-abcd1234",
    }
    receipts = (Receipt("essex", "REJECTED"), Receipt("kent", "NOT_RECEIVED"))
    monkeypatch.setattr(cycle, "compile_list", lambda _: figures)
    monkeypatch.setattr(cycle, "receipts", lambda _: receipts)
    monkeypatch.setattr(made_from, "need", lambda *_: None)


def test_a_rejected_extract_fails_its_task_with_the_receipts_reason(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = Receipt("essex", "REJECTED", reasons=(("extract_readable", 0, "the extract is not written in utf-16"),))
    monkeypatch.setattr(cycle, "intake_force", lambda _settings, _slug: receipt)
    with pytest.raises(ExtractError, match="essex: its extract was rejected: the extract is not written in utf-16"):
        tasks.intake(str(workspace), "essex")


def test_an_accepted_extract_hands_on_counts_only(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt = Receipt("essex", "RECEIVED", "register.csv", "0" * 64, None, 9, 8, 1)
    monkeypatch.setattr(cycle, "intake_force", lambda _settings, _slug: receipt)
    assert tasks.intake(str(workspace), "essex") == {"state": "RECEIVED", "accepted": 8, "quarantined": 1}


@pytest.mark.usefixtures("compiled")
def test_what_is_shown_for_sign_off(workspace: Path) -> None:
    shown = tasks.compile_list(str(workspace))
    assert len(shown.pop("Fingerprint")) == 12
    assert shown == {
        "Cycle": "2018-03",
        "Open claims": 372,
        "Distinct people": "360 to 364",
        "Forces that answered": "28 of 45",
        "Forces silent": "Kent Police, Essex Police, Surrey Police, Dorset Police",
        "Extracts rejected": "Essex Police",
        "Extracts held": "Surrey Police",
        "Extracts refused": "Dorset Police",
        "Old extracts counted": "Sussex Police (as of 2017-12-01)",
        "Extracts as of": "2018-02-26 to 2018-03-06",
        "Model": "2018-03-01-abcd1234",
        "Changes": "first release",
        "Outside their bands": "none",
    }


@pytest.mark.usefixtures("compiled")
def test_release_publishes_what_was_shown_and_nothing_else(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signed: list[Any] = []

    def release(_settings: Any, **sign_off: str) -> Any:
        signed.append(sign_off)
        return SimpleNamespace(name="2018-03-abcdef12")

    monkeypatch.setattr(publication, "release", release)
    shown = tasks.compile_list(str(workspace))
    with pytest.raises(ReleaseError, match="no reason"):
        tasks.release(str(workspace), ANSWER | {"params_input": {"reason": " "}}, shown)
    assert tasks.release(str(workspace), ANSWER, shown) == "2018-03-abcdef12"
    told = {"signed_by": "coordinator-1", "role": "national coordinator", "reason": "counts checked"}
    assert signed == [told | {"accept_bands": ""}]
    (workspace / "cycles" / "2018-03" / "stages" / "statistics.json").write_bytes(b'{"gross_claims": 373}')
    with pytest.raises(ReleaseError, match="compiled anew"):
        tasks.release(str(workspace), ANSWER, shown)
    assert len(signed) == 1


def test_a_delivery_hands_on_its_state_and_size_and_fails_as_what_failed_can_be_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _ = office(tmp_path, "kent")
    monkeypatch.setattr("reconcile.sources.source.sleep", lambda _seconds: None)
    released(made)
    documents = [document(force) for force in ("essex", "kent")]
    for each in documents:
        folder = made.workspace.reports / RELEASE / each.force
        folder.mkdir(parents=True)
        for name, content in each.files:
            (folder / name).write_bytes(content)
    CompiledLog(made.database_url).record(documents)
    (sealed,) = [tasks.deliver(str(tmp_path), "kent")]
    assert (sealed["state"], sealed["bytes"] > 0, sorted(sealed)) == ("delivered", True, ["bytes", "state"])
    assert tasks.deliver(str(tmp_path), "kent")["state"] == "already"
    with pytest.raises(DeliveryError, match="essex: no public key is known"):
        tasks.deliver(str(tmp_path), "essex")

    def lost(*_given: object) -> None:
        raise SourceUnreachable("the outbox could not be reached")

    desk(made, "essex", identity())
    monkeypatch.setattr(delivery, "outbox", lost)
    with pytest.raises(SourceUnreachable, match="essex: the outbox could not be reached"):
        tasks.deliver(str(tmp_path), "essex")
