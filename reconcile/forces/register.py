"""The 45 profiles as shipped, read once.

Decides that there are 45 forces and no two share a slug, a code or a tile. Invariant: a force is asked for by its
slug and by nothing else.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from reconcile.errors import ProfileError
from reconcile.forces.profile import Force, Profile, read

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
    return found


def load(name: str, text: str) -> Profile:
    """The profile in one file's text; ``name`` is the file's name, which must be its slug.

    Raises:
        ProfileError: see ``profiles``.
    """
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{name}: no valid TOML ({error}): mend that line") from error
    found = read(name, tree)
    if f"{found.force.slug}.toml" != name:
        raise ProfileError(f"{name}: slug is {found.force.slug!r}: name the file {found.force.slug}.toml")
    return found


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


def profile(slug: str) -> Profile:
    """The profile of one force.

    Raises:
        ProfileError: no force has this slug.
    """
    known = profiles()
    if slug not in known:
        raise ProfileError(f"no force {slug!r}: known are {', '.join(known)}")
    return known[slug]
