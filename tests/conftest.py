"""Decides which tests can run on this machine: those that need a program pip cannot bring run where it is found.

Invariant: a test left out is counted aloud, and with ``CI=true`` leaving one out fails the run.
"""

import os
import shutil
from collections import Counter

import pytest

PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "libreoffice": ("soffice", "libreoffice"),
}
LEFT_OUT = pytest.StashKey[Counter[str]]()


def find(program: str) -> str | None:
    return next((path for name in PROGRAMS[program] if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out: Counter[str] = Counter()
    kept, dropped = [], []
    for item in items:
        absent = [name for mark in item.iter_markers("needs") for name in mark.args if find(name) is None]
        left_out.update(absent)
        (dropped if absent else kept).append(item)
    config.stash[LEFT_OUT] = left_out
    if dropped:
        if os.environ.get("CI") == "true":
            raise pytest.UsageError(f"with CI=true nothing may be left out, but these are not installed: {aloud(left_out)}")
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if left_out := config.stash[LEFT_OUT]:
        terminalreporter.write_line(f"NOT RUN for want of a program: {aloud(left_out)}", yellow=True)


def aloud(left_out: Counter[str]) -> str:
    return ", ".join(f"{program} ({count} tests)" for program, count in sorted(left_out.items()))


@pytest.fixture(scope="session")
def chromium() -> str:
    path = find("chromium")
    assert path is not None, "mark the test with needs('chromium')"
    return path
