"""Where one force's reports go: whom to ask there, for whose keys they are sealed, and into which outbox they are put.

Decides which keys and outboxes a profile may name. Invariant: a key is a public one, written in its one form; a secret
key is refused and never repeated; an outbox is one that can be written and needs no secret in its address.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from reconcile.errors import ProfileError, SourceError
from reconcile.sources.address import checked

KEYS: Final = ("unit", "email", "phone", "recipients", "outbox", "connection")
"""The keys of a profile's table ``[report]``."""
NEVER: Final = "AGE-SECRET-KEY-"  # how a secret key begins
FOLDER: Final = ("", "file", "local")
WRITABLE: Final = (*FOLDER, "sftp", "s3")

_CONNECTION: Final = re.compile(r"\w*", re.ASCII)


@dataclass(frozen=True)
class Desk:
    """Who at a force is asked about its people, and how reports reach it.

    ``unit``, ``email`` and ``phone`` are of a role, never of an officer; "" where not known. ``recipients`` are public
    keys of age (``age1…``). ``outbox`` is a URI, "" for the force's folder of the workspace's outbox; ``connection``
    names the credentials that sign in there, "" where none are needed.
    """

    unit: str = ""
    email: str = ""
    phone: str = ""
    recipients: tuple[str, ...] = ()
    outbox: str = ""
    connection: str = ""


NOWHERE: Final = Desk()


def fingerprint(recipient: str) -> str:
    """Sixteen hex digits of the SHA-256 of a public key, to say over the telephone which one is meant."""
    return hashlib.sha256(recipient.encode()).hexdigest()[:16]


def complaints(desk: Desk) -> Iterator[tuple[str, str]]:
    """What is wrong with the keys and the outbox of ``desk``; a sentence repeats no key of age."""
    for place, recipient in enumerate(desk.recipients, start=1):
        if wrong := _wrong(recipient):
            yield f"report.recipients, key {place},", wrong
        elif recipient in desk.recipients[: place - 1]:
            yield f"report.recipients, key {place},", "stands there twice: keep one"
    yield from _outbox(desk)


def _wrong(recipient: str) -> str:
    """Why ``recipient`` is no public key of age, "" where it is one; it is never repeated."""
    if NEVER.casefold() in recipient.casefold():
        return (
            "is a secret key, which only the force may hold: take it out, have the force make a new pair, since this"
            " one has been seen, and write the public key (age1…)"
        )
    from pyrage import RecipientError, x25519  # noqa: PLC0415 - few profiles have keys when they are first read

    try:
        known = str(x25519.Recipient.from_str(recipient))
    except RecipientError:
        known = ""
    return "" if known and known == recipient else "is no public key of age: copy the whole line that begins with age1"


def _outbox(desk: Desk) -> Iterator[tuple[str, str]]:
    if not _CONNECTION.fullmatch(desk.connection):
        yield "report.connection", f"is {desk.connection!r}: write letters, digits and underscores"
    try:
        address = checked(desk.outbox)
    except SourceError as error:
        yield "report.outbox", str(error).removeprefix("uri ")
        return
    if address.scheme not in WRITABLE:
        yield "report.outbox", f"is of {address.scheme}, to which no report is put: write sftp, s3 or a folder"
    if desk.connection and address.scheme in FOLDER:
        yield "report.connection", "signs in to no folder: take it out, or write outbox as sftp://host/folder"
    if address.scheme == "sftp" and not desk.connection:
        yield "report.connection", "is missing: an SFTP outbox needs one, write the name of its credentials"
    if address.scheme == "s3" and not address.host:
        yield "report.outbox", "names no bucket: write s3://bucket/folder"


def need_own_keys(desks: Mapping[str, Desk]) -> None:
    """Refuse desks, by force, of which two have the same key.

    Raises:
        ProfileError: two have; the key itself is not told.
    """
    for key, holders in sorted(holders_of((slug, desk.recipients) for slug, desk in desks.items()).items()):
        if len(holders) > 1:
            raise ProfileError(
                f"the same key in {' and '.join(holders)} (fingerprint {fingerprint(key)}): whoever holds it could open"
                " the reports of all of them; ask each force for a key of its own"
            )


def holders_of(keys: Iterable[tuple[str, Iterable[str]]]) -> dict[str, list[str]]:
    """For each key the forces that have it, sorted."""
    found: dict[str, set[str]] = defaultdict(set)
    for slug, held in keys:
        for key in held:
            found[key].add(slug)
    return {key: sorted(slugs) for key, slugs in found.items()}
