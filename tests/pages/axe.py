"""axe-core, the checker of accessibility: fetched once by npm into pytest's cache, its integrity checked each time."""

import base64
import hashlib
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any, Final

PACKAGE: Final = "axe-core@4.10.3"
INTEGRITY: Final = "Xm7bpRXnDSX2YE2YFfBk2FnF0ep6tmG7xPh8iHee8MIcrgq762Nkce856dYtJYLkuIoYZvGfTs/PbZhideTcEg=="
"""sha512 of the package as npm packs it."""
TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def fetched(npm: str, folder: Path) -> str | None:
    """The script of axe-core; None where it is neither in ``folder`` nor can be fetched.

    Raises:
        AssertionError: what was fetched is not the package these tests were written with.
    """
    packed = folder / f"{PACKAGE.replace('@', '-')}.tgz"
    if not packed.is_file():
        # Beside it and moved: the tests run in several processes, and none may read what another still writes.
        with tempfile.TemporaryDirectory(dir=folder) as beside:
            command = [npm, "pack", PACKAGE, "--pack-destination", beside, "--ignore-scripts", "--silent"]
            try:
                subprocess.run(command, cwd=beside, check=True, capture_output=True, timeout=120)
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
                return None
            (Path(beside) / packed.name).replace(packed)
    found = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
    assert found == INTEGRITY, f"{packed.name} is not the {PACKAGE} these tests were written with"
    with tarfile.open(packed) as package:
        script = package.extractfile("package/axe.min.js")
        assert script
        return script.read().decode()


def violations(tab: Any, script: str) -> list[str]:
    """What axe finds wrong with a page as it is shown now, its folds opened: a line each rule and element."""
    tab.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(script)
    options = {"runOnly": {"type": "tag", "values": list(TAGS)}, "resultTypes": ["violations"]}
    found = tab.evaluate("options => axe.run(document, options)", options)
    return [
        f"{each['id']}: {node['html'][:160]} ({node['failureSummary']})"
        for each in found["violations"]
        for node in each["nodes"]
    ]
