"""The verbs of delivery as a person meets them: lines, exit codes, empty states, and no secret said."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from reconcile.cli import app
from reconcile.errors import DeliveryError, ProfileError, ReconcileError
from reconcile.reports.compiled import CompiledLog
from reconcile.settings import Settings
from tests.desks import RELEASE, desk, document, identity, office, released


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A workspace with the reports of three forces, of which two have a key."""
    made, _ = office(tmp_path / "workspace", "kent", "surrey")
    released(made)
    documents = [document(force, "what it is told") for force in ("essex", "kent", "surrey")]
    for each in documents:
        for name, content in each.files:
            path = made.workspace.reports / RELEASE / each.force / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    CompiledLog(made.database_url).record(documents)
    return made


def say(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--workspace", str(settings.workspace.root)])


def test_a_delivery_has_a_line_for_each_force_and_exits_1_while_one_failed(settings: Settings) -> None:
    first = say(settings, "deliver")
    assert first.exit_code == 1
    assert "  essex                  failed: no public key is known" in first.stdout
    assert "  kent                   delivered  OFFICIAL-SENSITIVE_2018-03_kent_match-report" in first.stdout
    assert first.stdout.splitlines()[-1] == "3 documents: 2 delivered, 1 failed"
    desk(settings, "essex", identity())
    second = say(settings, "deliver")
    assert second.exit_code == 0
    assert second.stdout.splitlines()[-1] == "3 documents: 1 delivered, 2 delivered before"
    assert "kent                   lies there since 20" in second.stdout
    assert say(settings, "deliver", "--force", "46", "--again").stdout.splitlines()[-1] == "1 document: 1 delivered"


def test_a_dry_run_exits_as_the_delivery_would(settings: Settings) -> None:
    found = say(settings, "deliver", "--dry-run", "--json")
    assert found.exit_code == 1
    assert {each["force"]: each["state"] for each in json.loads(found.stdout)} == {
        "essex": "failed",
        "kent": "would be delivered",
        "surrey": "would be delivered",
    }
    assert say(settings, "deliver", "--dry-run", "--force", "kent").exit_code == 0
    assert not (settings.workspace.root / "outbox").exists()


def test_two_forces_with_one_key_are_one_line(settings: Settings) -> None:
    shared = identity()
    desk(settings, "kent", shared)
    desk(settings, "essex", shared)
    found = say(settings, "deliver")
    assert isinstance(found.exception, ProfileError)
    assert "the same key in essex and kent" in str(found.exception)


def test_a_key_of_each_force_is_what_the_check_asks_for(settings: Settings) -> None:
    found = say(settings, "keys", "check")
    assert found.exit_code == 1
    assert found.stdout.splitlines()[-1] == "2 of 45 forces have a key of their own"
    assert "  essex                  no key" in found.stdout
    shared = identity()
    desk(settings, "kent", shared)
    desk(settings, "essex", shared)
    assert (
        "is also the key of essex: until that is mended nobody is delivered to" in say(settings, "keys", "check").stdout
    )


def test_a_key_that_was_anothers_is_told(settings: Settings) -> None:
    say(settings, "deliver")
    kent = settings.workspace.profiles / "kent.toml"
    (settings.workspace.profiles / "essex.toml").write_text(kent.read_text().replace('"kent"', '"essex"'))
    kent.unlink()
    assert "was the key of kent: nothing is delivered with it" in say(settings, "keys", "check").stdout


def test_a_force_opens_what_it_got_with_the_key_it_made(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "kent.txt"
    made = CliRunner().invoke(app, ["keys", "new", "--force", "kent", "--out", str(file)])
    assert made.exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    secret = file.read_text().splitlines()[-1]
    assert secret.startswith("AGE-SECRET-KEY-1")
    assert secret not in made.stdout
    lines = made.stdout.partition("of the workspace:\n")[2]
    (settings.workspace.profiles / "kent.toml").write_text(lines)
    assert say(settings, "deliver", "--force", "kent").exit_code == 0
    (sealed,) = (settings.workspace.root / "outbox" / "kent").glob("*.age")
    out = tmp_path / "opened"
    opening = ["open", str(sealed), "--identity", str(file), "--out", str(out)]
    opened = CliRunner().invoke(app, opening)
    assert opened.exit_code == 0
    assert opened.stdout.startswith(f"report {RELEASE} for kent, OFFICIAL-SENSITIVE:")
    assert {path.name: path.read_bytes() for path in out.iterdir()} == dict(document("kent", "what it is told").files)
    again = CliRunner().invoke(app, opening)
    assert isinstance(again.exception, DeliveryError)
    assert "is there already: give an empty folder" in str(again.exception)


def test_a_key_file_is_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "kent.txt"
    file.write_text("the only copy")
    found = CliRunner().invoke(app, ["keys", "new", "--force", "kent", "--out", str(file)])
    assert isinstance(found.exception, DeliveryError)
    assert file.read_text() == "the only copy"


def test_the_wrong_key_opens_nothing_and_writes_nothing(settings: Settings, tmp_path: Path) -> None:
    say(settings, "deliver")
    (sealed,) = (settings.workspace.root / "outbox" / "kent").glob("*.age")
    for name, content in (("other", f"{identity()}\n"), ("none", "# nothing\n"), ("wrong", "kent's key\n")):
        (tmp_path / name).write_text(content)
        arguments = ["open", str(sealed), "--identity", str(tmp_path / name), "--out", str(tmp_path / "opened")]
        found = CliRunner().invoke(app, arguments)
        assert isinstance(found.exception, DeliveryError), name
    assert not (tmp_path / "opened").exists()


def test_what_is_not_sealed_is_said_to_be_so_and_a_notification_names_the_file_to_open(
    settings: Settings, tmp_path: Path
) -> None:
    """Each was once said to be sealed for another, which sent a force looking for a key."""
    say(settings, "deliver")
    outbox = settings.workspace.root / "outbox" / "kent"
    (sealed,), (beside,) = outbox.glob("*.age"), outbox.glob("*.notice.txt")
    renamed, letter, cut = tmp_path / "renamed.age", tmp_path / "letter.age", tmp_path / "cut.age"
    renamed.write_bytes(beside.read_bytes())
    letter.write_text("Dear colleague")
    cut.write_bytes(sealed.read_bytes()[9:])
    key = tmp_path / "kent.txt"
    key.write_text(f"{identity()}\n")
    for file, sentence in (
        (beside, f"is the notification, which is not sealed: open {sealed.name}, the file it speaks of"),
        (renamed, f"is the notification, which is not sealed: open {sealed.name}, the file it speaks of"),
        (letter, "is no sealed file, or is damaged: give the file ending in .age as it came"),
        (cut, "is no sealed file, or is damaged: give the file ending in .age as it came"),
        (sealed, "this key does not open the file"),
    ):
        arguments = ["open", str(file), "--identity", str(key), "--out", str(tmp_path / "opened")]
        found = CliRunner().invoke(app, arguments)
        assert isinstance(found.exception, DeliveryError), file.name
        assert sentence in str(found.exception), file.name
    assert not (tmp_path / "opened").exists()


def test_recipients_say_who_and_when_and_that_nobody_was(settings: Settings) -> None:
    say(settings, "deliver")
    found = say(settings, "recipients", "--document", RELEASE)
    assert found.stdout.splitlines()[-1] == "3 documents to 3 forces"
    assert f"  essex                  report  {RELEASE:<22} failed" in found.stdout
    assert say(settings, "recipients", "--record", "kent:1").stdout.splitlines()[-1] == "1 document to 1 force"
    for asked, sentence in (
        (("--item", "zz"), "no item zz was ever told"),
        (("--record", "kent:zz"), "no record or person kent:zz"),
        (("--document", "zz"), "no document zz was ever written"),
    ):
        mistyped = say(settings, "recipients", *asked)
        assert (mistyped.exit_code, sentence in str(mistyped.exception)) == (1, True), "a mistyped id is no answer"
    assert isinstance(say(settings, "recipients").exception, ReconcileError)
    rows = json.loads(say(settings, "recipients", "--force", "kent", "--json").stdout)
    assert [row["state"] for row in rows] == ["delivered"]
