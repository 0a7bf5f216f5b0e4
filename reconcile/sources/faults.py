"""What became of asking a source, in one sentence, and whether asking again can help.

Decides, by ``faults.toml``, which errors of the libraries heal by themselves. Invariant: what is raised here carries
neither the library's words nor its error as cause or context, for these quote addresses, logins and file names.
"""

import errno
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, TypeVar

from reconcile.errors import ReconcileError, SourceError

T = TypeVar("T")
OURS: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""Faults of this machine, which are not told as the source's."""


class SourceUnreachable(ConnectionError):  # noqa: N818 - named as it is told
    """The source did not answer as it should just now: it may when asked again."""


@dataclass(frozen=True)
class Place:
    """What is asked, as a sentence calls it, and what for."""

    called: str
    act: str


SOURCE: Final = Place("the source", "read")
OUTBOX: Final = Place("the outbox", "write")


@dataclass(frozen=True)
class Fault:
    """One kind of the table: its sentence, whether it heals, and the errors, HTTP statuses and numbers that mean it."""

    sentence: str
    heals: bool
    errors: frozenset[str]
    statuses: frozenset[int]
    numbers: frozenset[int]

    def said(self, place: Place) -> str:
        """The sentence, told of ``place``."""
        return self.sentence.format(place=place.called, act=place.act)


@cache
def table() -> tuple[Fault, ...]:
    """The whole table, in its order."""
    source = resources.files(__package__).joinpath("faults.toml").read_text(encoding="utf-8")
    return tuple(
        Fault(
            entry["sentence"],
            entry["heals"],
            frozenset(entry.get("errors", ())),
            frozenset(entry.get("statuses", ())),
            frozenset(getattr(errno, name) for name in entry.get("numbers", ()) if hasattr(errno, name)),
        )
        for entry in tomllib.loads(source)["fault"]
    )


def told(ask: Callable[[], T], place: Place = SOURCE) -> T:
    """The answer to ``ask``, its errors told by the table as those of ``place``.

    Raises:
        SourceUnreachable: it may heal.
        SourceError: it will not without somebody mending it.
        FileNotFoundError: what was asked for is not there; without its name.
    """
    try:
        return ask()
    except ReconcileError:
        raise
    except FileNotFoundError:
        fault = None
    except Exception as error:
        fault = find(error)
        if fault is None:
            raise
    # Raised only here, when the library's error is no longer at hand to become the context of this one.
    if fault is None:
        raise FileNotFoundError(errno.ENOENT, "it is not there")
    raise SourceUnreachable(fault.said(place)) if fault.heals else SourceError(fault.said(place))


def find(error: BaseException) -> Fault | None:
    """The line of the table for ``error``; None where none has it, or where it is this machine's own fault.

    The HTTP status counts first, then the class or the nearest above it; a number only where no class but the system's
    own says more, since the libraries of encryption give it other meanings.
    """
    if found := _with("statuses", getattr(error, "status", None)):
        return found
    for kind in type(error).__mro__:
        if kind is OSError:
            number = getattr(error, "errno", None)
            if number in OURS:
                return None
            if found := _with("numbers", number):
                return found
        if found := _with("errors", f"{kind.__module__}.{kind.__qualname__}"):
            return found
    return None


def _with(key: str, value: object) -> Fault | None:
    return next((fault for fault in table() if value in getattr(fault, key)), None)
