"""The text of an extract: the encoding its profile declares, unless the bytes say otherwise.

Decides in which encoding the bytes are read, and says so where it is another than the declared one. Invariant: no
character is replaced or left out; bytes that have no sure reading refuse the extract, or are marked for a reader that
holds back the few rows with one.

In this order: a byte order mark; UTF-16 by its zeros; UTF-8 in a file declared to have one byte a character, as next to
no other text is valid UTF-8; the declared encoding; and Windows-1252 where UTF-8 was declared and little of what is
above ASCII is UTF-8.
"""

import codecs
from typing import Final

import numpy as np

from reconcile.errors import ExtractError
from reconcile.intake.read import undefined
from reconcile.intake.receipt import Reason

MARKS: Final = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
"""Byte order marks, the longer before the shorter that begins it."""
WINDOWS: Final = "cp1252"

_ONE_BYTE: Final = ("cp125", "iso8859")
"""How the encodings begin that are ASCII, and a character a byte above it."""
_ASCII: Final = 128
_CHUNK: Final = 1 << 22
_PIECE: Final = 1 << 19
_LOOKED_AT: Final = 4096
"""Bytes looked at for the zeros of UTF-16."""


def utf8(content: bytes, declared: str) -> tuple[bytes, tuple[Reason, ...]]:
    """The extract in UTF-8 without a mark, and what there is to say of its encoding.

    Raises:
        ExtractError: it is empty, or written in no encoding that can be told.
    """
    if not content or content.isspace():
        raise ExtractError("the extract is empty: send a NIL manifest if there is nothing to send")
    declared = codecs.lookup(declared).name
    mark = _mark(content)
    found = actual(content, declared)
    text = _recoded(content[len(mark) :] if mark else content, found, declared)
    return text, () if found == "utf-8" and not mark and text.isascii() else _said(found, declared)


def utf8_or_marked(content: bytes, declared: str) -> tuple[bytes, tuple[Reason, ...], undefined.Marked | None]:
    """As ``utf8``; where it refuses the bytes and those that are no character are few, with these marked.

    Raises:
        ExtractError: as ``utf8``, and where those bytes are many.
    """
    try:
        return (*utf8(content, declared), None)
    except _UndecodableError as error:
        declared = codecs.lookup(declared).name
        found = actual(content, declared)
        if _family(found) not in ("utf-8", "ascii") and not found.startswith(_ONE_BYTE):
            raise
        # A damaged UTF-8 has no sure reading as anything else, whatever was declared.
        found = "utf-8" if _family(found) == "utf-8" or _utf8_or_windows(content) == "utf-8" else found
        marked = undefined.marked(content[len(_mark(content)) :], found)
        if marked is None:
            raise ExtractError(str(error)) from None
        return marked.text, _said(found, declared), marked


class _UndecodableError(ExtractError):
    """The bytes are not whole in the encoding they are read in."""


def _said(found: str, declared: str) -> tuple[Reason, ...]:
    if _family(found) == _family(declared):
        return ()
    sentence = f"The extract is written in {found}, not in {declared} as its profile says; it was read as {found}."
    return (("encoding_as_declared", 0, sentence),)


def actual(content: bytes, declared: str) -> str:
    """The encoding in which bytes are read of which a profile says that they are ``declared``."""
    return MARKS.get(_mark(content)) or _without_mark(content, codecs.lookup(declared).name)


def _mark(content: bytes) -> bytes:
    return next((mark for mark in MARKS if content.startswith(mark)), b"")


def _without_mark(content: bytes, declared: str) -> str:
    if _family(declared) in ("utf-16", "utf-32"):
        little = declared.removesuffix("-be") == declared
        return declared if declared.endswith(("-le", "-be")) else f"{declared}-{'le' if little else 'be'}"
    if content.isascii() and b"\x00" not in content[:_LOOKED_AT]:
        return declared
    if wide := _wide(content[:_LOOKED_AT]):
        return wide
    if declared == "utf-8":
        return _utf8_or_windows(content)
    return "utf-8" if not content.isascii() and is_whole(content, "utf-8") else declared


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of western text is a zero."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if 2 * max(even, odd) < len(head) // 2 or 4 * min(even, odd) > max(even, odd):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _utf8_or_windows(content: bytes) -> str:
    """A file with as much UTF-8 in it as not is damaged UTF-8, not another encoding."""
    if is_whole(content, "utf-8"):
        return "utf-8"
    text = content.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    whole = len(text) - len(text.encode("ascii", errors="ignore")) - broken
    return "utf-8" if whole >= broken else WINDOWS


def has_one_byte(name: str) -> bool:
    """Whether ``name`` is that of an encoding of ASCII and a character a byte above it."""
    try:
        return codecs.lookup(name).name.startswith(_ONE_BYTE)
    except LookupError:
        return False


def is_whole(content: bytes, encoding: str) -> bool:
    """Whether every byte is of a character in ``encoding``."""
    try:
        content.decode(encoding)
    except UnicodeError:
        return False
    return True


def _recoded(content: bytes, encoding: str, declared: str) -> bytes:
    """``content`` in UTF-8, a piece at a time, as a large text takes four times its size."""
    try:
        if encoding == "utf-8":
            content.decode(encoding)
            return content
        if _family(encoding) not in ("utf-16", "utf-32") and content.isascii():
            return content
        if encoding.startswith(_ONE_BYTE):
            return _byte_by_byte(content, encoding)
        pieces = (content[start : start + _CHUNK] for start in range(0, len(content), _CHUNK))
        return b"".join(piece.encode() for piece in codecs.iterdecode(pieces, encoding))
    except UnicodeError:
        said = declared if declared == encoding else f"{declared} as its profile says, nor whole in {encoding}"
        raise _UndecodableError(f"the extract is not written in {said}: save it so, or change its profile") from None


def _byte_by_byte(content: bytes, encoding: str) -> bytes:
    """Only what is above ASCII is looked up: in western names one byte of a thousand."""
    spelt: dict[int, bytes] = {}
    pieces: list[bytes | memoryview] = []
    view, octets, last = memoryview(content), np.frombuffer(content, np.uint8), 0
    # A piece at a time, as a mask of the whole text is new memory, which costs more than what is done with it.
    for start in range(0, len(content), _PIECE):
        for place in (start + np.flatnonzero(octets[start : start + _PIECE] >= _ASCII)).tolist():
            byte = content[place]
            if byte not in spelt:
                spelt[byte] = bytes([byte]).decode(encoding).encode()
            pieces += (view[last:place], spelt[byte])
            last = place + 1
    return b"".join([*pieces, view[last:]])


def _family(encoding: str) -> str:
    return encoding.removesuffix("-sig").removesuffix("-le").removesuffix("-be")
