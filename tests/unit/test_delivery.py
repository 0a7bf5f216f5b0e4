"""What lies in which outbox after a delivery, what is refused, and what the two ledgers then say."""

import dataclasses
import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError

from reconcile import release_erasure
from reconcile.audit import AuditLog
from reconcile.errors import ProfileError, ReleaseError, SourceError
from reconcile.forces.desk import fingerprint
from reconcile.render.look import moment
from reconcile.reports import compiled
from reconcile.reports.compiled import CompiledLog, Document
from reconcile.reports.deliveries import DeliveryLog
from reconcile.reports.delivery import Delivery, deliver, deliver_reports, deliver_waiting
from reconcile.reports.sealing import opened
from reconcile.reports.told import Told, ToldLog
from reconcile.review.protections import ProtectionLog
from reconcile.settings import Settings, load
from reconcile.sources import Connection, SourceUnreachable
from reconcile.workspace import write_table
from tests import small_tables as small
from tests.desks import RELEASE, desk, document, office, public, released

FORCES = ("essex", "kent", "surrey")
STEM = "OFFICIAL-SENSITIVE_2018-03_{}_match-report-" + RELEASE


@pytest.fixture
def reported(tmp_path: Path) -> tuple[Settings, dict[str, str]]:
    """A workspace with a current release and the reports of three forces, of which each has a key."""
    settings, secrets = office(tmp_path, *FORCES)
    released(settings)
    documents = [document(force, "what it is told") for force in FORCES]
    for each in documents:
        for name, content in each.files:
            path = settings.workspace.reports / RELEASE / each.force / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    CompiledLog(settings.database_url).record(documents)
    return settings, secrets


def outbox(settings: Settings, force: str) -> list[str]:
    return sorted(path.name for path in (settings.workspace.root / "outbox" / force).glob("*"))


def states(receipts: list) -> dict[str, str]:
    return {receipt.force: receipt.state for receipt in receipts}


def test_each_force_finds_its_own_report_sealed_and_a_notice_in_the_clear(reported) -> None:
    settings, secrets = reported
    told = Told("kent", RELEASE, "report", "aa11", "found_elsewhere", "d", ("kent:1",), ("surrey:9",), ())
    ToldLog(settings.database_url).record(
        [told, dataclasses.replace(told, item="bb22"), dataclasses.replace(told, item="cc33", kind="within_force")]
    )
    assert states(deliver_reports(settings)) == dict.fromkeys(FORCES, "delivered")
    for force in FORCES:
        stem = STEM.format(force)
        assert outbox(settings, force) == [f"{stem}.age", f"{stem}.notice.txt"]
        sealed = (settings.workspace.root / "outbox" / force / f"{stem}.age").read_bytes()
        assert opened(sealed, [secrets[force]])[1] == dict(document(force, "what it is told").files)
    notice = (settings.workspace.root / "outbox" / "kent" / f"{STEM.format('kent')}.notice.txt").read_text()
    line = DeliveryLog(settings.database_url).delivered("kent", RELEASE)
    assert notice.startswith("OFFICIAL-SENSITIVE\n")
    for said in ("For Kent Police", line["sha256"], line["recipients"][0], "the national coordinators"):
        assert said in notice
    compiled_at = CompiledLog(settings.database_url).latest(RELEASE, "kent")["kent"]["compiled_at"]
    assert f"    made {moment(dt.datetime.fromtimestamp(compiled_at / 1000, dt.UTC))}\n" in notice
    assert "It holds 2 urgent items and 1 other item." in notice
    for untold in ("kent:1", "surrey:9", "aa11"):
        assert untold not in notice


def test_a_relative_workspace_and_a_relative_outbox_lie_where_they_say(reported, monkeypatch) -> None:
    settings, secrets = reported
    monkeypatch.chdir(settings.workspace.root.parent)
    chosen = load(Path(settings.workspace.root.name))
    desk(chosen, "kent", secrets["kent"], outbox="drops/kent")
    (settings.workspace.root / "drops" / "kent").mkdir(parents=True)
    assert states(deliver_reports(chosen)) == dict.fromkeys(FORCES, "delivered")
    assert len(outbox(settings, "essex")) == 2
    assert len(list((settings.workspace.root / "drops" / "kent").iterdir())) == 2


def test_a_delivery_is_a_line_of_the_audit_log_and_one_of_the_ledger(reported) -> None:
    settings, secrets = reported
    deliver_reports(settings, ["kent"], by="ann")
    (line,) = DeliveryLog(settings.database_url).lines().to_pylist()
    sealed = settings.workspace.root / "outbox" / "kent" / line["file"]
    key = fingerprint(public(secrets["kent"]))
    assert (line["force"], line["document"], line["document_kind"], line["state"]) == (
        "kent",
        RELEASE,
        "report",
        "delivered",
    )
    assert (line["size"], line["recipients"], line["outbox"]) == (sealed.stat().st_size, [key], "outbox/kent")
    (entry,) = AuditLog(settings.database_url).export().to_pylist()
    assert (entry["operation"], entry["actor"], entry["recipient"]) == ("disclosure", "ann", f"kent, key {key}")
    assert entry["subjects"] == ["kent:1", "surrey:9"]
    assert line["sha256"] in entry["justification"]


def test_what_was_delivered_is_not_delivered_twice_unless_again(reported) -> None:
    settings, _ = reported
    deliver_reports(settings)
    path = settings.workspace.root / "outbox" / "kent" / f"{STEM.format('kent')}.age"
    before = path.read_bytes()
    assert states(deliver_reports(settings)) == dict.fromkeys(FORCES, "already")
    assert path.read_bytes() == before
    assert AuditLog(settings.database_url).export().num_rows == 3
    assert DeliveryLog(settings.database_url).lines().num_rows == 3
    assert states(deliver_reports(settings, ["kent"], again=True)) == {"kent": "delivered"}
    assert path.read_bytes() != before
    assert DeliveryLog(settings.database_url).lines().num_rows == 4


def test_a_report_written_anew_with_other_content_is_delivered(reported) -> None:
    settings, secrets = reported
    deliver_reports(settings)
    changed = document("kent", "with a correction")
    for name, content in changed.files:
        (settings.workspace.reports / RELEASE / "kent" / name).write_bytes(content)
    CompiledLog(settings.database_url).record([changed])
    assert states(deliver_reports(settings)) == {"essex": "already", "kent": "delivered", "surrey": "already"}
    sealed = (settings.workspace.root / "outbox" / "kent" / f"{STEM.format('kent')}.age").read_bytes()
    assert opened(sealed, [secrets["kent"]])[1] == dict(changed.files)


def test_a_dry_run_says_what_would_become_of_it_and_touches_nothing(reported) -> None:
    settings, _ = reported
    (settings.workspace.profiles / "essex.toml").unlink()
    found = states(deliver_reports(settings, dry_run=True))
    assert found == {"essex": "failed", "kent": "would be delivered", "surrey": "would be delivered"}
    assert not (settings.workspace.root / "outbox").exists()
    assert DeliveryLog(settings.database_url).lines().num_rows == 0
    assert AuditLog(settings.database_url).export().num_rows == 0


def test_a_force_without_a_key_is_refused_and_said_and_the_others_are_not(reported) -> None:
    settings, _ = reported
    (settings.workspace.profiles / "essex.toml").unlink()
    receipts = deliver_reports(settings)
    assert states(receipts) == {"essex": "failed", "kent": "delivered", "surrey": "delivered"}
    assert "no public key is known" in receipts[0].reason
    assert not outbox(settings, "essex")
    (line,) = DeliveryLog(settings.database_url).lines("essex").to_pylist()
    assert (line["state"], line["sha256"], line["size"]) == ("failed", None, 0)


def test_a_failing_outbox_stops_no_other_and_is_tried_again(reported) -> None:
    settings, secrets = reported
    away = settings.workspace.root / "share"
    desk(settings, "kent", secrets["kent"], outbox=str(away))
    receipts = deliver_reports(settings)
    assert states(receipts) == {"essex": "delivered", "kent": "failed", "surrey": "delivered"}
    assert "folder is not there" in receipts[1].reason
    assert not away.exists(), "a share that is not mounted is not made up"
    assert AuditLog(settings.database_url).export().num_rows == 3, "what may have arrived is accounted for"
    away.mkdir()
    assert states(deliver_reports(settings)) == {"essex": "already", "kent": "delivered", "surrey": "already"}
    assert sorted(path.suffix for path in away.iterdir()) == [".age", ".txt"]
    assert [line["state"] for line in DeliveryLog(settings.database_url).lines("kent").to_pylist()] == [
        "failed",
        "delivered",
    ]


def copied(settings: Settings, of: str, to: str) -> None:
    """Put one force's files in the place of another's, under that one's names."""
    there = settings.workspace.reports / RELEASE
    for path in (there / of).iterdir():
        shutil.copy(path, there / to / path.name.replace(f"_{of}_", f"_{to}_"))


def added(settings: Settings, of: str, to: str) -> None:
    there = settings.workspace.reports / RELEASE
    shutil.copy(next(iter((there / of).iterdir())), there / to)


def renamed(settings: Settings, of: str, to: str) -> None:
    there = settings.workspace.reports / RELEASE
    (there / of).rename(there / "away")
    (there / to).rename(there / of)
    (there / "away").rename(there / to)


def lost(settings: Settings, of: str, to: str) -> None:
    next(iter((settings.workspace.reports / RELEASE / to).iterdir())).unlink()


def changed(settings: Settings, of: str, to: str) -> None:
    path = next(iter((settings.workspace.reports / RELEASE / to).iterdir()))
    path.write_bytes(path.read_bytes() + b" ")


@pytest.mark.parametrize("attempt", [copied, added, renamed, lost, changed])
def test_what_was_not_compiled_for_a_force_never_reaches_it(reported, attempt) -> None:
    settings, secrets = reported
    attempt(settings, "essex", "kent")
    receipts = deliver_reports(settings)
    assert states(receipts)["kent"] == "failed"
    assert "not what was compiled for it" in receipts[1].reason
    assert not outbox(settings, "kent")
    for sealed in settings.workspace.root.rglob("*.age"):
        envelope, files = opened(sealed.read_bytes(), secrets.values())
        assert envelope["force"] == sealed.parent.name
        assert all(f"for {envelope['force']}".encode() in content for content in files.values() if content[:1] != b"{")


def test_the_same_bytes_for_two_forces_are_a_fault_of_the_program(reported) -> None:
    settings, _ = reported
    mixed = [(name.replace("_essex_", "_kent_"), content) for name, content in document("essex", "x").files[:1]]
    log = CompiledLog(settings.database_url)
    log.record([document("essex", "x")])
    with pytest.raises(ValueError, match="compiled for essex was given as one for kent"):
        deliver(settings, "kent", mixed, "notice-1", kind="notice")
    assert not outbox(settings, "kent")


def test_files_under_anothers_name_are_a_fault_of_the_program(reported) -> None:
    settings, _ = reported
    with pytest.raises(ValueError, match="does not bear its slug"):
        deliver(settings, "kent", document("essex").files, "notice-1", kind="notice")
    assert not outbox(settings, "kent")


def test_files_written_into_the_folder_of_another_force_are_not_noted_as_its(reported) -> None:
    settings, _ = reported
    added(settings, "essex", "kent")
    folder = settings.workspace.reports / RELEASE / "kent"
    with pytest.raises(ValueError, match="does not bear its slug"):
        compiled.note(settings.database_url, RELEASE, "report", sorted(folder.iterdir()), {})


def test_two_forces_with_one_key_stop_the_delivery(reported) -> None:
    settings, secrets = reported
    desk(settings, "kent", secrets["essex"])
    with pytest.raises(ProfileError, match="the same key in essex and kent"):
        deliver_reports(settings)
    assert not list(settings.workspace.root.rglob("*.age"))


def test_keys_that_change_places_after_a_delivery_are_refused(reported) -> None:
    settings, secrets = reported
    deliver_reports(settings)
    desk(settings, "kent", secrets["essex"])
    desk(settings, "essex", secrets["kent"])
    receipts = deliver_reports(settings, again=True)
    assert states(receipts) == {"essex": "failed", "kent": "failed", "surrey": "delivered"}
    assert "was that of kent: a key never moves" in receipts[0].reason


def test_a_person_protected_since_is_told_to_nobody_who_has_not_been_told(reported) -> None:
    settings, _ = reported
    ProtectionLog(settings.database_url).protect("surrey:9", "Ann", "witness")
    receipts = deliver_reports(settings)
    assert states(receipts) == {"essex": "failed", "kent": "failed", "surrey": "delivered"}, "its own it may have"
    assert "restricted since it was compiled" in receipts[0].reason
    assert "surrey" not in receipts[0].reason
    correction = [("OFFICIAL-SENSITIVE_2018-03_kent_notice.html", b"kent: what you were told was wrong")]
    assert deliver(settings, "kent", correction, "correction-1", kind="notice", told=["kent:1"]).state == "delivered"


def begun(tmp_path: Path) -> Settings:
    """The next cycle, of which nothing is compiled, where Essex was told of a man of whom Surrey's record is protected
    since, and Kent of a girl of Surrey's who may be under 18 and of a grown-up who is on the list."""
    settings, _ = office(tmp_path, "essex", "kent", cycle="2018-06")
    released(settings)
    for path in settings.workspace.stage(settings.cycle, "x").parent.iterdir():
        path.unlink()
    people = small.identities("essex:1 kent:1 surrey:1", "kent:2 surrey:2", "kent:3 surrey:3")
    first, _second, third = dict.fromkeys(people["national_id"].to_pylist())
    grown_up = "| of | id | fact | value |\n" + "".join(
        f"| {record} | {person} | under_18 | NO |\n"
        for person, records in ((first, "essex:1 kent:1 surrey:1"), (third, "kent:3 surrey:3"))
        for record in records.split()
    )
    write_table(settings.workspace.releases / RELEASE / "identities.parquet", people)
    write_table(settings.workspace.releases / RELEASE / "facts.parquet", small.facts(grown_up))
    ProtectionLog(settings.database_url).protect("surrey:1", "Ann", "witness")
    return settings


def state_of(settings: Settings, force: str, *told: str) -> str:
    receipt = Delivery(settings).deliver(document(force, told=told), dry_run=True)
    return receipt.reason or receipt.state


def test_a_cycle_begun_and_not_compiled_forgets_nobody_who_is_restricted(tmp_path: Path) -> None:
    settings = begun(tmp_path)
    told = "it tells of a person who is restricted since it was compiled"
    assert state_of(settings, "essex", "essex:1", "kent:1").startswith(told), "another record of the protected man"
    assert state_of(settings, "kent", "kent:2", "surrey:2").startswith(told), "who may be under 18"
    assert state_of(settings, "kent", "kent:3", "surrey:3") == "would be delivered"


def test_where_nothing_says_who_is_restricted_nothing_of_other_forces_people_is_delivered(tmp_path: Path) -> None:
    settings = begun(tmp_path)
    (settings.workspace.releases / RELEASE / "facts.parquet").unlink()
    why = state_of(settings, "kent", "kent:3", "surrey:3")
    assert why.startswith("who is restricted is not known: cycle 2018-06 is not compiled")
    assert why.endswith("say `reconcile run` first")
    assert "\n" not in why
    assert state_of(settings, "kent", "kent:3") == "would be delivered", "its own it may have"


def test_a_document_made_elsewhere_is_delivered_as_any_other(reported) -> None:
    settings, secrets = reported
    files = [("OFFICIAL-SENSITIVE_2018-03_kent_notice.html", b"a lead for kent")]
    receipt = deliver(settings, "kent", files, "2018-03-lead-1", kind="notice", told=["kent:1"], by="ann")
    assert receipt.state == "delivered"
    assert receipt.file == "OFFICIAL-SENSITIVE_2018-03_kent_notice-2018-03-lead-1.age"
    sealed = (settings.workspace.root / "outbox" / "kent" / receipt.file).read_bytes()
    assert opened(sealed, [secrets["kent"]])[1] == dict(files)
    assert deliver(settings, "kent", files, "2018-03-lead-1", kind="notice", told=["kent:1"]).state == "already"


def test_a_notice_that_did_not_reach_its_force_is_tried_again(reported) -> None:
    settings, secrets = reported
    files = [("OFFICIAL-SENSITIVE_2018-03_kent_notice.html", b"a lead for kent")]
    folder = settings.workspace.root / "notices" / "lead-1" / "kent"
    folder.mkdir(parents=True)
    for name, content in files:
        (folder / name).write_bytes(content)
    (settings.workspace.profiles / "kent.toml").unlink()
    ToldLog(settings.database_url).record([Told("kent", "lead-1", "notice", "aa11", "held_here", "d", (), (), ())])
    assert deliver(settings, "kent", files, "lead-1", kind="notice", told=["kent:1"]).state == "failed"
    desk(settings, "kent", secrets["kent"])
    assert states(deliver_waiting(settings, ["essex"])) == {}
    assert states(deliver_waiting(settings, dry_run=True)) == {"kent": "would be delivered"}
    assert states(deliver_waiting(settings)) == {"kent": "delivered"}
    assert states(deliver_waiting(settings)) == {}
    (sealed,) = (settings.workspace.root / "outbox" / "kent").glob("*lead-1.age")
    assert opened(sealed.read_bytes(), [secrets["kent"]])[1] == dict(files)


def waits(settings: Settings, name: str, *items: str) -> None:
    """Compile a notice to Kent that tells ``items``; without items making it broke off."""
    files = [("OFFICIAL-SENSITIVE_2018-03_kent_notice.html", f"kent: {name}".encode())]
    folder = settings.workspace.notices / name / "kent"
    folder.mkdir(parents=True)
    for file, content in files:
        (folder / file).write_bytes(content)
    CompiledLog(settings.database_url).record([Document("kent", name, "notice", tuple(files), ("kent:1",))])
    ToldLog(settings.database_url).record(
        Told("kent", name, "notice", item, "held_here", name, ("kent:1",), (), ()) for item in items
    )


def test_notices_that_wait_go_in_the_order_in_which_they_were_compiled(reported) -> None:
    settings, _ = reported
    for name, item in (("c", "aa11"), ("a", "bb22"), ("b", "cc33")):
        waits(settings, name, item)
    assert [each.document for each in deliver_waiting(settings)] == ["c", "a", "b"]


def test_a_notice_of_which_later_ones_tell_every_item_is_not_sent_and_said_once(reported) -> None:
    settings, _ = reported
    waits(settings, "lead", "aa11", "bb22")
    waits(settings, "correction", "aa11")
    part, whole = deliver_waiting(settings, dry_run=True)
    assert [(each.document, each.state) for each in (part, whole)] == [
        ("lead", "withheld"),
        ("correction", "would be delivered"),
    ]
    assert part.reason == "later documents tell part of it: `reconcile notify` tells the rest anew"
    waits(settings, "another", "bb22")
    found = deliver_waiting(settings)
    assert [(each.document, each.state) for each in found] == [
        ("lead", "withheld"),
        ("correction", "delivered"),
        ("another", "delivered"),
    ]
    assert found[0].reason == "later documents tell all that is in it"
    assert deliver_waiting(settings) == []


def test_a_notice_the_ledger_does_not_know_is_not_sent_until_it_is_told(reported) -> None:
    settings, _ = reported
    waits(settings, "lead")
    (receipt,) = deliver_waiting(settings)
    assert (receipt.state, receipt.reason.partition(":")[0]) == (
        "withheld",
        "making it broke off before it was told",
    )
    assert deliver_waiting(settings) == []
    ToldLog(settings.database_url).record([Told("kent", "lead", "notice", "aa11", "held_here", "d", (), (), ())])
    assert states(deliver_waiting(settings)) == {"kent": "delivered"}


def test_what_was_withheld_as_taken_back_is_read_no_more_until_it_is_told_again(reported, monkeypatch) -> None:
    settings, _ = reported
    ledger, read = ToldLog(settings.database_url), []
    waits(settings, "lead", "aa11")
    ledger.take_back("kent", "lead")
    (receipt,) = deliver_waiting(settings)
    assert receipt.reason.partition(":")[0] == "it was taken back before it went"
    real = ToldLog.lines

    def noted(self, *given, **more):
        read.append(more.get("document"))
        return real(self, *given, **more)

    monkeypatch.setattr(ToldLog, "lines", noted)
    assert deliver_waiting(settings) == []
    assert "lead" not in read
    ledger.record([Told("kent", "lead", "notice", "aa11", "held_here", "d", (), (), ())])
    assert states(deliver_waiting(settings)) == {"kent": "delivered"}


@pytest.mark.parametrize(
    ("fault", "heals", "attempts"), [(SourceUnreachable("away"), True, 3), (SourceError("no such login"), False, 1)]
)
def test_what_may_heal_is_tried_three_times_and_told_apart(reported, monkeypatch, fault, heals, attempts) -> None:
    settings, _ = reported
    asked = []

    def refuse(*_given: object) -> None:
        asked.append(1)
        raise fault

    monkeypatch.setattr("reconcile.reports.delivery.outbox", refuse)
    monkeypatch.setattr("reconcile.sources.source.sleep", lambda _seconds: None)
    (receipt,) = deliver_reports(settings, ["kent"])
    assert (receipt.state, receipt.heals, receipt.reason, len(asked)) == ("failed", heals, str(fault), attempts)
    assert AuditLog(settings.database_url).export().num_rows == 0, "an outbox that never opened got nothing"


def test_no_credential_is_in_the_ledger_or_the_reason(reported) -> None:
    settings, secrets = reported
    desk(settings, "kent", secrets["kent"], outbox="sftp://drop.kent.example/in", connection="kent_drop")
    found = Connection("kent_drop", "sftp", "other.example", 22, "kent-login", "Tr0ub4dor", {})
    chosen = dataclasses.replace(settings, connections=lambda _name: found)
    (receipt,) = deliver_reports(chosen, ["kent"])
    assert receipt.reason == "the connection kent_drop is for another host than uri: give the host in one of them"
    said = json.dumps(DeliveryLog(settings.database_url).lines().to_pylist(), default=str) + receipt.reason
    for secret in ("kent-login", "Tr0ub4dor", "other.example"):
        assert secret not in said


def test_erasing_the_people_of_a_release_takes_the_sealed_reports_too(reported) -> None:
    settings, _ = reported
    deliver_reports(settings)
    named = {path.name for path in release_erasure._people(settings, settings.workspace.releases / RELEASE)}
    assert {f"{STEM.format(force)}{end}" for force in FORCES for end in (".age", ".notice.txt")} <= named


def test_the_database_refuses_to_change_a_line(reported) -> None:
    settings, _ = reported
    deliver_reports(settings)
    engine = create_engine(settings.database_url)
    for table in ("deliveries", "compiled"):
        for change in (f"DELETE FROM {table}", f"UPDATE {table} SET force = 'kent'"):
            with engine.connect() as connection, pytest.raises(DatabaseError, match="append-only"):
                connection.execute(text(change))


def test_without_a_release_or_reports_it_says_what_to_do(tmp_path: Path) -> None:
    settings, _ = office(tmp_path, "kent")
    with pytest.raises(ReleaseError, match="reconcile release"):
        deliver_reports(settings)
    released(settings)
    with pytest.raises(ReleaseError, match="reconcile report"):
        deliver_reports(settings)
    CompiledLog(settings.database_url).record([document("kent")])
    (receipt,) = deliver_reports(settings, ["essex"])
    assert (receipt.state, "was compiled for essex" in receipt.reason) == ("failed", True)
    assert Delivery(settings).deliver(document("kent")).state == "delivered"
