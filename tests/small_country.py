# ruff: noqa: E501
"""A country of five forces and eight records, for tests of the list, its figures and its release."""

import datetime as dt
import hashlib

import pyarrow as pa

from reconcile import notification
from reconcile.forces import forces
from reconcile.intake.receipt import Receipt
from tests.small_tables import decisions, facts, identities, links, records, said_instead

RECORDS = """
| record         | name            | aliases     | status              | missing_since | last_contact | last_notified | overseas_evidence     | risk_level | risk_assessed_on | offence | as_of      |
| essex:1        | Adams, John     | Addams, Jon | whereabouts_unknown | 2016-05-01    |              | 2015-01-01    |                       | high       | 2015             | rape    | 2018-02-26 |
| kent:1         | Adam, Johnny    |             | wanted              | 2014-03-01    |              | 2012-01-01    | travel_return_overdue | low        | 2017             |         | 2018-03-01 |
| surrey:1       | Adams, John     |             | in_custody          |               | 2017-01-01   |               |                       |            |                  |         | 2018-03-01 |
| kent:2         | Brown, Peter    |             | whereabouts_unknown |               |              |               |                       |            |                  |         | 2018-03-01 |
| kent:3         | Clark, Ann      |             | whereabouts_unknown | 2005          |              |               |                       | medium     | 2004             |         | 2018-03-01 |
| essex:2        | Clarke, Anne    |             | located             |               | 2017-09-01   |               |                       |            |                  |         | 2018-02-26 |
| essex:3        | Dean, Carl      |             | whereabouts_unknown | 2016-12       |              |               |                       |            |                  |         | 2018-02-26 |
| essex:4        | Deane, Carl     |             | abroad_known        |               |              |               |                       |            |                  |         | 2018-02-26 |
"""
PEOPLE = ("essex:1 kent:1 surrey:1", "kent:2", "kent:3", "essex:2", "essex:3", "essex:4")
LINKS = """
| left    | right    | strength | guard |
| essex:1 | kent:1   | verified |       |
| essex:1 | surrey:1 | verified |       |
| kent:3  | essex:2  | possible |       |
| essex:3 | kent:2   | possible |       |
| essex:3 | essex:4  | possible | twins |
"""
GROWN_UP = "\n".join(
    f"| {record} | P{number} | under_18 | NO | | | |"
    for number, group in enumerate(PEOPLE, start=1)
    for record in group.split()
)
FACTS = f"""
| of      | id | fact                 | value               | reason                                  | day        | days |
| P1      |    | owner_force          | essex               |                                         |            |      |
| P2      |    | owner_force          | kent                |                                         |            |      |
| P3      |    | owner_force          | CANNOT_TELL         | no force says when it was last notified |            |      |
| P5      |    | owner_force          | essex               |                                         |            |      |
| P1      |    | national_status      | CONFLICT            | kent claims, surrey holds in custody    |            |      |
| P2      |    | national_status      | WHEREABOUTS_UNKNOWN |                                         |            |      |
| P3      |    | national_status      | WHEREABOUTS_UNKNOWN |                                         |            |      |
| P5      |    | national_status      | WHEREABOUTS_UNKNOWN |                                         |            |      |
| P2      |    | unclaimed            | YES                 |                                         |            |      |
| P5      |    | unclaimed            | NO                  |                                         |            |      |
| essex:1 | P1 | periodic_overdue     | YES                 |                                         | 2016-01-01 | 787  |
| kent:1  | P1 | periodic_overdue     | CANNOT_TELL         | the last notification is not dated      |            |      |
| essex:1 | P1 | period_end           | NO                  |                                         |            |      |
| essex:1 | P1 | age_band             | 25_to_34            |                                         |            |      |
{GROWN_UP}
"""
"""Facts written by hand, whatever the rules would make of the records above."""
SLUGS = ("essex", "kent", "surrey", "sussex", "wiltshire")
FORCES = tuple(force for force in forces() if force.slug in SLUGS)
"""As many forces as this country has."""
NAMES = {force.slug: force.name for force in FORCES}


def receipt(force: str, state: str, as_of: str, rows: int = 0) -> Receipt:
    if not as_of:
        return Receipt(force, state)
    sha256 = hashlib.sha256(force.encode()).hexdigest()
    return Receipt(force, state, f"{force}.csv", sha256, dt.date.fromisoformat(as_of), rows, rows)


RECEIPTS = (
    receipt("essex", "RECEIVED", "2018-02-26", 4),
    receipt("kent", "RECEIVED", "2018-03-01", 3),
    receipt("surrey", "RECEIVED", "2018-03-01", 1),
    receipt("sussex", "NIL", "2018-03-06"),
    receipt("wiltshire", "NOT_RECEIVED", ""),
)


def tables(decided: str = "", order: list[int] | None = None) -> dict[str, pa.Table]:
    held, between, said = records(RECORDS), links(LINKS), decisions(decided)
    if order:
        held, between = held.take(order), between.take([4, 2, 0, 1, 3])
    people = identities(*PEOPLE)
    found = said_instead(notification.assess(held, people, between, said), facts(FACTS))
    return {"records": held, "identities": people, "links": between, "decisions": said, "facts": found}
