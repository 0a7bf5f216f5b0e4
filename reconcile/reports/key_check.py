"""Whether each force has a key of its own: who has none, and which keys more than one force has or had.

Invariant: keys are told by their fingerprints, and every force is looked at, whatever is wrong with another.
"""

from dataclasses import dataclass

from reconcile.forces import forces, profile
from reconcile.forces.desk import fingerprint, holders_of
from reconcile.reports.deliveries import DeliveryLog
from reconcile.settings import Settings


@dataclass(frozen=True)
class Held:
    """The keys of one force by fingerprint, and what is wrong with them, "" where nothing is."""

    force: str
    fingerprints: tuple[str, ...]
    wrong: str


def checked(settings: Settings) -> list[Held]:
    """Every force's keys, in the order of the slugs.

    Raises:
        ProfileError: a profile of the workspace is none.
    """
    keys = {
        force.slug: tuple(map(fingerprint, profile(force.slug, settings.workspace.profiles).report.recipients))
        for force in forces()
    }
    shared = holders_of(keys.items())
    before = DeliveryLog(settings.database_url).keys()
    return [Held(slug, held, _wrong(slug, held, shared, before)) for slug, held in keys.items()]


def _wrong(slug: str, held: tuple[str, ...], shared: dict[str, list[str]], before: dict[str, str]) -> str:
    if not held:
        return "have the force make one, and write the public key into its profile"
    for each in held:
        if others := [other for other in shared[each] if other != slug]:
            return f"{each} is also the key of {', '.join(others)}: until that is mended nobody is delivered to"
        if before.get(each, slug) != slug:
            return f"{each} was the key of {before[each]}: nothing is delivered with it"
    return ""
