"""The measured part of BENCHMARKS.md.

Decides which figures are shown, ratios first. Invariant: what stands between a part's two marker comments is written
here and by nobody else; everything else in the file is left as it is.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

Figures = dict[str, Any]
STEPS: Final = ("prepare", "prior", "u", "EM", "predict", "rule", "cluster", "write")


def write(path: Path, found: Figures) -> None:
    """Put the comparison ``found`` between the markers of the part ``splink``."""
    put(path, "splink", comparison(found))


def write_growth(path: Path, found: Figures) -> None:
    """Put the sizes ``found`` between the markers of the part ``growth``."""
    put(path, "growth", growth(found))


def write_intake(path: Path, found: Figures) -> None:
    """Put what reading and standardising cost between the markers of the part ``intake``."""
    put(path, "intake", intake(found))


def write_facts(path: Path, found: Figures) -> None:
    """Put what the facts cost between the markers of the part ``facts``."""
    put(path, "facts", facts(found))


def write_review(path: Path, found: Figures) -> None:
    """Put what the review pages take between the markers of the part ``review``."""
    put(path, "review", review(found))


def write_reports(path: Path, found: Figures) -> None:
    """Put what the forces' reports cost between the markers of the part ``reports``."""
    put(path, "reports", reports(found))


def put(path: Path, part: str, text: str) -> None:
    """Replace what stands between the markers of ``part``. Raises ``ValueError`` where the file has no such markers."""
    begin, end = f"<!-- {part}: written by make bench -->", f"<!-- {part}: end -->"
    content = path.read_text(encoding="utf-8")
    before, found, rest = content.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"{path.name} has no lines '{begin}' and '{end}': put them where the figures belong")
    path.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}", encoding="utf-8")


def comparison(found: Figures) -> str:
    """Markdown of what ``compare`` found."""
    sets, engines = found["sets"], ("ours, shipped", "Splink, best", "ours, best")
    return "\n\n".join(
        [
            _measured(found),
            _table(("set", "records", "time", "memory", "1 − F1", "F1 ours", "F1 Splink"), map(_ratios, sets)),
            "Clusters, precision / recall / F1: ours at the threshold it ships with; Splink's, and our best, at the "
            "best of a sweep of thresholds, found with the truth.",
            _table(("set", *engines), map(_clusters, sets)),
            "Pairs, in the same way:",
            _table(("set", *engines), map(_pairs, sets)),
            "Pairs that blocking has compared, and the ceiling: the share of the true pairs among them.",
            _table(("set", "ours, pairs", "ours, ceiling", "Splink, pairs", "Splink, ceiling"), map(_blocking, sets)),
            "Beside Splink with the random pairs for u that it takes by default, 1e6, of which it warns that they may "
            "be too few; above it takes 1e7, where its documentation advises 1e8 or more:",
            _table(
                ("set", "time", "memory", "1 − F1", "Splink", "F1 Splink"),
                (_quick(one) for one in sets if "quick" in one),
            ),
            "Time and peak memory, and the seconds of Splink's steps in its last run:",
            _table(("set", "ours", "Splink", *STEPS), map(_costs, sets)),
        ]
    )


def growth(found: Figures) -> str:
    """Markdown of what ``growth`` found."""
    head = ("set", "records", "pairs compared", "time", "peak memory", "exponent of time", "of memory")
    rows = [
        [
            one["name"],
            f"{one['records']:,}",
            f"{one['compared']:,}",
            f"{one['seconds']:.1f} s",
            f"{one['peak_bytes'] / 2**30:.2f} GiB",
            *(f"{one[key]:.2f}" if key in one else "" for key in ("seconds_exponent", "peak_bytes_exponent")),
        ]
        for one in found["sizes"]
    ]
    said = (
        f"Measured on {_machine(found['machine'])}, one run a size. An exponent is between a size and the one above "
        "it in the table: at 1, ten times the records take ten times as much."
    )
    return f"{said}\n\n{_table(head, rows)}"


def intake(found: Figures) -> str:
    """Markdown of what ``tests.bench.intake`` found."""
    rows = [
        [
            one["name"],
            f"{one['rows']:,}",
            f"{one['cpu_seconds']:.2f} s",
            f"{one['rows'] / one['cpu_seconds']:,.0f}",
            f"{one['seconds']:.1f} s",
            f"{one['peak_bytes'] / 2**30:.2f} GiB",
        ]
        for one in found["sets"]
    ]
    said = (
        f"Measured on {_machine(found['machine'])}, with a load of {found['load']:.1f}; the one of {found['runs']} "
        "runs that took least of the processor. Rows are for each second of one core."
    )
    head = ("what", "rows", "processor", "rows a second", "on the clock", "peak memory")
    return f"{said}\n\n{_table(head, rows)}"


def facts(found: Figures) -> str:
    """Markdown of what ``tests.bench.facts`` found."""
    rows = [
        [
            f"{one['records']:,}",
            f"{one['facts']:,}",
            f"{one['cpu_seconds']:.1f} s",
            f"{one['seconds']:.1f} s",
            f"{one['peak_bytes'] / 2**30:.2f} GiB",
        ]
        for one in found["sets"]
    ]
    said = (
        f"Measured on {_machine(found['machine'])}, with a load of {found['load']:.1f}; the one of {found['runs']} "
        "runs that took least of the processor, all cores together."
    )
    return f"{said}\n\n{_table(('records', 'facts', 'processor', 'on the clock', 'peak memory'), rows)}"


def reports(found: Figures) -> str:
    """Markdown of what ``tests.bench.reports`` found."""
    rows = [
        [
            f"{one['records']:,}",
            f"{one['reports']}",
            f"{one['bytes'] / 2**20:.1f} MiB",
            f"{one['sealed_bytes'] / 2**20:.1f} MiB",
            f"{one['write_seconds']:.1f} s",
            f"{one['deliver_seconds']:.1f} s",
            f"**{one['seconds']:.1f} s**",
            f"{one['cpu_seconds']:.1f} s",
            f"{one['peak_bytes'] / 2**30:.2f} GiB",
        ]
        for one in found["sets"]
    ]
    said = (
        f"Measured on {_machine(found['machine'])}, with a load of {found['load']:.1f}; the one of {found['runs']} "
        "runs that took least of the processor, all cores together."
    )
    head = ("records", "reports", "files", "sealed", "written", "delivered", "on the clock", "processor", "peak memory")
    return f"{said}\n\n{_table(head, rows)}"


def review(found: Figures) -> str:
    """Markdown of what ``tests.bench.review`` found."""
    many = f"{found['reviewers']} at once"
    rows = [
        [f"{called}, {who}", f"{one['count']:,}", *(f"{1000 * one[name]:.0f} ms" for name in ("median", "p95"))]
        for who, part in (("one person", found["alone"]), (many, found["crowd"]))
        for called, one in part.items()
    ]
    became, broken = found["became"], found["faults"]
    heard = sum(became.get(name, 0) for name in ("decided", "second", "third"))
    minutes = found["seconds"] / 60
    ended = "; ".join(f"{name.replace('_', ' ')} {count}" for name, count in broken.items())
    failed = ", ".join(f"{count} {name}" for name, count in found["failed"].items()) or "none"
    said = (
        f"Measured on {_machine(found['machine'])}, with a load of {found['load']:.1f} before; {found['open']:,} open "
        "items. Times are those of the client, over loopback."
    )
    after = (
        f"{found['reviewers']} reviewers at once for {minutes:.1f} minutes, without a pause: {heard:,} answers "
        f"recorded ({heard / found['seconds']:.1f} a second), {became.get('taken', 0):,} told that others were first; "
        f"requests that failed: {failed}. Held against the logs: {ended}."
    )
    return f"{said}\n\n{_table(('what', 'times', 'median', '95th percentile'), rows)}\n\n{after}"


def _machine(machine: Figures) -> str:
    return (
        f"{machine['date']} on {machine['cores']} cores ({machine['processor']}), {machine['memory_gib']} GiB, "
        f"{machine['system']}, Python {machine['python']}"
    )


def _measured(found: Figures) -> str:
    versions = found["versions"]
    return (
        f"Measured on {_machine(found['machine'])}; Splink {versions['splink']} on DuckDB {versions['duckdb']}. One "
        "call of `make bench`, the engines taking turns on the same files; the median of three runs up to 200,000 "
        "records, one run above. Time is of the whole process from start to exit, training included; memory is the "
        "peak of all its processes. Ratios are ours to Splink's: below 1, ours is quicker, smaller, less often wrong."
    )


def _ratios(one: Figures) -> list[str]:
    ours, theirs = one["reconcile"], one["splink"]
    f1, best = ours["clusters"]["f1"], theirs["best_clusters"]["f1"]
    return [
        one["name"],
        f"{one['records']:,}",
        f"**{ours['seconds'] / theirs['seconds']:.2f}**",
        f"**{ours['peak_bytes'] / theirs['peak_bytes']:.2f}**",
        f"**{(1 - f1) / (1 - best):.2f}**" if best < 1 else "-",
        f"{f1:.4f}",
        f"{best:.4f}",
    ]


def _quick(one: Figures) -> list[str]:
    theirs = one["quick"]
    ratios = _ratios(one | {"splink": theirs})
    return [one["name"], *ratios[2:5], f"{theirs['seconds']:.1f} s, {theirs['peak_bytes'] / 2**30:.2f} GiB", ratios[-1]]


def _clusters(one: Figures) -> list[str]:
    ours, theirs = one["reconcile"], one["splink"]
    return [one["name"], _prf(ours["clusters"]), _prf(theirs["best_clusters"]), _prf(ours["best_clusters"])]


def _pairs(one: Figures) -> list[str]:
    ours, theirs = one["reconcile"], one["splink"]
    return [one["name"], _prf(ours["pairs"]), _prf(theirs["best_pairs"]), _prf(ours["best_pairs"])]


def _blocking(one: Figures) -> list[str]:
    cells = [one["name"]]
    for engine in ("reconcile", "splink"):
        cells += [f"{one[engine]['compared']:,}", f"{one[engine]['ceiling']:.4f}"]
    return cells


def _costs(one: Figures) -> list[str]:
    cells = [one["name"]]
    for engine in ("reconcile", "splink"):
        cells.append(f"{one[engine]['seconds']:.1f} s, {one[engine]['peak_bytes'] / 2**30:.2f} GiB")
    steps = one["splink"]["steps"]
    return cells + [f"{steps[step]:.1f}" if step in steps else "-" for step in STEPS]


def _prf(measure: Figures) -> str:
    return " / ".join(f"{measure[name]:.4f}" for name in ("precision", "recall", "f1"))


def _table(head: Sequence[str], rows: Any) -> str:
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
