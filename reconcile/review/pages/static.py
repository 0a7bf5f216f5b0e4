"""The style and the script of the pages, as files.

Invariant: a file is known by the hash of its content, so it may be kept for ever.
"""

import hashlib
from functools import cache
from importlib.resources import files
from typing import Final

from fastapi import APIRouter, HTTPException, Response

router = APIRouter()
FILES: Final = {
    "look.css": ("reconcile.render", "text/css"),
    "desk.css": ("reconcile.review.pages", "text/css"),
    "desk.js": ("reconcile.review.pages", "text/javascript"),
}


@router.get("/static/{name}", name="static")
def static(name: str) -> Response:
    """A style or a script; nothing of it is secret, so it asks for no visitor."""
    if name not in FILES:
        raise HTTPException(404)
    kind = FILES[name][1]
    return Response(content(name), media_type=kind, headers={"Cache-Control": "public, max-age=31536000, immutable"})


@cache
def content(name: str) -> bytes:
    return files(FILES[name][0]).joinpath(name).read_bytes()


@cache
def address(name: str) -> str:
    """Eight hex digits that change with the content."""
    return hashlib.sha256(content(name)).hexdigest()[:8]
