"""The verb that serves the review pages, and those of their accounts.

Decides where they may be served: on loopback, or behind what encrypts. Invariant: a password is asked for unseen or
read from standard input, and never shown, logged or taken as an argument, which others on the machine could see.
"""

import datetime as dt
import getpass
import ipaddress
import socket
import ssl
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from reconcile import settings
from reconcile.cli.intake_verbs import by_code
from reconcile.cli.terminal import (
    DEFAULT_WORKSPACE,
    JsonOption,
    WorkspaceOption,
    note,
    say,
    say_json,
    say_plain,
)
from reconcile.errors import AccountError, SettingsError

if TYPE_CHECKING:
    from reconcile.review.accounts import Accounts

PANEL = "Review"
LOCAL: Final = ("localhost", "127.0.0.1", "[::1]", "[")
"""The names the pages are asked for by on loopback; another would be a page elsewhere that had its name point here.
What is cut at the first colon leaves of [::1] a bracket."""
ADD: Final = "reconcile review user add NAME --role coordinator"

NameArgument = Annotated[str, typer.Argument(help="The account's name; it stands in decisions and logs.")]
RoleOption = Annotated[list[str], typer.Option("--role", help="A role of access.toml; give it once for each.")]
AirflowOption = Annotated[
    str, typer.Option("--airflow", help="The name by which Airflow knows the same person, who then counts once.")
]
ForceOption = Annotated[str, typer.Option("--force", help="The force's slug or a code, with the role force.")]
StdinOption = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


def add_to(app: typer.Typer) -> None:
    review = typer.Typer(invoke_without_command=True, rich_markup_mode="rich")
    review.callback()(serve)
    user = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", help="The accounts of the review pages.")
    user.command()(add)
    user.command("list")(list_accounts)
    for verb in (password, roles, bind, disable):
        user.command()(verb)
    review.add_typer(user, name="user")
    app.add_typer(review, name="review", rich_help_panel=PANEL)


def serve(
    context: typer.Context,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 8030,
    tls_cert: Annotated[Path | None, typer.Option(help="A certificate in PEM, with --tls-key.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="The key of the certificate.")] = None,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="A proxy in front encrypts and says who asks (X-Forwarded-Proto).")
    ] = False,
) -> None:
    """Serve the review pages on this machine until Ctrl-C; `reconcile review user` keeps the accounts.

    Example: reconcile review --port 8030
    """
    if context.invoked_subcommand is not None:
        return
    chosen = settings.load(workspace)
    if (tls_cert is None) != (tls_key is None):
        raise SettingsError("--tls-cert and --tls-key go together: give both, or neither")
    if not (_loopback(host) or tls_cert or behind_proxy):
        raise SettingsError(
            f"{host} can be reached from other machines, and nothing would encrypt: give --tls-cert and --tls-key, or"
            " --behind-proxy where a proxy in front does"
        )
    _need_address(host, port)
    if tls_cert and tls_key:
        _need_certificate(tls_cert, tls_key)
    _serve(chosen, host, port, tls_cert, tls_key, behind_proxy=behind_proxy)


def _need_address(host: str, port: int) -> None:
    """Refuse an address that cannot be listened on, before anything is said to be served there."""
    try:
        ((family, *_, address), *_others) = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise SettingsError(
            f"{host} cannot be listened on at port {port} ({error.strerror}): give another --host or --port"
        ) from error


def _need_certificate(cert: Path, key: Path) -> None:
    for file in (cert, key):
        file.open("rb").close()
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key, password=_no_password)
    except _LockedError:
        return  # its password is asked for once, when the pages begin
    except ssl.SSLError as error:
        raise SettingsError(f"{cert} and {key} are no certificate in PEM with its key: give both as PEM") from error


class _LockedError(Exception):
    """The key of the certificate is locked with a password."""


def _no_password() -> str:
    raise _LockedError


def _serve(
    chosen: settings.Settings, host: str, port: int, cert: Path | None, key: Path | None, *, behind_proxy: bool
) -> None:
    import uvicorn

    from reconcile.review.accounts import Accounts
    from reconcile.review.pages.alone import stand_alone
    from reconcile.review.pages.standing import Standing
    from reconcile.review.secret import secret_of

    root = chosen.workspace.root
    secret, hosts = secret_of(root), () if behind_proxy or not _loopback(host) else LOCAL
    if not Accounts(chosen).any_can_sign_in():
        note(f"no account exists yet, so nobody can sign in: make one with `{ADD}`")
    shown = f"[{host}]" if ":" in host else host
    say(f"{'https' if cert else 'http'}://{shown}:{port}/ serves cycle {chosen.cycle}; Ctrl-C stops it")
    uvicorn.run(
        Standing(root, lambda now: stand_alone(now, secret, hosts=hosts)),
        host=host,
        port=port,
        log_level="warning",
        lifespan="off",
        server_header=False,
        proxy_headers=behind_proxy,
        ssl_certfile=cert,
        ssl_keyfile=key,
    )


def add(
    name: NameArgument,
    role: RoleOption,
    force: ForceOption = "",
    airflow: AirflowOption = "",
    password_stdin: StdinOption = False,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Make an account; its password is asked for twice.

    Example: reconcile review user add j.marsh --role reviewer --airflow marsh
    """
    accounts = _accounts(workspace)
    if accounts.find(name):
        raise AccountError(f"there is an account {name} already: change it, or take another name")
    of = by_code(force) if force else ""
    accounts.add(name, _password(from_input=password_stdin), role, of, by=getpass.getuser())
    if airflow.strip():
        accounts.bind(name, airflow, by=getpass.getuser())
    say_plain(f"account {name} made: {', '.join(role)}")


def list_accounts(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json: JsonOption = False) -> None:
    """List the accounts with their roles and last sign-in.

    Example: reconcile review user list
    """
    found = _accounts(workspace).every()
    if json:
        say_json([_told(each) for each in found])
        return
    if not found:
        say_plain(f"no account exists yet: make one with `{ADD}`")
    broad = max((len(each.name) for each in found), default=0)
    for each in found:
        of = f" of {each.force}" if each.force else ""
        of += f", in Airflow {each.airflow}" if each.airflow else ""
        state = "disabled" if each.disabled else f"last signed in {_day(each.seen_at)}"
        say_plain(f"{each.name:<{broad}}  {', '.join(each.roles)}{of}  {state}")


def password(
    name: NameArgument, password_stdin: StdinOption = False, workspace: WorkspaceOption = DEFAULT_WORKSPACE
) -> None:
    """Give an account another password, which ends its sessions.

    Example: reconcile review user password j.marsh
    """
    accounts = _known(workspace, name)
    accounts.set_password(name, _password(from_input=password_stdin), by=getpass.getuser())
    say_plain(f"password of {name} changed; its sessions are over")


def roles(
    name: NameArgument, role: RoleOption, force: ForceOption = "", workspace: WorkspaceOption = DEFAULT_WORKSPACE
) -> None:
    """Give an account these roles in place of those it has.

    Example: reconcile review user roles j.marsh --role reviewer --role protected
    """
    _known(workspace, name).set_roles(name, role, by_code(force) if force else "", by=getpass.getuser())
    say_plain(f"roles of {name}: {', '.join(role)}")


def bind(
    name: NameArgument,
    airflow: AirflowOption = "",
    undo: Annotated[bool, typer.Option("--undo", help="Bind it to nobody any more.")] = False,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Say which user of Airflow is the same person, so that two names never count as two people.

    Example: reconcile review user bind j.marsh --airflow marsh
    """
    if bool(airflow.strip()) == undo:
        raise AccountError("a user of Airflow and --undo: give one of them")
    _known(workspace, name).bind(name, "" if undo else airflow, by=getpass.getuser())
    say_plain(f"account {name} and the user {airflow} of Airflow are one person" if airflow else f"{name} is unbound")


def disable(
    name: NameArgument,
    undo: Annotated[bool, typer.Option("--undo", help="Let it in again.")] = False,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Keep an account from signing in, which ends its sessions; what it decided stays.

    Example: reconcile review user disable j.marsh
    """
    _known(workspace, name).disable(name, by=getpass.getuser(), disabled=not undo)
    say_plain(f"account {name} is {'enabled' if undo else 'disabled'}")


def _accounts(workspace: Path) -> "Accounts":
    from reconcile.review.accounts import Accounts

    return Accounts(settings.load(workspace))


def _known(workspace: Path, name: str) -> "Accounts":
    """Looked for first, so that nobody types a password for an account that is not there."""
    accounts = _accounts(workspace)
    if accounts.find(name) is None:
        raise AccountError(f"there is no account {name}: see `reconcile review user list`")
    return accounts


def _password(*, from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise AccountError("no terminal to ask for the password on: give --password-stdin")
    first = getpass.getpass("Password (12 characters or more): ")
    if getpass.getpass("The same again: ") != first:
        raise AccountError("the two passwords differ: nothing was changed, say it again")
    return first


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _told(account: Any) -> dict[str, Any]:
    return {
        "name": account.name,
        "roles": list(account.roles),
        "force": account.force or None,
        "airflow": account.airflow or None,
        "disabled": account.disabled,
        "last_signed_in": _day(account.seen_at) if account.seen_at else None,
    }


def _day(at: int | None) -> str:
    return f"{dt.datetime.fromtimestamp(at / 1000, dt.UTC):%Y-%m-%d %H:%M} UTC" if at else "never"
