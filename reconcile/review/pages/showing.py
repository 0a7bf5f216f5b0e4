"""Pages put together from templates.

Decides what every page of the review knows: the visitor, what they may do, their form token, the way to another page,
what the last act said. Invariant: a page is written by the one template environment, which escapes whatever enters it.
"""

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from starlette.routing import NoMatchFound

from reconcile.render import look
from reconcile.review import access
from reconcile.review.access import Visitor
from reconcile.review.pages import said
from reconcile.review.pages.gate import token_of
from reconcile.review.pages.static import address


def show(request: Request, template: str, *, status: int = 200, **content: Any) -> HTMLResponse:
    """The page ``template`` of this room; in it ``url(name, **parts)`` gives the path of a route.

    ``crumbs`` in ``content``, where given, are the pages above this one: (what it is called, its path), topmost first.
    """
    state = request.app.state
    visitor = state.identify(request)
    made = look.environment().get_template(f"review/pages/{template}")

    def url(route: str, **parts: Any) -> str:
        return said.path_of(request, route, **parts)

    def static(name: str) -> str:
        return url("static", name=name) + f"?{address(name)}"

    def known(route: str) -> bool:
        try:
            request.app.url_path_for(route)
        except NoMatchFound:
            return False
        return True

    answer = HTMLResponse(
        made.render(
            {
                "marking": state.settings.marking,
                "synthetic": state.settings.synthetic,
                "visitor": visitor,
                "roles_held": _held(state, visitor) if visitor else [],
                "token": token_of(request, visitor) if visitor else "",
                "said": said.heard(request, visitor),
                "crumbs": (),
                "url": url,
                "static": static,
                "known": known,
                "here": request.url.path,
                "status": status,
                **content,
            }
        ),
        status_code=status,
    )
    said.forget(request, answer)
    return answer


def _held(state: Any, visitor: Visitor) -> list[str]:
    """What the visitor's roles are called, and of which force they are."""
    held = sorted(access.called(role) for role in visitor.roles)
    return [*held, state.shelf.names[visitor.force]] if visitor.force in state.shelf.names else held
