"""Whatever was sent in whatever order: nothing that waits is erased, nothing else than what was sent is touched."""

import tempfile
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconcile import cycle, erasure
from reconcile.audit import AuditLog
from reconcile.intake import retention
from reconcile.intake.arrivals import SENT_AS
from reconcile.intake.receipt import STATES, Receipt
from reconcile.intake.retention import DAY, Fate, Landed, Rule
from tests.unit import dialect

SLOW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
HASHES = ("a" * 64, "b" * 64, "c" * 64)
RECEIPT = st.builds(
    lambda state, sha256, quarantined: Receipt(
        "kent", state, sha256=sha256, rows_in=5 + quarantined, accepted=5, quarantined=quarantined
    ),
    st.sampled_from(STATES),
    st.sampled_from(HASHES),
    st.integers(0, 2),
)
LANDED = st.builds(
    lambda cycle, sha256, receipt: Landed(cycle, "kent", sha256, (), 0, receipt),
    st.sampled_from(["2018-03", "2018-04"]),
    st.sampled_from(HASHES),
    RECEIPT,
)
COLLECTED = st.dictionaries(
    st.sampled_from([f"extract {each}" for each in HASHES]), st.integers(0, 40).map(DAY.__mul__)
)
RULE = st.builds(
    Rule,
    st.integers(0, 30),
    st.integers(0, 60).map(DAY.__mul__),
    st.sampled_from(["", "kent", "essex"]),
    st.sampled_from(["2018-03", "2018-04"]),
)


def judged(every: list[Landed], collected: dict[str, int], rule: Rule) -> tuple[Fate, ...]:
    return retention.fates(every, collected, [each.receipt for each in every if each.receipt], rule)


@settings(max_examples=400, deadline=None)
@given(st.lists(LANDED, max_size=5), COLLECTED, RULE)
def test_what_is_held_unlogged_or_unanswered_is_kept_whatever_its_age(every, collected, rule) -> None:
    for fate in judged(every, collected, rule):
        each = fate.landed
        receipt = each.receipt
        assert receipt is not None
        if receipt.state == "HELD" or each.subject not in collected:
            assert fate.keep
        is_answered = (each.force, each.cycle) == (rule.answered, rule.cycle)
        waits = receipt.state == "REJECTED" or (receipt.sha256 == each.sha256 and receipt.quarantined)
        later = any(
            retention.is_accepted(other.receipt)
            and collected.get(f"extract {other.receipt.sha256}", 0) > collected.get(each.subject, 0)
            for other in every
        )
        if waits and not is_answered and not later:
            assert fate.keep
        if not fate.keep and not is_answered:
            assert rule.now - collected[each.subject] >= rule.keep_days * DAY


@settings(max_examples=200, deadline=None)
@given(st.lists(LANDED, max_size=5), COLLECTED, RULE, st.integers(1, 400).map(DAY.__mul__))
def test_waiting_longer_never_keeps_what_would_have_gone(every, collected, rule, later) -> None:
    now = judged(every, collected, rule)
    then = judged(every, collected, Rule(rule.keep_days, rule.now + later, rule.answered, rule.cycle))
    assert not [one for one, other in zip(now, then, strict=True) if other.keep and not one.keep]


SENT = st.sampled_from([({"Ref": "K1"},), ({"Ref": "K1"}, {"Ref": "K2", "DOB": "no"}), ({"Ref": "K3", "Status": "?"},)])


@pytest.mark.slow
@SLOW
@given(st.lists(st.tuples(SENT, st.integers(0, 1)), min_size=1, max_size=4), st.integers(0, 40))
def test_a_purge_touches_only_what_was_sent_and_is_done_the_first_time(sent, days: int) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch("reconcile.intake.force.profile_of", return_value=dialect.KENT),
    ):
        root = Path(folder)
        run = dialect.settings(root, database_url=f"sqlite:///{root / 'decisions.sqlite'}")
        for people, too_many in sent:  # an extract, and how many records too many its manifest counts
            dialect.send(root / "inbox" / "kent", dialect.csv_bytes(*people), len(people) + too_many)
            receipt = cycle.intake_force(run, "kent")
        later = erasure.database.milliseconds() + days * DAY

        def files(*, raw: bool) -> dict[str, bytes]:
            return {
                str(path.relative_to(root)): path.read_bytes()
                for path in root.rglob("*")
                if path.is_file()
                and "decisions.sqlite" not in path.name
                and path.name not in (retention.ERASED, erasure.QUARANTINE)
                and not path.name.endswith(SENT_AS)
                and ({"landed", "inbox"}.isdisjoint(path.relative_to(root).parts) or path.name == "receipt.json") != raw
            }

        before, raw = files(raw=False), files(raw=True)
        done = erasure.purge(run, clock=lambda: later)
        assert files(raw=False) == before
        assert len(raw) - len(files(raw=True)) == sum(each.files for each in done.erased)
        assert sum(map(len, raw.values())) - sum(map(len, files(raw=True).values())) == sum(
            each.bytes for each in done.erased
        )
        if receipt.state == "REJECTED" or receipt.quarantined:
            assert receipt.sha256 not in {each.sha256 for each in done.erased}
        log = AuditLog(run.database_url)
        assert [line["operation"] for line in log.export().to_pylist()].count("erasure") == len(done.erased)
        assert log.verify().holds
        assert erasure.purge(run, clock=lambda: later).erased == ()
