"""The review pages inside Airflow's navigation; the one module of the product that imports Airflow.

Decides how a user of Airflow becomes a visitor. Invariant: Airflow says who is signed in, the table ``airflow_roles``
of reconcile.toml which roles that gives, and whoever has none there may do nothing; nothing heavy is imported before a
page is asked for, since every process of Airflow loads its plugins.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from airflow.configuration import conf
from airflow.plugins_manager import AirflowPlugin

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from reconcile.review.access import Visitor
    from reconcile.settings import Settings

PREFIX: Final = "/reconcile-review"
USER: Final = "reconcile_airflow_user"
"""Where a request holds Airflow's user."""


class Pages:
    """The application below ``PREFIX``, made when it is first asked for."""

    def __init__(self) -> None:
        self._standing: ASGIApp | None = None

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] != "http":
            return
        if self._standing is None:
            from reconcile.review.pages.standing import Standing  # noqa: PLC0415

            self._standing = Standing(Path(os.environ.get("RECONCILE_WORKSPACE", "workspace")), _app)
        scope.setdefault("state", {})[USER] = await _user(scope)
        await self._standing(scope, receive, send)


def _app(settings: "Settings") -> "FastAPI":
    from reconcile.review.airflow_approval import answering  # noqa: PLC0415
    from reconcile.review.pages import create_app  # noqa: PLC0415
    from reconcile.review.secret import secret_of  # noqa: PLC0415

    def identify(request: "Request") -> "Visitor | None":
        return visitor_of(getattr(request.state, USER, None), settings)

    # Asked of the server itself, which need not be reached by the address its users know it by.
    own = f"http://127.0.0.1:{conf.getint('api', 'port', fallback=8080)}"
    own += urlsplit(conf.get("api", "base_url", fallback="")).path.rstrip("/")
    return create_app(settings, identify, secret=secret_of(settings.workspace.root), answer_approval=answering(own))


def visitor_of(user: Any, settings: "Settings") -> "Visitor | None":
    """The visitor an Airflow user is, whatever authentication manager the user is of; None for nobody."""
    from reconcile.review.access import Visitor  # noqa: PLC0415

    if user is None:
        return None
    mapped = {name.casefold(): given for name, given in settings.airflow_roles.items()}
    given = {role for name in _names(user) for role in mapped.get(name.casefold(), ())}
    return Visitor(str(user.get_name()), frozenset(given))


def _names(user: Any) -> Iterator[str]:
    """The names of the roles and groups a user has: as one text, as texts, or as objects that bear a name."""
    for attribute in ("role", "roles", "groups"):
        held = getattr(user, attribute, None) or ()
        for each in (held,) if isinstance(held, str) else held:
            yield str(getattr(each, "name", each))


async def _user(scope: "Scope") -> Any:
    """The user Airflow knows the request by, from its token; None where it knows none."""
    from airflow.api_fastapi.core_api.security import bearer_scheme, get_user  # noqa: PLC0415
    from fastapi import HTTPException, Request  # noqa: PLC0415

    request = Request(scope)
    try:
        return await get_user(request, None, await bearer_scheme(request))
    except HTTPException:
        return None


class ReconcileReviewPlugin(AirflowPlugin):
    """The pages, and their entry "Review" in the navigation."""

    name = "reconcile_review"
    fastapi_apps = [{"app": Pages(), "url_prefix": PREFIX, "name": "Review"}]  # noqa: RUF012 - as Airflow declares it
    external_views = [  # noqa: RUF012
        {
            "name": "Review",
            "href": urlsplit(conf.get("api", "base_url", fallback="")).path.rstrip("/") + f"{PREFIX}/",
            "destination": "nav",
            "url_route": "review",
            "nav_top_level": True,
        }
    ]
