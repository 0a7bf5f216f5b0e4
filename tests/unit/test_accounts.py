"""Accounts of the review pages: who signs in, what ends a session, and what the verbs say."""

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from reconcile import settings
from reconcile.audit import AuditLog
from reconcile.cli import main
from reconcile.cli.pages_verb import _loopback
from reconcile.errors import AccountError, SettingsError
from reconcile.review import passwords, secret
from reconcile.review.accounts import TRIES, WAITS, Accounts
from reconcile.review.sessions import IDLE, WHOLE, Sessions

PASSWORD = "four plain words here"
OTHER = "and four other words"
SECRET = "s" * 40


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += int(1000 * seconds)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same algorithm with the least memory and time, as these tests hash dozens of times."""
    from argon2 import PasswordHasher

    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobodys.cache_clear()


@pytest.fixture
def chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> settings.Settings:
    monkeypatch.delenv("RECONCILE_DATABASE_URL", raising=False)
    (tmp_path / "reconcile.toml").write_text('cycle = "2018-03"\npolicy_document = "A"\ndpia = "D"\n')
    return settings.load(tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(chosen: settings.Settings, clock: Clock) -> Accounts:
    made = Accounts(chosen, clock)
    made.add("Ann Marsh", PASSWORD, ["protected", "coordinator"], by="operator")
    return made


def test_an_account_signs_in_with_its_password_in_any_capitals_and_is_known_by_its_own_name(accounts) -> None:
    account = accounts.sign_in("ann MARSH", PASSWORD)
    assert account is not None
    visitor = account.visitor
    assert (visitor.name, visitor.force) == ("Ann Marsh", "")
    assert account.roles == ("coordinator", "protected"), "in the order of the table"
    assert visitor.may("sign_off")
    assert accounts.sign_in("Ann Marsh", PASSWORD + "x") is None
    assert accounts.sign_in("Nobody", PASSWORD) is None


def test_the_password_itself_lies_nowhere(accounts, chosen) -> None:
    content = b"".join(path.read_bytes() for path in chosen.workspace.root.rglob("*") if path.is_file())
    assert b"$argon2id$" in content
    assert PASSWORD.encode() not in content


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("tiny one", "too short"),
        ("x" * 1025, "too long"),
        ("aaaaaaaaaaaaaaaa", "guessed"),
        ("1Ann Marsh234", "guessed"),
    ],
)
def test_a_weak_password_is_refused(accounts, password, says) -> None:
    with pytest.raises(AccountError, match=says) as refused:
        accounts.set_password("Ann Marsh", password, by="operator")
    assert password not in str(refused.value)
    assert accounts.sign_in("Ann Marsh", PASSWORD)


@pytest.mark.parametrize(
    ("name", "roles", "force", "says"),
    [
        ("ANN marsh", ["reviewer"], "", "already"),
        ("", ["reviewer"], "", "name is none"),
        ("a\nb", ["reviewer"], "", "name is none"),
        ("<b>", ["reviewer"], "", "name is none"),
        ("Bo", [], "", "needs a role"),
        ("Bo", ["protected"], "", "beside another"),
        ("Bo", ["king"], "", "no such role"),
        ("Bo", ["force"], "", "go together"),
        ("Bo", ["reviewer"], "kent", "go together"),
        ("Bo", ["force"], "atlantis", "no force has"),
        ("Bo", ["force", "reviewer"], "kent", "held alone"),
        ("Bo", ["force", "protected"], "kent", "held alone"),
    ],
)
def test_an_account_that_cannot_be_is_refused_in_a_line(accounts, name, roles, force, says) -> None:
    with pytest.raises(AccountError, match=says):
        accounts.add(name, PASSWORD, roles, force, by="operator")
    assert [each.name for each in accounts.every()] == ["Ann Marsh"]


def test_after_wrong_tries_an_account_waits_longer_and_longer_even_with_the_right_password(accounts, clock) -> None:
    for _ in range(TRIES):
        assert accounts.sign_in("Ann Marsh", OTHER) is None
    assert accounts.sign_in("Ann Marsh", PASSWORD) is None
    clock.passes(WAITS[0] - 1)
    assert accounts.sign_in("Ann Marsh", PASSWORD) is None, "trying while it waits does not lengthen the wait either"
    clock.passes(1)
    assert accounts.sign_in("Ann Marsh", OTHER) is None
    clock.passes(WAITS[0])
    assert accounts.sign_in("Ann Marsh", PASSWORD) is None
    clock.passes(WAITS[1] - WAITS[0])
    assert accounts.sign_in("Ann Marsh", PASSWORD)
    assert accounts.sign_in("Ann Marsh", OTHER) is None
    assert accounts.sign_in("Ann Marsh", PASSWORD), "the count began anew"


def test_a_name_that_is_not_there_costs_the_same_work(accounts, monkeypatch) -> None:
    tried: list[bool] = []
    holds = passwords.holds
    monkeypatch.setattr(passwords, "holds", lambda kept, given: tried.append(kept is None) or holds(kept, given))
    accounts.sign_in("Nobody", PASSWORD)
    accounts.disable("Ann Marsh", by="operator")
    accounts.sign_in("Ann Marsh", PASSWORD)
    assert tried == [True, False]
    assert passwords.holds(None, "no account has this password") is False


def test_every_change_of_an_account_stands_in_the_audit_log(accounts, chosen) -> None:
    accounts.set_password("Ann Marsh", OTHER, by="operator")
    accounts.set_roles("ann marsh", ["force"], "kent", by="operator")
    accounts.disable("Ann Marsh", by="operator")
    accounts.disable("Ann Marsh", by="operator", disabled=False)
    rows = AuditLog(chosen.database_url).export().to_pylist()
    assert [row["justification"] for row in rows] == [
        "account added with coordinator, protected (review pages)",
        "password changed (review pages)",
        "roles changed to force (review pages)",
        "account disabled (review pages)",
        "account enabled (review pages)",
    ]
    assert {(row["actor"], row["query"]) for row in rows} >= {("operator", "account Ann Marsh")}
    (found,) = accounts.every()
    assert (found.roles, found.force, found.disabled) == (("force",), "kent", False)


def test_a_hash_of_weaker_settings_is_made_anew_at_the_next_sign_in(accounts, monkeypatch) -> None:
    from argon2 import PasswordHasher

    before = accounts._row("Ann Marsh")["password"]
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    assert accounts.sign_in("Ann Marsh", PASSWORD)
    assert accounts._row("Ann Marsh")["password"] != before
    assert accounts.sign_in("Ann Marsh", PASSWORD)


@pytest.fixture
def sessions(accounts: Accounts, clock: Clock) -> Sessions:
    return Sessions(accounts, SECRET, clock)


def begun(sessions: Sessions, accounts: Accounts) -> str:
    account = accounts.sign_in("Ann Marsh", PASSWORD)
    assert account is not None
    return sessions.begin(account)


def test_a_session_lasts_while_it_is_used_and_half_a_day_at_most(sessions, accounts, clock) -> None:
    cookie = begun(sessions, accounts)
    assert sessions.read(cookie)
    clock.passes(IDLE - 1)
    found = sessions.read(cookie)
    assert found
    assert found[1].name == "Ann Marsh"
    cookie = sessions.seen_again(found[0])
    clock.passes(IDLE - 1)
    assert sessions.read(cookie)
    clock.passes(1)
    assert sessions.read(cookie) is None, "unused for too long"
    cookie, used = begun(sessions, accounts), 0
    while used + IDLE - 60 < WHOLE:
        clock.passes(IDLE - 60)
        used += IDLE - 60
        found = sessions.read(cookie)
        assert found
        cookie = sessions.seen_again(found[0])
    clock.passes(WHOLE - used)
    assert sessions.read(cookie) is None, "over although it was used"


def test_a_fresh_session_is_not_written_again(sessions, accounts) -> None:
    found = sessions.read(begun(sessions, accounts))
    assert found
    assert sessions.seen_again(found[0]) is None


@pytest.mark.parametrize(
    "act",
    [
        lambda accounts: accounts.set_password("Ann Marsh", OTHER, by="operator"),
        lambda accounts: accounts.disable("Ann Marsh", by="operator"),
        lambda accounts: accounts.end_sessions("Ann Marsh"),
    ],
)
def test_what_ends_a_session_on_the_server(sessions, accounts, act: Any) -> None:
    cookie = begun(sessions, accounts)
    act(accounts)
    assert sessions.read(cookie) is None
    accounts.disable("Ann Marsh", by="operator", disabled=False)
    assert sessions.read(cookie) is None, "letting it in again brings no session back"


def test_other_roles_hold_from_the_next_page_on(sessions, accounts) -> None:
    cookie = begun(sessions, accounts)
    accounts.set_roles("Ann Marsh", ["reviewer"], by="operator")
    found = sessions.read(cookie)
    assert found
    assert found[1].roles == ("reviewer",)


def test_a_forged_cookie_is_nobodys(sessions, accounts, clock) -> None:
    cookie = begun(sessions, accounts)
    assert Sessions(accounts, "t" * 40, clock).read(cookie) is None
    assert all(sessions.read(each) is None for each in ("", "x", cookie[:-1] + "A", cookie[1:]) if each != cookie)


def test_the_secret_is_made_once_and_for_its_user_alone(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.delenv(secret.VARIABLE, raising=False)
    made = secret.secret_of(tmp_path)
    assert len(made) >= secret.SHORTEST
    assert secret.secret_of(tmp_path) == made
    path = tmp_path / secret.FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [secret.FILE]
    path.chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600"):
        secret.secret_of(tmp_path)
    monkeypatch.setenv(secret.VARIABLE, "short")
    with pytest.raises(SettingsError, match="32 characters") as refused:
        secret.secret_of(tmp_path)
    assert "short " not in str(refused.value).replace("shorter", "")
    monkeypatch.setenv(secret.VARIABLE, "v" * 32)
    assert secret.secret_of(tmp_path) == "v" * 32


def run(monkeypatch, capsys, chosen, *arguments: str, given: str = "") -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["reconcile", "review", *arguments, "-w", str(chosen.workspace.root)])
    monkeypatch.setattr(sys, "stdin", io.StringIO(given))
    with pytest.raises(SystemExit) as stop:
        main()
    said = capsys.readouterr()
    assert not given.strip() or given.strip() not in said.out + said.err
    return int(stop.value.code or 0), said.out.strip(), said.err.strip()


def test_the_verbs_of_accounts(chosen, monkeypatch, capsys) -> None:
    verb = lambda *said, given="": run(monkeypatch, capsys, chosen, "user", *said, given=given)  # noqa: E731
    assert verb("list") == (
        0,
        "no account exists yet: make one with `reconcile review user add NAME --role coordinator`",
        "",
    )
    code, _out, err = verb("add", "bo", "--role", "reviewer")
    assert (code, err) == (2, "reconcile: no terminal to ask for the password on: give --password-stdin")
    added = verb("add", "bo", "--role", "reviewer", "--password-stdin", given=PASSWORD + "\n")
    assert added == (0, "account bo made: reviewer", "")
    assert verb("add", "bo", "--role", "reviewer", "--password-stdin", given=OTHER)[0] == 2
    assert verb("add", "di", "--role", "reviewer", "--password-stdin", given="little one")[0] == 2
    assert verb("roles", "bo", "--role", "force", "--force", "kent") == (0, "roles of bo: force", "")
    assert verb("list")[1] == "bo  force of kent  last signed in never"
    assert verb("disable", "bo") == (0, "account bo is disabled", "")
    assert json.loads(verb("list", "--json")[1]) == [
        {"name": "bo", "roles": ["force"], "force": "kent", "airflow": None, "disabled": True, "last_signed_in": None}
    ]
    assert verb("disable", "bo", "--undo")[1] == "account bo is enabled"
    assert verb("password", "bo", "--password-stdin", given=OTHER)[1] == "password of bo changed; its sessions are over"
    assert Accounts(chosen).sign_in("bo", OTHER)
    for arguments in (("password", "cy"), ("roles", "cy", "--role", "reviewer"), ("disable", "cy")):
        assert verb(*arguments)[::2] == (2, "reconcile: there is no account cy: see `reconcile review user list`")


def test_an_account_is_bound_to_its_person_in_airflow(chosen, monkeypatch, capsys) -> None:
    def run(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["reconcile", "review", "user", *arguments, "-w", str(chosen.workspace.root)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(PASSWORD + "\n"))
        with pytest.raises(SystemExit) as stop:
            main()
        return int(stop.value.code or 0)

    def bound() -> dict[str, str]:
        return {each.name: each.airflow for each in Accounts(chosen).every()}

    assert run("add", "J. Marsh", "--role", "reviewer", "--airflow", "marsh", "--password-stdin") == 0
    assert bound() == {"J. Marsh": "marsh"}
    capsys.readouterr()
    assert run("list") == 0
    assert "in Airflow marsh" in capsys.readouterr().out
    assert run("bind", "j. marsh", "--airflow", "marsh") == 2
    assert run("bind", "nobody", "--airflow", "marsh") == 2
    assert run("bind", "j. marsh") == 2
    assert run("bind", "j. marsh", "--undo") == 0
    assert bound() == {"J. Marsh": ""}
    told = [row["justification"] for row in AuditLog(chosen.database_url).export().to_pylist()]
    assert told[-2:] == [
        "bound to the user marsh of Airflow (review pages)",
        "bound to no user of Airflow (review pages)",
    ]


def test_a_password_is_asked_for_twice(chosen, monkeypatch, capsys) -> None:
    import getpass

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    typed = iter([PASSWORD, OTHER, PASSWORD, PASSWORD])
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: next(typed))
    monkeypatch.setattr(io, "StringIO", Terminal)
    assert "differ" in run(monkeypatch, capsys, chosen, "user", "add", "bo", "--role", "reviewer")[2]
    assert run(monkeypatch, capsys, chosen, "user", "add", "bo", "--role", "reviewer")[0] == 0


def test_the_pages_are_served_on_loopback_alone_unless_something_encrypts(chosen, monkeypatch, capsys) -> None:
    served: list[Any] = []
    monkeypatch.setattr("uvicorn.run", lambda app, **how: served.append((how["host"], how["proxy_headers"])))
    monkeypatch.setattr("reconcile.cli.pages_verb._need_address", lambda *_given: None)  # others may serve here too
    monkeypatch.delenv(secret.VARIABLE, raising=False)
    code, out, err = run(monkeypatch, capsys, chosen)
    assert (code, out) == (0, "http://127.0.0.1:8030/ serves cycle 2018-03; Ctrl-C stops it")
    assert err.startswith("no account exists yet")
    assert run(monkeypatch, capsys, chosen, "--host", "0.0.0.0")[0] == 2
    assert run(monkeypatch, capsys, chosen, "--host", "reconcile.example")[0] == 2
    assert run(monkeypatch, capsys, chosen, "--tls-cert", os.devnull)[0] == 2
    assert run(monkeypatch, capsys, chosen, "--host", "0.0.0.0", "--behind-proxy")[0] == 0
    assert served == [("127.0.0.1", False), ("0.0.0.0", True)]
    assert [_loopback(host) for host in ("127.8.8.8", "::1", "localhost", "::", "10.0.0.1")] == [True] * 3 + [False] * 2
