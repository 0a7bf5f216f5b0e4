"""What an archive around an extract holds: one file, in ZIP or gzip.

Decides which archives are opened. Invariant: nothing is written to disk, so no path in an archive leads anywhere; no
more is unpacked than ``limits.toml`` allows, whatever the archive says of its size; what is unpacked is no archive.
"""

import gzip
import io
import posixpath
import zlib
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from reconcile.errors import ExtractError
from reconcile.intake.read.limits import limit

ZIP: Final = b"PK\x03\x04"
GZIP: Final = b"\x1f\x8b"
WORKBOOK: Final = "[Content_Types].xml"
"""The part that tells a workbook from another ZIP file."""

_CHUNK: Final = 1 << 20
_ENCRYPTED: Final = 0x1


def unpacked(content: bytes, kind: str) -> bytes:
    """The extract's own bytes; ``content`` itself where it is no archive.

    Args:
        content: as landed.
        kind: of the profile's format; a workbook is a ZIP file itself and is left as it is.

    Raises:
        ExtractError: an archive that is damaged, locked, too large, or holds anything but one file.
    """
    if not content.startswith((ZIP, GZIP)) or (kind == "xlsx" and _is_workbook(content)):
        return content
    found = _gunzip(content) if content.startswith(GZIP) else _unzip(content)
    if found.startswith((ZIP, GZIP)) and not (kind == "xlsx" and _is_workbook(found)):
        raise ExtractError("the archive holds another archive: pack the extract once")
    return found


def too_large(packed: int, unpacked_bytes: int) -> bool:
    """Whether so many bytes unpacked are more than so many packed may become."""
    grown = unpacked_bytes > _CHUNK and unpacked_bytes > packed * limit("packed_ratio")
    return grown or unpacked_bytes > limit("unpacked_bytes")


def _is_workbook(content: bytes) -> bool:
    try:
        with ZipFile(io.BytesIO(content)) as parts:
            return WORKBOOK in parts.namelist()
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        # A damaged workbook is the workbook reader's to refuse.
        return content.startswith(ZIP) and WORKBOOK.encode() in content[:4096]


def _gunzip(content: bytes) -> bytes:
    """Every member of a gzip file, one after the other, as the format has it."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as opened:
            return _within_limits(opened, len(content))
    except EOFError:
        raise ExtractError("the gzip file ends too early: send it again") from None
    except (OSError, zlib.error):
        raise ExtractError("the gzip file is damaged: send it again") from None


def _unzip(content: bytes) -> bytes:
    try:
        with ZipFile(io.BytesIO(content)) as archive, archive.open(_only(archive.infolist())) as opened:
            return _within_limits(opened, len(content))
    except (BadZipFile, OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zlib.error):
        raise ExtractError("the ZIP file is damaged: send it again") from None


def _only(entries: list[ZipInfo]) -> ZipInfo:
    """The one file of an archive, where it is one that can be opened without harm."""
    if len(entries) > limit("archive_members"):
        raise ExtractError(f"the ZIP file has more than {limit('archive_members')} entries: send the extract alone")
    if any(_leads_elsewhere(entry.orig_filename) for entry in entries):
        raise ExtractError("a path in the ZIP file leads out of it: pack the extract by its name alone")
    files = [entry for entry in entries if not entry.is_dir()]
    if len(files) != 1:
        raise ExtractError(f"the ZIP file holds {len(files)} files: send one extract in it and nothing else")
    [found] = files
    if found.filename == WORKBOOK:
        raise ExtractError("the extract is a damaged workbook: send it again, or change its profile")
    if found.flag_bits & _ENCRYPTED:
        raise ExtractError("the ZIP file is locked with a password: send it without one")
    if found.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise ExtractError("the ZIP file is packed in an unusual way: pack it with deflate")
    return found


def _leads_elsewhere(name: str) -> bool:
    plain = name.replace("\\", "/")
    return plain.startswith("/") or ":" in plain or "\x00" in plain or ".." in plain.split(posixpath.sep)


def _within_limits(opened: Any, packed: int) -> bytes:
    out = bytearray()
    while piece := opened.read(_CHUNK):
        out += piece
        if too_large(packed, len(out)):
            raise ExtractError("the archive grows past every register once unpacked: send the extract unpacked")
    return bytes(out)
