"""Compiling the list again with what people decided, in a process of its own while the pages go on.

Decides whether one may begin. Invariant: one at a time a workspace, told by a lock of the kernel's that goes over from
who began it to the process that does it, so that one that was killed is never taken for one that runs.
"""

import datetime as dt
import fcntl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Final, Literal

from reconcile import settings as settings_file
from reconcile import turns
from reconcile.errors import BusyError, ReconcileError
from reconcile.settings import Settings
from reconcile.workspace import read_json, write_json

FILE: Final = "applying.json"
LOCK: Final = "applying.lock"
BROKE: Final = "something broke; the server's log says what"
State = Literal["running", "done", "failed", "broke off"]


@dataclass(frozen=True)
class Applying:
    """How the last one stands: ``what`` is under way and the ``share`` of it done (0 to 1), ``by`` whom and since when
    (ISO 8601, UTC); ``notices``: how many forces were told of it the same day; ``sentence``: why it failed, or why no
    force was told, "" otherwise."""

    state: State
    what: str = ""
    share: float = 0.0
    by: str = ""
    began: str = ""
    sentence: str = ""
    notices: int = 0


def start(settings: Settings, by: str) -> None:
    """Begin to apply what was decided; ``last`` tells how it goes.

    Raises:
        BusyError: that is being done already.
    """
    with _lock(settings) as held:
        _write(settings, Applying("running", "getting ready", by=by, began=_now()))
        arguments = [sys.executable, "-m", __name__, str(settings.workspace.root), by]
        # Its own session: Ctrl-C at the server stops the pages, and lets what was begun come to its end.
        subprocess.Popen(  # noqa: S603 - the interpreter and this module, and no shell between
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[held.fileno()],
            start_new_session=True,
        )


def last(settings: Settings) -> Applying | None:
    """How the last one stands; None where there was none in this cycle."""
    path = _path(settings)
    if not path.is_file():
        return None
    runs = _runs(settings)
    found = Applying(**read_json(path))
    # Asked in this order, since one that ends in between has written its end before it lets go of the lock.
    return found if runs or found.state != "running" else Applying("broke off", by=found.by, began=found.began)


def run(settings: Settings, by: str) -> Applying:
    """Apply what was decided, telling ``last`` on the way; what cannot be done now is told and not raised."""
    from reconcile.review import acts  # noqa: PLC0415 - the pages that only ask how it goes need none of it

    began = _now()

    def tell(what: str, share: float) -> None:
        _write(settings, Applying("running", what, share, by, began))

    try:
        acts.apply(settings, tell)
        notices, why_not = acts.notify(settings, tell)
        ended = Applying("done", share=1.0, by=by, began=began, sentence=why_not, notices=notices)
    except ReconcileError as error:
        ended = Applying("failed", by=by, began=began, sentence=str(error))
    except BaseException:
        _write(settings, Applying("failed", by=by, began=began, sentence=BROKE))
        raise
    _write(settings, ended)
    return ended


@contextmanager
def _lock(settings: Settings) -> Iterator[IO[str]]:
    path = settings.workspace.root / turns.FOLDER / LOCK
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BusyError("decisions are being applied already: wait until that has ended") from error
        yield file


def _runs(settings: Settings) -> bool:
    try:
        with _lock(settings):
            return False
    except BusyError:
        return True


def _path(settings: Settings) -> Path:
    return settings.workspace.cycle(settings.cycle) / FILE


def _write(settings: Settings, applying: Applying) -> None:
    write_json(_path(settings), asdict(applying))


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


if __name__ == "__main__":
    run(settings_file.load(Path(sys.argv[1])), sys.argv[2])
