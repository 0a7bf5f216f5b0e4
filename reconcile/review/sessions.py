"""Sessions of the stand-alone pages: who a signed cookie says is there, and how long it says so.

Decides when a session is over. Invariant: a cookie tells only a name, the round of its account and two times; whether
the account still is in that round, and with which roles, is looked up at every request, so that nothing outlives a
change of the account.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from itsdangerous import BadSignature, URLSafeSerializer

from reconcile import database
from reconcile.review.accounts import Account, Accounts

COOKIE: Final = "reconcile_session"
IDLE: Final = 30 * 60
"""Seconds without a page after which a session is over."""
WHOLE: Final = 12 * 60 * 60
"""Seconds after sign-in at which it is over all the same."""
WRITTEN_AGAIN: Final = 60
"""Seconds after which a session in use is written anew, so that not every answer carries a cookie."""


@dataclass(frozen=True)
class Session:
    """``began`` and ``seen`` in seconds since 1970 UTC; ``round`` that of the account at sign-in."""

    name: str
    round: int
    began: int
    seen: int


class Sessions:
    """Sessions signed with ``secret``, over the accounts; ``clock`` gives milliseconds since 1970 UTC."""

    def __init__(self, accounts: Accounts, secret: str, clock: Callable[[], int] = database.milliseconds) -> None:
        self._accounts, self._clock = accounts, clock
        self._signer = URLSafeSerializer(secret, salt="session", signer_kwargs={"digest_method": hashlib.sha256})

    def begin(self, account: Account) -> str:
        """The cookie of a session that begins now."""
        now = self._now()
        return self._written(Session(account.name, account.round, now, now))

    def read(self, cookie: str) -> tuple[Session, Account] | None:
        """The session a cookie stands for and its account; None where it is forged, over, or of an earlier round."""
        try:
            session = Session(*self._signer.loads(cookie))
        except (BadSignature, TypeError):
            return None
        now = self._now()
        if now - session.seen >= IDLE or now - session.began >= WHOLE:
            return None
        account = self._accounts.find(session.name)
        if account is None or account.disabled or account.round != session.round:
            return None
        return session, account

    def seen_again(self, session: Session) -> str | None:
        """The cookie in its place, where the one at hand is no longer fresh."""
        now = self._now()
        return self._written(replace(session, seen=now)) if now - session.seen >= WRITTEN_AGAIN else None

    def _now(self) -> int:
        return self._clock() // 1000

    def _written(self, session: Session) -> str:
        return self._signer.dumps([session.name, session.round, session.began, session.seen])
