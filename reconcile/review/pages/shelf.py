"""What is made of the cycle's tables and of releases once, and looked at many times.

Decides nothing. Invariant: what was made of a table is made anew once the table is another; a release never changes, so
what was read of it stays.
"""

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any, Final

import pyarrow as pa
from fastapi import Request

from reconcile import schema
from reconcile.errors import ReleaseError
from reconcile.forces import forces
from reconcile.linkage import name_changes
from reconcile.national import contents, release
from reconcile.review.access import Visitor
from reconcile.review.finding import Holders, Register
from reconcile.review.pages.desk import Desk
from reconcile.review.pages.listing import Listing, seen
from reconcile.review.restricted import Restricted, may_see
from reconcile.workspace import read_table

KEPT: Final = 24
"""Tables of releases kept in memory, the last ones asked for."""
LISTINGS: Final = 4
"""Lists kept made readable."""


class Shelf:
    """What is kept ready beside the desk's tables; safe between threads."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.names: Mapping[str, str] = {force.slug: force.name for force in forces()}
        self.shorts: Mapping[str, str] = {force.slug: force.short for force in forces()}
        self._made: dict[str, tuple[tuple[pa.Table, ...], Any]] = {}
        self._released: dict[tuple[str, str], pa.Table] = {}
        self._listings: dict[str, tuple[pa.Table, Restricted, Listing]] = {}
        self._making, self._reading, self._listing = Lock(), Lock(), Lock()

    def made(self, what: str, of: Sequence[str], make: Callable[..., Any]) -> Any:
        """What ``make`` gives of the cycle's tables named ``of``, made anew only once one of them is another."""
        tables = tuple(self.desk.table(name) for name in of)
        with self._making:
            held = self._made.get(what)
            if held is None or any(one is not other for one, other in zip(held[0], tables, strict=True)):
                held = (tables, make(*tables))
                self._made[what] = held
            return held[1]

    def register(self) -> tuple[Register, Holders]:
        """The records as they are searched, and who each is of."""

        def searched(records: pa.Table, added: pa.Table) -> Register:
            return Register(name_changes.with_names(records, added), self.shorts)

        found = self.made("register", ("records", "names_added"), searched)
        return found, self.made("holders", ("records", "identities"), Holders)

    def listing(self, visitor: Visitor, release_name: str = "") -> Listing:
        """The national list as compiled, or that of a release, as the visitor may see it.

        Raises:
            ReleaseError: there is no such release, or its people were erased.
        """
        held, open_to = self.desk.restricted(), may_see(visitor)
        listed = self.released(release_name, contents.MISSING_LIST) if release_name else self.desk.table("missing_list")
        if listed is None:
            raise ReleaseError(f"the people of release {release_name} were erased: only its figures are kept")
        key = f"{release_name} {'whole' if open_to else 'guarded'}"
        with self._listing:
            known = self._listings.get(key)
            if known is None or known[0] is not listed or (known[1] is not held and not open_to):
                table, withheld = seen(listed, held, may_see=open_to)
                known = (listed, held, Listing(table, self.shorts, withheld))
                self._listings[key] = known
                while len(self._listings) > LISTINGS:
                    self._listings.pop(next(iter(self._listings)))
            return known[2]

    def released(self, name: str, file: str) -> pa.Table | None:
        """A table of a release; None where its people were erased or it holds none such.

        Raises:
            ReleaseError: there is no such release.
        """
        path = release.named(self.desk.settings, name) / file
        key = (name, file)
        with self._reading:
            if not path.is_file():
                self._released.pop(key, None)
                return None
            if key not in self._released:
                self._released[key] = _told(read_table(path), file)
                while len(self._released) > KEPT:
                    self._released.pop(next(iter(self._released)))
            return self._released[key]


def _told(table: pa.Table, file: str) -> pa.Table:
    """A table as it is now written, what an older release did not write being null."""
    if file != contents.MISSING_LIST:
        return table
    missing = [each for each in schema.MISSING_LIST if each.name not in table.column_names]
    for each in missing:
        lists = pa.types.is_list(each.type)
        table = table.append_column(each, pa.array([[] if lists else None] * len(table), each.type))
    return table.select(schema.MISSING_LIST.names)


def shelf_of(request: Request) -> Shelf:
    """The application's shelf."""
    found: Shelf = request.app.state.shelf
    return found
