"""The look every page shares: the template environment, its filters, and the strict policy a page carries.

Decides how dates, numbers and codes read. Invariant: whatever enters a template as data is escaped, and a page
asks nothing of the network: styles and scripts are inline, and the page's own policy forbids the rest.
"""

import base64
import datetime as dt
import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

ROOMS: Final = ("render", "linkage", "national", "reports", "review")
"""The rooms whose templates may extend the base page, each looked up as ``<room>/<file>``."""

SCRIPTS: Final = ("filter.js", "sort.js")
"""The list that can be filtered, and the tables that can be sorted."""

PRODUCT: Final = "National reconciliation of registered-offender records"


@cache
def environment() -> Environment:
    """The one template environment: autoescape on, an undefined name is an error, no whitespace of its own."""
    made = Environment(
        loader=PrefixLoader({room: PackageLoader(f"reconcile.{room}", ".") for room in ROOMS}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "day": day,
        "moment": moment,
        "day_of": day_of,
        "short_day": short_day,
        "month": month,
        "partial": partial,
        "number": number,
        "chance": chance,
        "word": word,
        "listed": listed,
        "ordered": ordered,
        "css_text": css_text,
        "capital": capital,
        "bits": bits,
        "frequency": frequency,
    }
    made.globals |= {"plural": plural, "product": PRODUCT}
    return made


def page(template: str, *, marking: str, synthetic: bool, **content: Any) -> str:
    """Render ``template``, which extends ``render/base.html``, to one self-contained page ending in a newline.

    ``marking`` stands at the top and foot of the page and of every printed sheet; ``synthetic`` adds the banner.
    """
    made = environment().get_template(template)
    text = made.render(
        marking=marking,
        synthetic=synthetic,
        style=Markup(_inline("look.css")),  # noqa: S704
        script=Markup(_script()),  # noqa: S704
        script_hash=_script_hash(),
        **content,
    )
    return text.rstrip("\n") + "\n"


def day(date: dt.date | None) -> str:
    """A date as "6 March 2018"; an em dash where there is none."""
    return f"{date.day} {date:%B %Y}" if date else "—"


def moment(at: dt.datetime) -> str:
    """A moment in UTC, to the minute, as "6 March 2018, 09:05 UTC"."""
    utc = at.astimezone(dt.UTC)
    return f"{day(utc.date())}, {utc:%H:%M} UTC"


def day_of(text: str | None) -> str:
    """The day of an ISO date or time, as ``day``."""
    return day(dt.date.fromisoformat(text[:10]) if text else None)


def short_day(date: dt.date | None) -> str:
    """A date as "6 Mar 2018", for tables; an em dash where there is none."""
    return f"{date.day} {date:%b %Y}" if date else "—"


def month(date: dt.date) -> str:
    return f"{date:%B %Y}"


def partial(value: Mapping[str, Any] | None) -> str:
    """A ``PARTIAL_DATE`` as told: a day, a month, a year, "between ... and ...", or the text as sent.

    A blank or a text that is no date reads "undated".
    """
    if not value or value["lo"] is None:
        return f"undated (“{value['text']}”)" if value and value["text"] else "undated"
    lo, hi = value["lo"], value["hi"]
    if lo == hi:
        return day(lo)
    after = hi + dt.timedelta(days=1)
    if lo.day == after.day == 1:
        if (lo.month, after.month) == (1, 1) and after.year == lo.year + 1:
            return str(lo.year)
        if (after.year - lo.year) * 12 + after.month - lo.month == 1:
            return month(lo)
    return f"between {day(lo)} and {day(hi)}"


def number(value: float | None) -> str:
    """A count with thousands separated, an em dash where there is none."""
    return "—" if value is None else f"{value:,}"


def chance(probability: float) -> str:
    """A probability to three places, never rounded to certainty."""
    if probability > 0.999:
        return "over 0.999"
    return "under 0.001" if probability < 0.001 else f"{probability:.3f}"


def bits(value: float) -> str:
    """Bits to a tenth, with their sign and a true minus; what rounds to nothing is 0.0."""
    rounded = round(value, 1)
    return f"{rounded:+.1f}".replace("-", "\N{MINUS SIGN}") if rounded else "0.0"


def frequency(share: float) -> str:
    """A share as "12.3 %", a small one as "1 in 650,000" to two digits; below one in a billion it is called so."""
    if share >= 0.0005:
        return f"{100 * share:.1f} %"
    return f"1 in {float(f'{1 / share:.2g}'):,.0f}" if share > 1e-9 else "under 1 in a billion"


def plural(count: int, one: str, many: str = "") -> str:
    """The count and its noun: "1 claim", "1,372 claims"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(items: Sequence[str]) -> str:
    """Words as a sentence lists them: "a, b and c"."""
    *most, last = items or [""]
    return f"{', '.join(most)} and {last}" if most else last


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def word(code: str | None, group: str) -> str:
    """What ``code`` is called in ``group`` of words.toml; the code itself where the table has no word for it."""
    return "" if code is None else str(_words().get(group, {}).get(code, code))


def ordered(counts: Mapping[str, Any], group: str) -> dict[str, Any]:
    """``counts`` in the order of its ``group`` of words.toml, whatever order a file kept them in; others come last."""
    known = list(_words().get(group, {}))
    return {key: counts[key] for key in [*(k for k in known if k in counts), *sorted(counts.keys() - known)]}


def css_text(text: str) -> Markup:
    """``text`` as a quoted CSS string, every character but letters, digits, space and hyphen escaped."""
    return Markup('"{}"').format(
        Markup("".join(c if c.isascii() and (c.isalnum() or c in " -") else f"\\{ord(c):x} " for c in text))  # noqa: S704
    )


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("reconcile.render").joinpath("words.toml").read_text(encoding="utf-8"))


@cache
def _inline(name: str) -> str:
    return files("reconcile.render").joinpath(name).read_text(encoding="utf-8").strip()


def _script() -> str:
    """The one script a page may run."""
    return "\n".join(_inline(name) for name in SCRIPTS)


@cache
def _script_hash() -> str:
    return base64.b64encode(hashlib.sha256(_script().encode()).digest()).decode()
