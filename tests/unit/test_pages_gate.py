"""The gate before every page: walked over the routes themselves, so that a room added later is tried too."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from reconcile.errors import ReconcileError
from reconcile.review import access, passwords
from reconcile.review.access import Visitor
from reconcile.review.accounts import Accounts
from reconcile.review.pages import create_app, said
from reconcile.review.pages.alone import stand_alone
from reconcile.review.pages.standing import Standing
from reconcile.settings import Settings
from tests.small_workspace import TOML, uncompiled

SECRET = "s" * 40
ANYBODY = ("static", "sign_in")
"""The routes nobody has to be signed in for."""
EVERY_ROLE = Visitor("eve", frozenset(access.roles()) - {"force"})
NO_PART = {"see_state", "answer"}
PASSWORD = "four plain words here"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("RECONCILE_DATABASE_URL", raising=False)
    return uncompiled(tmp_path)


def client(settings: Settings, visitor: Visitor | None, **more: Any) -> TestClient:
    app = create_app(settings, lambda _request: visitor, secret=SECRET, sign_in="/sign-in")
    return TestClient(app, follow_redirects=False, raise_server_exceptions=False, **more)


def routes(app: Any) -> Iterator[tuple[str, str, str]]:
    """Each gated route's name, method and a path that fits it."""
    for route in app.routes:
        if isinstance(route, APIRoute) and route.name not in ANYBODY:
            path = re.sub(r"\{[^}]*\}", "x", route.path)
            yield from ((route.name, method, path) for method in sorted(route.methods))


def test_every_route_sends_whoever_is_not_signed_in_to_sign_in(settings) -> None:
    visitors = client(settings, None)
    walked = list(routes(visitors.app))
    assert {"home", "apply"} <= {name for name, _method, _path in walked}
    for name, method, path in walked:
        answer = visitors.request(method, path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in"), name
    assert visitors.get("/nowhere").status_code == 303, "nor is it told which pages there are"


def test_every_route_refuses_a_role_that_has_no_part(settings) -> None:
    nobodys = client(settings, Visitor("bo", frozenset()))
    token = said_token(nobodys)
    for name, method, path in routes(nobodys.app):
        answer = nobodys.request(method, path, data={"token": token} if method == "POST" else None)
        assert answer.status_code == 403, name
        assert "No role of yours has a part" in answer.text


def test_every_act_refuses_a_form_that_is_not_the_visitors_own(settings) -> None:
    visitors = client(settings, EVERY_ROLE)
    acts = [(name, path) for name, method, path in routes(visitors.app) if method == "POST"]
    assert acts
    others = said_token(client(settings, Visitor("another", EVERY_ROLE.roles)))
    for name, path in acts:
        for token in ({}, {"token": ""}, {"token": "é"}, {"token": others}):
            answer = visitors.post(path, data=token)
            assert answer.status_code == 403, (name, token)
            assert "not from here" in answer.text


def test_every_answer_carries_the_policy_and_no_page_anything_inline(settings) -> None:
    visitors = client(settings, EVERY_ROLE)
    for name, method, path in [*routes(visitors.app), ("", "GET", "/nowhere"), ("", "PATCH", "/")]:
        answer = visitors.request(method, path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy, name
        assert "frame-ancestors 'self'" in policy
        assert "unsafe" not in policy
        assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
        assert not re.search(r"<style|style=\"|<script>| on[a-z]+=\"|https?://", answer.text), name


def said_token(of: TestClient) -> str:
    """The form token of whoever this client is."""
    import hashlib
    import hmac

    visitor = of.app.state.identify(None)  # type: ignore[attr-defined]
    return hmac.new(SECRET.encode(), f"form of {visitor.name}".encode(), hashlib.sha256).hexdigest()


def test_no_page_of_a_permission_is_open_to_a_role_without_it(settings) -> None:
    engineer = client(settings, Visitor("dan", frozenset({"engineer"})))
    assert engineer.get("/").status_code == 200
    force = client(settings, Visitor("flo", frozenset({"force"}), "kent"))
    assert force.get("/").headers["location"] == "/reports", "whoever begins elsewhere is led there"
    refused = force.get("/queue")
    assert refused.status_code == 403
    assert "This page is not one of them." in refused.text
    assert "Back to your items" in refused.text
    refused = engineer.get("/queue")
    assert refused.status_code == 403
    assert "Your role does not allow this." in refused.text
    both = client(settings, Visitor("flo", frozenset({"force", "coordinator"}), "kent"))
    assert both.get("/queue").status_code == 403, "somebody of a force is of nothing else"


@pytest.mark.parametrize(
    ("status", "heading"), [(404, "Not here"), (405, "Not here"), (409, "Not done"), (422, "Not done")]
)
def test_what_goes_wrong_is_a_page_of_the_same_look(settings, status, heading) -> None:
    visitors = client(settings, EVERY_ROLE)

    @visitors.app.get("/mendable")  # type: ignore[attr-defined]
    def mendable(count: int) -> None:
        raise ReconcileError("the cycle has not been run: say `reconcile run`")

    path = {404: "/nowhere", 405: "/applying", 409: "/mendable?count=1", 422: "/mendable?count=Quillfeather"}[status]
    answer = visitors.post(path) if status == 405 else visitors.get(path)
    assert answer.status_code == status
    assert f"<h1>{heading}</h1>" in answer.text
    assert "Quillfeather" not in answer.text
    assert "Back to home" in answer.text


def test_what_breaks_says_nothing_of_itself(settings) -> None:
    visitors = client(settings, EVERY_ROLE)

    @visitors.app.get("/broken")  # type: ignore[attr-defined]
    def broken() -> None:
        raise KeyError("Quillfeather")

    answer = visitors.get("/broken")
    assert answer.status_code == 500
    assert "Quillfeather" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_below_a_prefix_every_link_form_file_and_cookie_is_below_it(settings) -> None:
    """As inside Airflow."""
    visitors = client(settings, EVERY_ROLE, root_path="/reconcile-review")
    page = visitors.get("/reconcile-review/").text
    paths = re.findall(r'(?:href|src|action)="(/[^"]*)"', page)
    assert len(paths) > 3
    assert all(path.startswith("/reconcile-review/") for path in paths)
    assert visitors.get(next(path for path in paths if "desk.css" in path)).status_code == 200
    assert 'aria-current="page">Home' in page
    assert client(settings, None, root_path="/r").get("/r/").headers["location"] == "/r/sign-in"


def test_what_an_act_said_is_shown_once_and_to_its_visitor_alone(settings) -> None:
    visitors = client(settings, EVERY_ROLE)

    @visitors.app.post("/act")  # type: ignore[attr-defined]
    def act(request: said.Request) -> Any:
        return said.go_to(request, "home", said="3 <links> were judged")

    answer = visitors.post("/act")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    value = visitors.cookies[said.COOKIE]
    assert "Done: 3 &lt;links&gt; were judged" in visitors.get("/").text
    assert "were judged" not in visitors.get("/").text
    for visitor, sent in ((Visitor("another", EVERY_ROLE.roles), value), (EVERY_ROLE, value[:-2] + "AA")):
        other = client(settings, visitor)
        other.cookies.set(said.COOKIE, sent)
        assert "were judged" not in other.get("/").text


@pytest.fixture
def alone(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    from argon2 import PasswordHasher

    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobodys.cache_clear()
    app = stand_alone(settings, SECRET, hosts=("testserver",))
    return TestClient(app, follow_redirects=False)


def token_in(page: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


def signs_in(alone: TestClient, name: str = "Ann", password: str = PASSWORD) -> Any:
    token = token_in(alone.get("/sign-in").text)
    return alone.post("/sign-in", data={"name": name, "password": password, "token": token})


def test_signing_in_and_out(alone, settings) -> None:
    assert "reconcile review user add" in alone.get("/sign-in").text, "no account exists yet"
    accounts = Accounts(settings)
    accounts.add("Ann", PASSWORD, ["coordinator"], by="operator")
    refused = signs_in(alone, password="another four words")
    assert refused.status_code == 401
    unknown = signs_in(alone, name="Nobody")
    assert unknown.status_code == 401
    assert unknown.text.replace("Nobody", "Ann").count("is not right") == refused.text.count("is not right") == 1
    answer = signs_in(alone)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    session = next(each for each in answer.headers.get_list("set-cookie") if each.startswith("reconcile_session="))
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(session.split("; "))
    assert "Secure" not in session, "this is plain HTTP on loopback"
    page = alone.get("/")
    assert page.status_code == 200
    assert "Sign out" in page.text
    assert alone.get("/sign-in").headers["location"] == "/"
    kept = dict(alone.cookies)
    assert alone.post("/sign-out").status_code == 403
    assert alone.get("/").status_code == 200
    assert alone.post("/sign-out", data={"token": token_in(page.text)}).headers["location"] == "/sign-in"
    alone.cookies.update(kept)
    assert alone.get("/").status_code == 303, "a cookie kept from before is nobody's"


def test_somebody_of_a_force_begins_at_its_items(alone, settings) -> None:
    Accounts(settings).add("Flo", PASSWORD, ["force"], "kent", by="operator")
    assert signs_in(alone, "Flo").headers["location"] == "/reports"
    assert alone.get("/sign-in").headers["location"] == "/reports"
    assert "Force officer, Kent Police" in alone.get("/reports").text


def test_a_disabled_account_and_a_changed_password_end_what_is_open(alone, settings) -> None:
    accounts = Accounts(settings)
    accounts.add("Ann", PASSWORD, ["coordinator"], by="operator")
    for act in (
        lambda: accounts.set_password("Ann", PASSWORD, by="operator"),
        lambda: accounts.disable("Ann", by="operator"),
    ):
        signs_in(alone)
        assert alone.get("/").status_code == 200
        act()
        assert alone.get("/").status_code == 303
    assert signs_in(alone).status_code == 401


def test_a_sign_in_form_of_another_browser_is_refused(alone, settings) -> None:
    Accounts(settings).add("Ann", PASSWORD, ["coordinator"], by="operator")
    token = token_in(alone.get("/sign-in").text)
    other = TestClient(alone.app, follow_redirects=False)
    for data in ({}, {"token": token}, {"token": "é"}):
        assert other.post("/sign-in", data={"name": "Ann", "password": PASSWORD, **data}).status_code == 403
    alone.get("/sign-in")
    assert alone.post("/sign-in", data={"name": "Ann", "password": PASSWORD, "token": token}).status_code == 303


def test_over_https_every_cookie_is_for_https_alone(settings, alone) -> None:
    secure = TestClient(alone.app, base_url="https://testserver", follow_redirects=False)
    Accounts(settings).add("Ann", PASSWORD, ["coordinator"], by="operator")
    answer = signs_in(secure)
    assert answer.status_code == 303
    assert all("Secure" in each for each in answer.headers.get_list("set-cookie"))


def test_another_name_of_the_machine_is_refused(alone) -> None:
    assert alone.get("/", headers={"host": "elsewhere.example"}).status_code == 400


def test_the_pages_follow_the_settings(settings, monkeypatch) -> None:
    """A cycle that ended was once shown until the server was started again."""
    root = settings.workspace.root
    app = Standing(root, lambda now: create_app(now, lambda _request: EVERY_ROLE, secret=SECRET))
    visitors = TestClient(app)
    assert "Cycle 2018-03" in visitors.get("/").text
    (root / "reconcile.toml").write_text(TOML.replace("2018-03", "2018-04-01"))
    assert "Cycle 2018-04-01" in visitors.get("/").text
    (root / "reconcile.toml").write_text("cycle = ")
    broken = visitors.get("/")
    assert broken.status_code == 503
    assert "mend that line" in broken.text
    (root / "reconcile.toml").unlink()
    assert visitors.get("/").status_code == 503
    (root / "reconcile.toml").write_text(TOML)
    assert "Cycle 2018-03" in visitors.get("/").text
