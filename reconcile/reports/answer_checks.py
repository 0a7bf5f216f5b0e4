"""Whether what a force typed is an answer to what it was told.

Decides which answers are taken. Invariant: an answer names an item the force was told, as it was last told; its code is
one of that kind of item, it has all that code needs and nothing that contradicts it, and no day that cannot be. What is
refused says why and what to do, and quotes of what was typed no more than a few characters.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reconcile.reports import answers
from reconcile.values import dates

Row = Mapping[str, Any]
PAGE: Final = "page"
"""The source of ``answers.SOURCES`` that is no file."""
QUOTED: Final = 40
"""Characters of what was typed that a refusal repeats."""


@dataclass(frozen=True)
class Raw:
    """One answer as typed: each a text, "" where nothing stands.

    ``answer`` and ``place_kind`` are titles or codes of answers.toml, the days any writing of a day with the day before
    the month. ``digest`` is the digest, or its first digits, of the item as it was read; "" stands for the item as
    last told, where a page is answered, and as the file's own report told it, where a file is.
    """

    item: str
    answer: str
    officer_role: str = ""
    answered_on: str = ""
    located_on: str = ""
    place_kind: str = ""
    note: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Refused:
    """An answer that is not taken: of which item, ``what`` is wrong with it, and what to ``do``; ``field`` is that of
    ``Raw`` to be mended, "" where it is none."""

    item: str
    what: str
    do: str
    field: str = ""

    @property
    def line(self) -> str:
        return f"{self.item or 'no item'}: {self.what}: {self.do}"


@dataclass(frozen=True)
class Checked:
    """An answer with the line of the ledger it answers."""

    answer: answers.Answer
    told: Row


class Refusal(Exception):  # noqa: N818 - it ends the checks of one answer, and nothing is wrong with the program
    """Why an answer is not taken, what to do, and the field of ``Raw`` to be mended where it is one."""


def told_by_item(lines: Iterable[Row]) -> dict[str, list[Row]]:
    """The lines of the ledger of one force, oldest first, by item."""
    found: dict[str, list[Row]] = defaultdict(list)
    for line in lines:
        found[line["item"]].append(line)
    return dict(found)


def is_blank(raw: Raw) -> bool:
    """Whether nothing was answered; role and day may have been filled in for every item all the same."""
    return not any(text.strip() for text in (raw.answer, raw.located_on, raw.place_kind, raw.note))


def checked(
    raw: Raw,
    told: Mapping[str, Sequence[Row]],
    missing_since: Mapping[str, dt.date],
    *,
    force: str,
    by: str,
    source: str,
    file: str | None,
    today: dt.date,
    release: str = "",
) -> Checked | Refused:
    """What ``raw`` answers, or why it answers nothing.

    Args:
        told: the ledger's lines of this force by item, oldest first.
        missing_since: of each record that is an open claim with a date, the first day it can be missing since.
        today: the last day an answer may be of.
        release: the document whose items the file answers, "" where it does not say.
    """
    item = raw.item.strip().upper()
    try:
        line = _line(item, raw.digest.strip().lower(), told, None if source == PAGE else release)
        code = _code(raw.answer, answers.codes(), "answer")
        entry = answers.codes()[code]
        if line["kind"] not in entry["kinds"]:
            possible = ", ".join(f"“{answers.codes()[each]['title']}”" for each in answers.of_kind(line["kind"]))
            raise Refusal(f"“{entry['title']}” is no answer to this kind of item", f"answer {possible}", "answer")
        needed = set(entry["needs"])
        answered_on = _day(raw.answered_on, "the day of the answer", "answered_on", needed=True)
        located_on = _day(raw.located_on, "the day of locating", "located_on", needed="located_on" in needed)
        place_kind = _place_kind(raw.place_kind, needed="place_kind" in needed)
        if (located_on or place_kind) and "located_on" not in needed:
            raise Refusal(f"it says where somebody was located, and “{entry['title']}”", "say one of the two", "answer")
        _possible(answered_on, located_on, line, told[item], missing_since, today)
        answer = answers.Answer(
            force=force,
            item=item,
            document=line["document"],
            digest=line["digest"],
            answer=code,
            officer_role=_text(raw.officer_role, "officer_role", "the officer’s role", needed=True),
            answered_on=answered_on or today,
            located_on=located_on,
            place_kind=place_kind,
            note=_text(raw.note, "note", "the note", needed="note" in needed),
            source=source,
            by=by,
            file=file,
        )
    except Refusal as refusal:
        what, do, *of = refusal.args
        return Refused(short(item), what, do, *of)
    return Checked(answer, line)


def _line(item: str, digest: str, told: Mapping[str, Sequence[Row]], release: str | None) -> Row:
    """The line of the ledger that is answered: the last of the item, which has to say what was read.

    ``release``: of a file, as of ``checked``; None of a page, which shows what was last told.
    """
    if not item:
        raise Refusal("an answer stands beside no item", "give the item’s id as the report has it")
    lines = told.get(item)
    if not lines:
        raise Refusal("this force was never told of such an item", "take the id from the force’s own report")
    last = lines[-1]
    if not answers.of_kind(last["kind"]):
        raise Refusal(
            "it was corrected since and is no longer asked about", "read the correction; nothing is to answer"
        )
    if not digest and release is not None:
        digest = _as_read(lines, release)
    if not digest or last["digest"] == digest:
        return last
    if len(digest) < answers.limits()["shown"]:
        raise Refusal("its version is cut off", "leave the column of versions as the report has it")
    if last["digest"].startswith(digest):
        return last
    if any(line["digest"].startswith(digest) for line in lines):
        raise Refusal(f"the item has changed since: {last['document']} tells it anew", "answer the newer report")
    raise Refusal("it was never told in this version", "answer the newest report")


def _as_read(lines: Sequence[Row], release: str) -> str:
    """The digest of an item that a file names no version of, as the file's report told it."""
    found = {line["digest"] for line in lines if line["document"] == release or not release}
    do = "give the item’s version as the newest report has it"
    if not found:
        raise Refusal("it has no version, and the report the file answers did not tell it", do)
    if len(found) > 1:
        raise Refusal("it has no version, and was told in several", do)
    return str(found.pop())


def _code(text: str, known: Mapping[str, Any], what: str) -> str:
    """The code that ``text`` is, or is called."""
    plain = _plain(text)
    if not plain:
        raise Refusal(
            f"the {what} is empty, though something stands beside it",
            f"choose the {what} from its list",
            what.replace("kind of place", "place_kind"),
        )
    for code, entry in known.items():
        if plain in (_plain(code), _plain(entry if isinstance(entry, str) else entry["title"])):
            return code
    raise Refusal(
        f"“{short(text)}” is no {what} of the list",
        f"choose the {what} from its list",
        what.replace("kind of place", "place_kind"),
    )


def _place_kind(text: str, *, needed: bool) -> str | None:
    if not text.strip():
        if needed:
            raise Refusal("the kind of place is empty", "choose the kind of place from its list", "place_kind")
        return None
    return _code(text, answers.place_kinds(), "kind of place")


def _day(text: str, what: str, field: str, *, needed: bool) -> dt.date | None:
    if not text.strip():
        if needed:
            raise Refusal(f"{what} is empty", "give it as dd/mm/yyyy", field)
        return None
    found = dates.parse(text, "dmy")
    if found is None or found.lo is None or found.lo != found.hi:
        raise Refusal(f"“{short(text)}” is no day", f"give {what} as dd/mm/yyyy", field)
    return found.lo


def _possible(  # noqa: PLR0917 - days beside each other
    answered_on: dt.date | None,
    located_on: dt.date | None,
    line: Row,
    lines: Sequence[Row],
    missing_since: Mapping[str, dt.date],
    today: dt.date,
) -> None:
    """Refuse days that cannot be."""
    first = min(each["told_at"].date() for each in lines if each["digest"] == line["digest"])
    if answered_on and answered_on > today:
        raise Refusal(
            f"the day of the answer, {_said(answered_on)}, is yet to come",
            "give the day it was answered on",
            "answered_on",
        )
    if answered_on and answered_on < first:
        raise Refusal(
            f"the day of the answer, {_said(answered_on)}, is before the item was told on {_said(first)}",
            "give the day it was answered on",
            "answered_on",
        )
    if located_on and answered_on and located_on > answered_on:
        raise Refusal("the day of locating is after the day of the answer", "put the two right", "located_on")
    since = [missing_since[record] for record in (*line["own"], *line["others"]) if record in missing_since]
    if located_on and since and located_on < min(since):
        raise Refusal(
            f"the day of locating, {_said(located_on)}, is before the person is missing from",
            "give the day the person was located after the loss, or tell the national coordinators",
            "located_on",
        )


def _text(text: str, limit: str, what: str, *, needed: bool) -> str:
    plain = printable(text)
    if needed and not plain:
        do = "say what is needed" if limit == "note" else "give the role, such as Public protection sergeant, no name"
        raise Refusal(f"{what} is empty", do, limit)
    if len(plain) > answers.limits()[limit]:
        most = answers.limits()[limit]
        raise Refusal(f"{what} has {len(plain):,} characters", f"shorten it to {most:,}", limit)
    return plain


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip(".")


def printable(text: str) -> str:
    """What was typed in one line, without signs that are not printed, such as those a terminal acts on."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def short(text: str) -> str:
    """The same, no longer than is quoted."""
    plain = printable(text)
    return plain if len(plain) <= QUOTED else f"{plain[:QUOTED]}…"


def _said(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"
