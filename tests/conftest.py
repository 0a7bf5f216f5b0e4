"""Decides which tests can run on this machine: those that need a program pip cannot bring run where it is found.

Invariant: a test left out is counted aloud, and with ``CI=true`` leaving one out fails the run, but for what comes over
the network, which a run cannot promise; no property is held to a time.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import hypothesis
import pytest

# Time is measured in benchmarks; on a busy machine a deadline would fail what is right. New cases are drawn where
# somebody can look at what they find; what lets a change land draws the same ones each time.
hypothesis.settings.register_profile("reconcile", deadline=None, derandomize=os.environ.get("CI") == "true")
hypothesis.settings.load_profile("reconcile")

PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "libreoffice": ("soffice", "libreoffice"),
    "postgres": ("pg_ctl",),
    "npm": ("npm",),
}
FROM_THE_NETWORK = {"npm"}
"""Of these a run leaves the tests out, counted aloud, also with CI=true."""
SEARCHED = os.pathsep.join([os.environ.get("PATH", ""), *map(str, Path("/usr/lib/postgresql").glob("*/bin"))])
"""Debian keeps Postgres' server programs off the path."""

if TYPE_CHECKING:
    from reconcile.settings import Settings

LEFT_OUT = pytest.StashKey[Counter[str]]()
SKIPPED = pytest.StashKey[Counter[str]]()
"""What collecting left out, which every process of a run finds alike, and what the tests of this one had to skip."""


def find(program: str) -> str | None:
    return next((path for name in PROGRAMS[program] if (path := shutil.which(name, path=SEARCHED))), None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out: Counter[str] = Counter()
    kept, dropped = [], []
    for item in items:
        absent = [name for mark in item.iter_markers("needs") for name in mark.args if find(name) is None]
        left_out.update(absent)
        if item.get_closest_marker("needs"):
            item.add_marker(pytest.mark.slow)  # so that `make check` asks for no program but Python
        (dropped if absent else kept).append(item)
    config.stash[LEFT_OUT] = left_out
    if dropped:
        if os.environ.get("CI") == "true" and left_out.keys() - FROM_THE_NETWORK:
            raise pytest.UsageError(
                f"with CI=true nothing may be left out, but these are not installed: {aloud(left_out)}"
            )
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """No bytes in the name of a test: gzip's hold the second, by which two processes of a run once named one test
    differently and ran none."""
    return argname if isinstance(val, bytes) else None


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LEFT_OUT] = Counter()
    config.stash[SKIPPED] = Counter()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        output["left_out"], output["skipped"] = (dict(session.config.stash[key]) for key in (LEFT_OUT, SKIPPED))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A process of a run that is spread over several has ended: what it left out is told with the rest."""
    said = getattr(node, "workeroutput", {})
    node.config.stash[LEFT_OUT] |= Counter(said.get("left_out", {}))
    node.config.stash[SKIPPED] += Counter(said.get("skipped", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if left_out := config.stash[LEFT_OUT] + config.stash[SKIPPED]:
        terminalreporter.write_line(f"NOT RUN for want of a program: {aloud(left_out)}", yellow=True)


def aloud(left_out: Counter[str]) -> str:
    return ", ".join(f"{program} ({count} tests)" for program, count in sorted(left_out.items()))


@pytest.fixture(scope="session")
def leave_out(pytestconfig: pytest.Config) -> Callable[[str], NoReturn]:
    """Leave the test out for want of something only found missing once asked for, as aloud as for want of a program."""

    def leave(what: str) -> NoReturn:
        pytestconfig.stash[SKIPPED][what] += 1
        pytest.skip(f"cannot be had: {what}")

    return leave


@pytest.fixture(scope="session")
def chromium() -> str:
    path = find("chromium")
    assert path is not None, "mark the test with needs('chromium')"
    return path


@pytest.fixture(scope="session")
def survey(tmp_path_factory: pytest.TempPathFactory) -> "Settings":
    """The survey of 2018 run from its files to a release and the forces' reports."""
    return _released(tmp_path_factory.mktemp("survey"), "survey-2018")


@pytest.fixture(scope="session")
def survey_january(tmp_path_factory: pytest.TempPathFactory) -> "Settings":
    """The survey of January 2018 run likewise."""
    return _released(tmp_path_factory.mktemp("january"), "survey-2018-01")


@pytest.fixture(scope="session")
def decided_survey(survey: "Settings", tmp_path_factory: pytest.TempPathFactory) -> "Settings":
    """A copy of the survey in which the scenario's truth was entered as decisions."""
    from reconcile import cycle, publication, settings
    from reconcile.demo import truth_decisions
    from reconcile.review.decisions import from_table

    root = tmp_path_factory.mktemp("decided") / "workspace"
    shutil.copytree(survey.workspace.root, root)
    chosen = settings.load(root)
    publication.decide(chosen, from_table(truth_decisions(root, cycle.table(chosen, "links")), "tester"))
    return chosen


def _released(root: Path, scenario: str) -> "Settings":
    from reconcile import cycle, publication, reporting, settings
    from reconcile.demo import write_scenario

    write_scenario(scenario, root, seed=2018)
    chosen = settings.load(root)
    cycle.run(chosen)
    publication.release(chosen, signed_by="tester", role="national coordinator", reason="test")
    reporting.report(chosen)
    return chosen
