"""Every room of the review pages in a browser: what axe-core finds, dark, at 200 %, and read without a script."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reconcile import cycle
from reconcile.national import release as releases
from reconcile.review import acts
from reconcile.review.access import Visitor
from reconcile.settings import Settings
from tests import loop_country
from tests.conftest import find
from tests.loop_country import AGREED, DISPUTED, JOINED, PLAIN
from tests.pages import axe
from tests.pages.serving import serving, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.needs("chromium")]
ROOMS = {
    "home": "/",
    "queue": "/queue",
    "queue of nothing": "/queue?risk_level=very_high",
    "link": f"/links/{DISPUTED}",
    "link weighed": f"/links/{DISPUTED}?weighing=1",
    "link answered": f"/links/{AGREED}?said=second&was=link:{AGREED}",
    "link decided": f"/links/{PLAIN}",
    "identity": "/identities/{person}",
    "search": "/search",
    "person": "/person/{person}",
    "list": "/list",
    "changes": "/list/changes",
    "download": "/list/download",
    "releases": "/releases",
    "sign-off": "/sign-off",
    "extracts": "/extracts",
    "quality": "/quality",
    "answers": "/answers",
    "refused": "/nowhere",
}
SIGNED_OUT = "/sign-in"
WHOLE = "document.documentElement.scrollWidth <= innerWidth"
CUT_OFF = """[...document.querySelectorAll('body *')].filter(each => {
  const box = each.getBoundingClientRect();
  return each.checkVisibility() && box.width && !each.closest('.scroll, .skip, .hidden-words, svg, thead')
    && (box.right > innerWidth + 1 || box.left < -1);
}).map(each => each.outerHTML.slice(0, 120))"""
ACTED_WITH = """[...document.querySelectorAll('a, button, select, textarea, input:not([type=hidden])')]
  .filter(each => each.checkVisibility() && each.getBoundingClientRect().width > 1)
  .map(each => [each.localName, each.name || '', each.id, each.localName === 'a' ? each.textContent : ''].join(' '))"""
CARDS = """[...document.querySelectorAll('table.cards')].flatMap(table => {
  const heads = [...table.tHead.rows[0].cells].map(each => each.textContent.trim().replace(/ [▾▴]$/, ''));
  const cells = [...table.tBodies[0].rows].flatMap(row => row.cells.length === heads.length ? [...row.cells] : []);
  return cells.filter(each => each.localName === 'td')
    .map(each => [heads[each.cellIndex], each.dataset.label, getComputedStyle(each, '::before').content]);
})"""
"""Of each cell of a table that becomes cards: its column's heading, its name as a card, and what is seen of that."""
ASIDE = """[...document.querySelectorAll('main *')].filter(each => each.checkVisibility()
  && /auto|scroll/.test(getComputedStyle(each).overflow) && !each.closest('dialog')
  && (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1))
  .map(each => each.outerHTML.slice(0, 120))"""
Tab = Callable[..., Any]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The country after a few answers: one item waits for a second person, one is decided."""
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("RECONCILE_DATABASE_URL", raising=False)
        made = loop_country.released(tmp_path_factory.mktemp("rooms") / "workspace")
    for name, pair, judgement, code in (
        ("Cas", AGREED, "same", "identifier"),
        ("Cas", PLAIN, "different", "relatives"),
        ("Ben", DISPUTED, "cannot_tell", "too_little"),
    ):
        item, visitor = f"link:{pair}", Visitor(name, frozenset({"reviewer"}))
        row = acts.item_of(made, visitor, item)
        assert row
        acts.judge(made, visitor, item, judgement, evidence_hash=row["evidence_hash"], reason_code=code)
    return made


@pytest.fixture(scope="module")
def address(settings: Settings) -> Iterator[str]:
    with serving(settings) as there:
        yield there


@pytest.fixture(scope="module")
def signed_in(browser: Any, address: str) -> Any:
    """The cookies of Cas, who may walk into every room."""
    context = browser.new_context()
    sign_in(context.new_page(), address, "Cas")
    kept = context.storage_state()
    context.close()
    return kept


@pytest.fixture
def tab(browser: Any, address: str, signed_in: Any) -> Iterator[Tab]:
    contexts = []

    def new(scheme: str = "light", *, width: int = 1280, scale: int = 1, as_somebody: bool = True, **more: Any) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            device_scale_factor=scale,
            color_scheme=scheme,
            base_url=address,
            storage_state=signed_in if as_somebody else None,
            **more,
        )
        contexts.append(context)
        return context.new_page()

    yield new
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def rooms(settings: Settings) -> dict[str, str]:
    """The path of each room."""
    people = {row["record_id"]: row["national_id"] for row in cycle.table(settings, "identities").to_pylist()}
    return {name: path.format(person=people[JOINED[0]]) for name, path in ROOMS.items()}


@pytest.fixture(scope="session")
def checker(pytestconfig: pytest.Config, leave_out: Callable[[str], Any]) -> str:
    npm = find("npm")
    assert npm, "mark the test with needs('npm')"
    return axe.fetched(npm, pytestconfig.cache.mkdir("axe")) or leave_out(f"{axe.PACKAGE} from npm")  # type: ignore[union-attr]


def search(tab: Any, name: str) -> None:
    tab.goto("/search")
    tab.fill("#question", name)
    with tab.expect_navigation():
        tab.keyboard.press("Enter")


@pytest.mark.needs("npm")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_in_any_room(
    tab: Tab, rooms: dict[str, str], settings: Settings, checker: str, scheme: str, width: int
) -> None:
    room = tab(scheme, width=width, bypass_csp=True)
    found = {}
    for name, path in rooms.items():
        room.goto(path)
        found[name] = axe.violations(room, checker)
    room.keyboard.press("?")
    found["keys"] = axe.violations(room, checker)
    for name in ("Ivanova", "Nobody"):
        search(room, name)
        found[f"search for {name}"] = axe.violations(room, checker)
    for path, button in (("/list/download", "Log it and download"), ("/sign-off", "Sign off and publish")):
        room.goto(path)
        room.get_by_role("button", name=button).click()
        room.get_by_role("alert").wait_for()
        found[f"{path} with a problem"] = axe.violations(room, checker)
    room.goto(rooms["identity"])
    room.get_by_role("button", name="Preview").click()
    room.get_by_role("heading", name="What would come of it").wait_for()
    found["identity previewed"] = axe.violations(room, checker)
    out = tab(scheme, width=width, as_somebody=False, bypass_csp=True)
    out.goto(SIGNED_OUT)
    found["sign in"] = axe.violations(out, checker)
    current = releases.current(settings)
    assert current
    for page in sorted(Path(current).rglob("*.html")):
        out.goto(page.as_uri())
        found[f"release: {page.name}"] = axe.violations(out, checker)
    assert any(name.startswith("release") for name in found)
    wrong = [f"{name}: {each}" for name, said in found.items() for each in said]
    assert not wrong, "\n".join(wrong)


@pytest.mark.needs("npm")
def test_axe_sees_what_is_wrong(tab: Tab, checker: str) -> None:
    page = tab(bypass_csp=True)
    page.goto("/search")
    page.evaluate("document.querySelector('label[for=question]').remove()")
    assert any(each.startswith("label:") for each in axe.violations(page, checker))


def test_what_one_acts_with_is_there_at_every_width(tab: Tab, rooms: dict[str, str]) -> None:
    """A field, button or link that is seen at 1280 is seen at 640, which is 200 %, and at 320, which is 400 %."""
    opened = {width: tab(width=width) for width in (1280, 640, 320)}
    for name, path in rooms.items():
        seen = {}
        for width, room in opened.items():
            room.goto(path)
            seen[width] = room.evaluate(ACTED_WITH)
        assert seen[1280], name
        assert seen[640] == seen[1280], name
        assert seen[320] == seen[1280], name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_at_200_per_cent_nothing_is_cut_off(tab: Tab, rooms: dict[str, str], scheme: str) -> None:
    room = tab(scheme, width=640, scale=2)
    for name, path in rooms.items():
        room.goto(path)
        assert room.evaluate(WHOLE), name
        assert room.evaluate(CUT_OFF) == [], name


@pytest.mark.parametrize(
    "path", ["/list", "/list?order=born", "/list/changes", "/sign-off", "/releases", "/extracts", "/"]
)
def test_a_table_of_cards_loses_nothing_and_scrolls_nowhere(tab: Tab, path: str) -> None:
    for width in (390, 320):
        room = tab(width=width)
        room.goto(path)
        assert room.evaluate(ASIDE) == []
        cells = room.evaluate(CARDS)
        for heading, called, seen in cells:
            assert called is None if heading == "Look at it" else (called, seen) == (heading, f'"{heading}"'), heading
        assert cells or path == "/list/changes"
    room = tab()
    room.goto(path)
    assert {seen for *_rest, seen in room.evaluate(CARDS)} <= {"none"}
    assert room.evaluate(ASIDE) == []


def test_the_list_is_put_in_another_order_where_it_is_cards_too(tab: Tab) -> None:
    room = tab(width=390)
    room.goto("/list")
    room.get_by_role("link", name="Missing since").click()
    room.wait_for_url("**/list?order=since")
    assert room.locator("th[aria-sort]").inner_text().startswith("Missing since")


def test_rooms_are_dark_where_that_is_asked_for(tab: Tab, rooms: dict[str, str]) -> None:
    room = tab("dark")
    for name, path in rooms.items():
        room.goto(path)
        paper, ink = (room.evaluate(f"getComputedStyle(document.body).{each}") for each in ("backgroundColor", "color"))
        assert sum(_channels(paper)) < 120 < 600 < sum(_channels(ink)), name


def _channels(color: str) -> list[int]:
    return [int(each) for each in color[4:-1].split(",")]


def test_rooms_are_read_without_a_script(tab: Tab, rooms: dict[str, str]) -> None:
    """The text of every room is the same with the script and without, but for the keys it lists."""
    with_script, without = tab(), tab(java_script_enabled=False)
    for name, path in rooms.items():
        said = []
        for room in (with_script, without):
            room.goto(path)
            said.append(room.locator("main").inner_text())
        assert said[0] == said[1], name
        assert without.locator("h1").count() == 1, name
