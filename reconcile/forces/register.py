"""The 45 profiles as shipped, read once, and those an operator keeps in their place.

Decides that there are 45 forces and no two share a slug, a code or a tile. Invariant: a force is asked for by its
slug and by nothing else.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from reconcile.errors import ProfileError
from reconcile.forces import checks, desk
from reconcile.forces.profile import TOP, Force, Profile, Reader, read, read_desk

TERRITORIAL_FORCES = 45


@cache
def profiles() -> Mapping[str, Profile]:
    """All profiles by slug, in the order of the slugs.

    Raises:
        ProfileError: a file is no TOML or no profile, is named otherwise than its slug, or shares a code or tile.
    """
    found: dict[str, Profile] = {}
    folder = files("reconcile.forces")
    for name in sorted(path.name for path in folder.iterdir() if path.name.endswith(".toml")):
        found[name.removesuffix(".toml")] = load(name, (folder / name).read_text(encoding="utf-8"))
    _distinct([each.force for each in found.values()])
    desk.need_own_keys({slug: each.report for slug, each in found.items()})
    return found


def load(name: str, text: str) -> Profile:
    """The profile in one file's text; ``name`` is the file's name, which must be its slug.

    Raises:
        ProfileError: see ``profiles``.
    """
    found = read(name, _tree(name, text.encode()))
    if f"{found.force.slug}.toml" != name:
        raise ProfileError(f"{name}: slug is {found.force.slug!r}: name the file {found.force.slug}.toml")
    return found


def _own(folder: Path, shipped: Profile, known: Mapping[str, Profile]) -> Profile:
    """The profile of the operator's own for one force; the shipped one where there is none."""
    there = sorted(path.name for path in folder.glob("*.toml"))
    if strange := [name for name in there if name.removesuffix(".toml") not in known]:
        raise ProfileError(f"{folder.name}/{strange[0]}: no force has this slug: known are {', '.join(known)}")
    file = f"{shipped.force.slug}.toml"
    return _in_place_of(shipped, folder / file) if file in there else shipped


def _in_place_of(shipped: Profile, file: Path) -> Profile:
    """It says how extracts are read and where reports go, not what forces there are: name, codes and tile are the
    shipped ones and may be left out. What it leaves out of ``[report]`` is as shipped, and so is all else where it has
    nothing but ``[report]``."""
    name = "/".join(filter(None, (file.parent.name, file.name)))
    tree = _tree(name, file.read_bytes())
    identity = {**vars(shipped.force), "tile": list(shipped.force.tile)}
    if other := next((key for key in identity if key in tree and tree[key] != identity[key]), None):
        raise ProfileError(f"{name}: {other} is not that of {shipped.force.name}: take the line out")
    of_report_alone = "report" in tree and tree.keys() <= TOP | {"report"}
    report = tree.get("report", {})
    if isinstance(report, dict):
        # A file that holds keys says whose they are: renamed, or put in another's place, it is refused.
        if report.get("recipients") and "slug" not in tree:
            raise ProfileError(
                f'{name}: report.recipients stands in a file that does not say whose it is: write slug = "…" at its top'
            )
        tree["report"] = _texts(shipped.report) | report
    if of_report_alone:
        return _with_desk(shipped, Reader(name, tree))
    return read(name, {**identity, **tree})


def _texts(known: desk.Desk) -> dict[str, Any]:
    return {**asdict(known), "recipients": list(known.recipients)}


def _with_desk(shipped: Profile, reader: Reader) -> Profile:
    found = read_desk(reader)
    if wrong := next(checks.report(found), None):
        raise reader.complaint(*wrong)
    return replace(shipped, report=found)


def _tree(name: str, content: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ProfileError(f"{name}: not written in UTF-8: save it so") from error
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{name}: no valid TOML ({error}): mend that line") from error


def _distinct(known: list[Force]) -> None:
    if len(known) != TERRITORIAL_FORCES:
        raise ProfileError(f"reconcile/forces: {len(known)} profiles, not {TERRITORIAL_FORCES}: add or remove a file")
    for key in ("name", "short", "tile", "ons_code", "home_office_code"):
        values = [getattr(force, key) for force in known if getattr(force, key)]
        twice = sorted({str(value) for value in values if values.count(value) > 1})
        if twice:
            raise ProfileError(f"reconcile/forces: {key} {twice[0]} is used twice: give each force its own")


def forces() -> tuple[Force, ...]:
    """The 45 forces, sorted by slug."""
    return tuple(each.force for each in profiles().values())


def profile(slug: str, own: Path | None = None) -> Profile:
    """The profile of one force.

    Args:
        own: a folder of profiles, each in place of the one shipped for its force; it need not be there.

    Raises:
        ProfileError: no force has this slug, or a file in ``own`` is no profile of a force.
    """
    shipped = _shipped(slug)
    return shipped if own is None else _own(own, shipped, profiles())


def desks(own: Path | None = None) -> Mapping[str, desk.Desk]:
    """Where each force's reports go, by slug, once it is sure that no two forces have the same key.

    Args:
        own: a folder of profiles, each in place of the one shipped for its force; it need not be there.

    Raises:
        ProfileError: two forces have the same key, or a file in ``own`` is no profile of a force.
    """
    found = {slug: profile(slug, own).report for slug in profiles()}
    desk.need_own_keys(found)
    return found


def profile_in(file: Path, slug: str) -> Profile:
    """The profile in one file, in place of the one shipped for the force.

    Raises:
        ProfileError: no force has this slug, or the file is no profile of it.
        OSError: it cannot be read.
    """
    return _in_place_of(_shipped(slug), file)


def _shipped(slug: str) -> Profile:
    known = profiles()
    if slug not in known:
        raise ProfileError(f"no force {slug!r}: known are {', '.join(known)}")
    return known[slug]
