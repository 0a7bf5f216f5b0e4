"""Keys, profiles and documents for tests of sealing and delivery: nothing in them is anybody's."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pyrage import x25519

from reconcile import schema
from reconcile.reports.compiled import Document
from reconcile.settings import Settings, load

RELEASE = "2018-03-4f0c1d2e"


def identity() -> str:
    """A secret key, as text."""
    return str(x25519.Identity.generate())


def public(secret: str) -> str:
    return str(x25519.Identity.from_str(secret).to_public())


def desk(settings: Settings, force: str, *secrets: str, **keys: str) -> None:
    """Write the force's desk into the workspace's profiles, with the public keys of ``secrets``."""
    settings.workspace.profiles.mkdir(exist_ok=True)
    listed = ", ".join(f'"{public(each)}"' for each in secrets)
    lines = [f'slug = "{force}"', "[report]", f"recipients = [{listed}]"]
    lines += [f'{key} = "{value}"' for key, value in keys.items()]
    (settings.workspace.profiles / f"{force}.toml").write_text("\n".join(lines) + "\n")


def office(root: Path, *forces: str, **changes: str) -> tuple[Settings, dict[str, str]]:
    """A workspace whose ``forces`` have a key each, and these secret keys by force; its cycle holds nobody."""
    root.mkdir(parents=True, exist_ok=True)
    given = {"cycle": "2018-03", "policy_document": "APD-1", "dpia": "DPIA-1", **changes}
    (root / "reconcile.toml").write_text("".join(f'{key} = "{value}"\n' for key, value in given.items()))
    settings = load(root)
    for name, of in (("identities", schema.IDENTITIES), ("facts", schema.FACTS)):
        path = settings.workspace.stage(settings.cycle, f"{name}.parquet")
        path.parent.mkdir(parents=True, exist_ok=True)
        # Its schema in base64 would look like a key to the tests that search for one.
        pq.write_table(of.empty_table(), path, store_schema=False)
    secrets = {force: identity() for force in forces}
    for force, secret in secrets.items():
        desk(settings, force, secret)
    return settings, secrets


def document(force: str, content: str = "", **changes: Any) -> Document:
    """A report of ``RELEASE`` that says ``content`` and whose it is."""
    stem = f"OFFICIAL-SENSITIVE_2018-03_{force}_match-report"
    said = f"{content} for {force}".encode()
    files = tuple((f"{stem}.{kind}", kind.encode() + said) for kind in ("html", "xlsx"))
    files += ((f"{stem}.json", f'{{"force": "{force}", "said": "{content}"}}'.encode()),)
    given: dict[str, Any] = {"name": RELEASE, "kind": "report", "files": files, "told": (f"{force}:1", "surrey:9")}
    return Document(force, **(given | changes))


def released(settings: Settings) -> None:
    """Make ``RELEASE`` the workspace's current release, as far as a delivery looks at it."""
    (settings.workspace.releases / RELEASE).mkdir(parents=True)
    (settings.workspace.releases / RELEASE / "manifest.json").write_text('{"cycle": "2018-03"}')
    (settings.workspace.releases / RELEASE / "signoff.json").write_text('{"signed_at": "2018-03-20T12:00:00+00:00"}')
    (settings.workspace.releases / "current").write_text(f"{RELEASE}\n")
