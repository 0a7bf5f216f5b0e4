"""Passwords: what may be one, and how one is kept and tried.

Decides by argon2id alone. Invariant: a password is kept nowhere but as its hash; trying one for a name that does not
exist takes as long as for one that does; and never more than a few are tried at once, since each takes 64 MiB.
"""

from functools import cache
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from reconcile.errors import AccountError

SHORTEST: Final = 12
LONGEST: Final = 1024
_HASHER: Final = PasswordHasher()
_TRIED_AT_ONCE: Final = BoundedSemaphore(2)


def hashed(password: str, *, name: str) -> str:
    """The argon2id hash to keep of a new password of the account ``name``.

    Raises:
        AccountError: it is too short or too long, or it is one character over and over, or the name itself.
    """
    if len(password) < SHORTEST:
        raise AccountError(f"the password is too short: take {SHORTEST} characters or more, such as four words")
    if len(password) > LONGEST:
        raise AccountError(f"the password is too long: take {LONGEST} characters at most")
    if len(set(password)) < 4 or name.casefold() in password.casefold():
        raise AccountError("the password is easily guessed: take one of many characters, without the name in it")
    return _HASHER.hash(password)


def holds(kept: str | None, password: str) -> bool:
    """Whether ``kept`` is the hash of ``password``; None stands for no account, which takes as long and is false."""
    with _TRIED_AT_ONCE:
        try:
            _HASHER.verify(kept or _nobodys(), password[:LONGEST])
        except (VerifyMismatchError, InvalidHashError):
            return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Whether a hash was made with weaker settings than today's, and is to be made anew at the next sign-in."""
    return _HASHER.check_needs_rehash(kept)


@cache
def _nobodys() -> str:
    return _HASHER.hash("no account has this password")
