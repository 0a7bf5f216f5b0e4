"""Every fact about every identity and every record, as one table.

Decides which facts are asked: what the forces claim, the requirement, status and owner of everyone, the rest of those
whom it concerns. Invariant: each row names its rule and the records it rests on.
"""

from collections.abc import Collection
from dataclasses import replace

import pyarrow as pa

from reconcile.notification import fact_rows, of_people, of_records, rule_sets
from reconcile.notification.cases import cases
from reconcile.notification.national_status import national_status
from reconcile.notification.overseas import overseas_grade
from reconcile.notification.people import people
from reconcile.notification.rule_sets import RuleSets
from reconcile.notification.standing import open_proposals
from reconcile.notification.verdict import YES


def assess(
    records: pa.Table,
    identities: pa.Table,
    links: pa.Table,
    decisions: pa.Table | None = None,
    *,
    sets: RuleSets | None = None,
    silent: Collection[str] = (),
) -> pa.Table:
    """Derive the facts about each identity and its records, as of its extracts' dates.

    Args:
        records: ``schema.RECORDS``.
        identities: ``schema.IDENTITIES``, every record in one.
        links: ``schema.LINKS``.
        decisions: ``schema.DECISIONS``; without it no link counts as answered.
        sets: the rule sets to judge by, those shipped where None.
        silent: the forces that sent no records, by slug: who was handed over to one may be held there.

    Returns:
        ``schema.FACTS`` sorted by national id, fact and record id; facts of an identity have no record id.
    """
    who, sets = people(records, identities), sets or rule_sets.shipped()
    of = cases(who, sets)
    ended, speak, may_be = of_people.requirement(of)
    of = replace(of, over=(ended.values == YES)[who.identity], open=may_be[who.identity])
    grade = overseas_grade(who.records)
    of_each, failed = of_records.facts(of)
    status, rests = national_status(of, failed, grade)
    parts = [
        of_people.claimed_status(who, "whereabouts_unknown"),
        of_people.claimed_status(who, "wanted"),
        fact_rows.of_identities(who, "national_status", status, records=rests),
        of_people.ended(who, ended, speak),
        of_people.overseas(who, grade),
        of_people.double_claimed(who),
        of_people.decade(who),
        of_people.cohort(who),
        of_people.located(who, open_proposals(links, decisions)),
        of_people.orphaned(who, silent),
        of_people.owner(of),
        *of_each,
    ]
    national_ids, record_ids = who.national_ids, who.records["record_id"].combine_chunks()
    # Of a large register neither the sorted records nor the answers need be held while the rows are written.
    del of, who, of_each
    return fact_rows.table(national_ids, record_ids, sets, parts)
