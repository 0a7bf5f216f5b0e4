"""The cycle as the pages look things up in it.

Decides nothing. Invariant: what a page shows is of one compiled cycle; a table is read again once its file changed.
"""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from reconcile import cycle
from reconcile.review.protections import ProtectionLog
from reconcile.review.restricted import Restricted, restricted
from reconcile.settings import Settings

Row = dict[str, Any]
Made = TypeVar("Made")


class Desk:
    """Tables of the cycle of ``settings``, read once and looked up by key; safe between threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._held: dict[str, tuple[tuple[int, int], pa.Table, dict[Any, Any]]] = {}
        self._lock = Lock()
        self._protections: ProtectionLog | None = None
        self._restricted: tuple[Any, Restricted] | None = None
        self._made: dict[str, tuple[Any, Any]] = {}
        self._making = Lock()

    def once(self, what: str, stamp: Any, make: Callable[[], Made]) -> Made:
        """What ``make`` gives, made again only once ``stamp`` is another; whoever asks meanwhile waits for it."""
        with self._making:
            held = self._made.get(what)
            if held is None or held[0] != stamp:
                held = self._made[what] = (stamp, make())
            made: Made = held[1]
            return made

    def table(self, name: str) -> pa.Table:
        """One of the cycle's tables: records, links, identities, facts, missing_list, decisions, ...

        Raises:
            ReconcileError: the cycle has not been run.
        """
        return self._read(name)[1]

    def rows(self, name: str, column: str, *keys: str) -> list[Row]:
        """The rows of a table whose ``column`` is one of ``keys``, in the table's order; found by codes made once."""
        _stamp, table, indices = self._read(name)
        index = indices.get(("rows", column))
        if index is None:
            combined: Any = table.combine_chunks()
            encoded = combined[column].combine_chunks().dictionary_encode()
            codes = np.asarray(encoded.indices.fill_null(-1))
            order = np.argsort(codes, kind="stable")
            starts = np.searchsorted(codes, np.arange(len(encoded.dictionary) + 1), sorter=order)
            index = {value: code for code, value in enumerate(encoded.dictionary.to_pylist())}, order, starts, combined
            indices["rows", column] = index
        numbers, order, starts, whole = index
        wanted = [numbers[key] for key in dict.fromkeys(keys) if key in numbers]
        if not wanted:
            return []
        places = np.sort(np.concatenate([order[starts[each] : starts[each + 1]] for each in wanted]))
        found: list[Row] = whole.take(places).to_pylist()
        return found

    def row(self, name: str, column: str, key: str) -> Row | None:
        """The one row of a table whose unique ``column`` is ``key``; found by an index made once."""
        _stamp, table, indices = self._read(name)
        index = indices.get(column)
        if index is None:
            index = {value: place for place, value in enumerate(table[column].to_pylist())}
            indices[column] = index
        place = index.get(key)
        return None if place is None else table.slice(place, 1).to_pylist()[0]

    def places(self, name: str, column: str, key: str) -> list[int]:
        """The places of the rows whose lists in ``column`` hold the id ``key``, in lower case, with or without its
        force."""
        _stamp, table, indices = self._read(name)
        index = indices.get(("places", column))
        if index is None:
            index = {}
            for place, ids in enumerate(table[column].to_pylist()):
                for each in ids or ():
                    whole = each.casefold()
                    for form in {whole, whole.partition(":")[2] or whole}:
                        index.setdefault(form, []).append(place)
            indices["places", column] = index
        found: list[int] = index.get(key, [])
        return found

    def restricted(self) -> Restricted:
        """Who is restricted in the cycle, by the protections that stand now.

        Raises:
            ReconcileError: the cycle has not been run.
        """
        if self._protections is None:
            self._protections = ProtectionLog(self.settings.database_url)
        stamp = (self.stamp("identities"), self.stamp("facts"), self._protections.length())
        if self._restricted is None or self._restricted[0] != stamp:
            tables = self.table("identities"), self.table("facts"), self._protections.state()
            self._restricted = stamp, restricted(*tables)
        return self._restricted[1]

    def stamp(self, name: str) -> tuple[int, int]:
        """When the table's file was written, and its size; 0 and 0 where it is not there. It changes with the file."""
        path: Path = self.settings.workspace.stage(self.settings.cycle, f"{name}.parquet")
        stat = path.stat() if path.is_file() else None
        return (stat.st_mtime_ns, stat.st_size) if stat else (0, 0)

    def _read(self, name: str) -> tuple[tuple[int, int], pa.Table, dict[Any, Any]]:
        with self._lock:
            stamp = self.stamp(name)
            held = self._held.get(name)
            if held is None or held[0] != stamp:
                held = (stamp, cycle.table(self.settings, name), {})
                self._held[name] = held
            return held
