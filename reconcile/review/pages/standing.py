"""The application as its settings stand now: made anew once ``reconcile.toml`` changed, as when a new cycle begins.

Invariant: no page is of a cycle that is over; where the settings cannot be read, every page says so in a line and the
application is back as soon as they are mended.
"""

from collections.abc import Callable
from pathlib import Path
from threading import Lock

from fastapi.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from reconcile import settings
from reconcile.errors import ReconcileError
from reconcile.settings import Settings

Stamp = tuple[int, int] | None


class Standing:
    """An ASGI application: ``make`` of the settings of the workspace at ``root``."""

    def __init__(self, root: Path, make: Callable[[Settings], ASGIApp]) -> None:
        self._path, self._root, self._make = root / settings.FILE, root, make
        self._made: tuple[Stamp, ASGIApp] | None = None
        self._lock = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return
        await self._current()(scope, receive, send)

    def _current(self) -> ASGIApp:
        with self._lock:
            stamp = self._stamp()
            if self._made is None or self._made[0] != stamp:
                try:
                    self._made = (stamp, self._make(settings.load(self._root)))
                except ReconcileError as error:
                    self._made = None
                    return PlainTextResponse(f"The review pages cannot be shown: {error}.", status_code=503)
            return self._made[1]

    def _stamp(self) -> Stamp:
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return None
        return stat.st_mtime_ns, stat.st_size
