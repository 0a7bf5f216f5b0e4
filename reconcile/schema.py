"""The canonical Arrow schemas: the vocabulary every room speaks.

Decides the name, type and meaning of each column that crosses from one stage to another. Invariant: a stage
accepts and returns exactly these schemas; what a force sent but no column here names is not stored.

A date is always a ``PARTIAL_DATE``: the interval of days it can mean, and the text as sent. ``lo`` and ``hi``
are both null where the text is no date. A null struct is a blank.
"""

from typing import Any, Final

import pyarrow as pa

PARTIAL_DATE: Final = pa.struct([("lo", pa.date32()), ("hi", pa.date32()), ("text", pa.string())])
"""``lo`` <= ``hi``, both inclusive; equal for a full date. "2005" is 2005-01-01 to 2005-12-31."""

NAME: Final = pa.struct(
    [("kind", pa.string()), ("given", pa.string()), ("surname", pa.string()), ("full", pa.string())]
)
"""One name of a record, verbatim. ``kind`` is one of ``NAME_KINDS``; ``full`` where parts are not told apart."""

IDENTIFIER: Final = pa.struct([("scheme", pa.string()), ("value", pa.string()), ("check", pa.string())])
"""A typed identifier in canonical form; ``check`` is one of ``CHECKS``."""

ADDRESS: Final = pa.struct(
    [("kind", pa.string()), ("address", pa.string()), ("town", pa.string()), ("postcode", pa.string())]
)
"""``kind`` is current or previous; ``postcode`` as "AA9A 9AA" where it is one, otherwise as sent."""

ABSENT: Final = pa.struct([("field", pa.string()), ("reason", pa.string()), ("text", pa.string())])
"""A field the force kept back (withheld) or says it does not know (unknown), and what it wrote there, or that
its manifest withholds the field. Null and unlisted is blank."""

EXEMPTION: Final = pa.struct([("kind", pa.string()), ("start", PARTIAL_DATE), ("end", PARTIAL_DATE)])
"""A time in custody, in hospital or abroad (``kind`` is one of ``EXEMPTIONS``); a null ``end`` is open."""

EVENT: Final = pa.struct(
    [("kind", pa.string()), ("happened", PARTIAL_DATE), ("notified", PARTIAL_DATE), ("advance", PARTIAL_DATE)]
)
"""A change that has to be notified (SOA 2003 s.84), ``kind`` is one of ``EVENTS``: the day it happened, the day it was
notified, and the day an advance notice named (s.84(2)) where there was one."""

STAY: Final = pa.struct(
    [("place", pa.string()), ("start", PARTIAL_DATE), ("end", PARTIAL_DATE), ("notified", PARTIAL_DATE)]
)
"""A stay at a UK address other than the home (s.84(1)(c)), first and last day; ``place`` tells one address from another
within the record and says nothing more; a null ``notified`` is a stay nobody notified."""

TRAVEL: Final = pa.struct([("left", PARTIAL_DATE), ("return_due", PARTIAL_DATE), ("returned", PARTIAL_DATE)])
"""A notified journey abroad (s.86): departure, notified return, actual return; a null ``returned`` is none known."""

EPISODE: Final = pa.struct([("start", PARTIAL_DATE), ("end", PARTIAL_DATE), ("outcome", pa.string())])
"""A time of whereabouts unknown or wanted, of a force's history; ``outcome`` one of ``OUTCOMES``, null while open."""

SENT: Final = pa.struct([("field", pa.string()), ("text", pa.string())])
"""A field, or an identifier's scheme, and what the force wrote where the record says it otherwise."""

ATTRIBUTE: Final = pa.struct([("name", pa.string()), ("value", pa.string())])


def _columns(*columns: "pa.Field[Any]") -> pa.Schema:
    return pa.schema(list(columns))


NAME_KINDS: Final = ("current", "alias", "previous", "maiden", "deed_poll", "intended")
CHECKS: Final = ("valid", "invalid", "none", "placeholder")
"""``valid``: its check letter fits. ``none``: the scheme has no check. ``placeholder``: stands for no number."""

STATUSES: Final = (
    "located",
    "whereabouts_unknown",
    "wanted",
    "abroad_known",
    "in_custody",
    "in_hospital",
    "deceased",
    "requirement_ended",
    "transferred",
)
OPEN_CLAIMS: Final = ("whereabouts_unknown", "wanted")
"""The statuses that make a record an open claim: what the survey of forces counted."""

EXEMPTIONS: Final = ("custody", "hospital", "abroad")
EVENTS: Final = ("name", "address", "release", "prescribed")
OUTCOMES: Final = ("found", "custody", "hospital", "deceased", "abroad_known", "requirement_ended", "corrected")
RESIDENCES: Final = ("sole_or_main", "regularly_found")
"""The home address is the sole or main residence in the UK, or a place where the person can regularly be found
(SOA 2003 s.83(7))."""

OVERSEAS_EVIDENCE: Final = (
    "location_known",
    "travel_return_overdue",
    "border_exit",
    "agency_sighting",
    "deported",
    "believed_abroad",
)
"""What a force says it holds; the grade is derived from it (domain rule D13), never from nationality."""

RECORDS: Final = _columns(
    pa.field("record_id", pa.string()),  # "force:local id", unique
    pa.field("force", pa.string()),
    pa.field("local_id", pa.string()),
    pa.field("as_of", pa.date32()),
    pa.field("names", pa.list_(NAME)),  # the current name first
    pa.field("sex", pa.string()),  # M, F, X
    pa.field("birth_date", PARTIAL_DATE),
    pa.field("place_of_birth", pa.string()),
    pa.field("identifiers", pa.list_(IDENTIFIER)),
    pa.field("addresses", pa.list_(ADDRESS)),  # the current address first
    pa.field("status", pa.string()),  # one of STATUSES
    pa.field("status_text", pa.string()),  # the force's own words
    pa.field("missing_since", PARTIAL_DATE),
    pa.field("last_contact", PARTIAL_DATE),
    pa.field("first_notified", PARTIAL_DATE),  # the initial notification, s.83(1)
    pa.field("last_notified", PARTIAL_DATE),  # the last of s.83(1), s.84(1) and s.85(1)
    pa.field("released_on", PARTIAL_DATE),  # the last release from custody or hospital
    pa.field("residence", pa.string()),  # one of RESIDENCES
    pa.field("exemptions", pa.list_(EXEMPTION)),
    pa.field("events", pa.list_(EVENT)),
    pa.field("stays", pa.list_(STAY)),
    pa.field("travels", pa.list_(TRAVEL)),
    pa.field("episodes", pa.list_(EPISODE)),
    pa.field("last_reviewed", PARTIAL_DATE),  # the last review of the enquiries to find the person
    pa.field("circulated", pa.string()),  # yes, no: a wanted or locate marker on PNC
    pa.field("transferred_to", pa.string()),  # the slug of the force the person was handed over to
    pa.field("overseas_evidence", pa.string()),  # one of OVERSEAS_EVIDENCE
    pa.field("conviction_date", PARTIAL_DATE),
    pa.field("conviction_court", pa.string()),
    pa.field("conviction_country", pa.string()),
    pa.field("offence", pa.string()),
    pa.field("basis", pa.string()),  # conviction, caution, s97_order ...
    pa.field("disposal", pa.string()),  # a row of notification's periods table
    pa.field("sentence_months", pa.int32()),
    pa.field("order_end", PARTIAL_DATE),  # end of a SHPO/SOPO in force
    pa.field("period_end", PARTIAL_DATE),  # as the force computes it, where it sends it
    pa.field("risk_level", pa.string()),  # very_high, high, medium, low
    pa.field("risk_tool", pa.string()),
    pa.field("risk_assessed_on", PARTIAL_DATE),
    pa.field("absent", pa.list_(ABSENT)),
    pa.field("as_sent", pa.list_(SENT)),
)

PROVENANCE: Final = _columns(
    pa.field("record_id", pa.string()),
    pa.field("force", pa.string()),
    pa.field("extract_sha256", pa.string()),
    pa.field("row_number", pa.int32()),  # 1-based, counted over data rows
)

QUARANTINE: Final = _columns(
    pa.field("force", pa.string()),
    pa.field("extract_sha256", pa.string()),
    pa.field("row_number", pa.int32()),
    pa.field("local_id", pa.string()),
    pa.field("rule", pa.string()),
    pa.field("sentence", pa.string()),  # for the force; names columns, never values
)

NAME_CHANGES: Final = _columns(
    pa.field("list_sha256", pa.string()),
    pa.field("row_number", pa.int32()),  # 1-based, counted over data rows
    pa.field("old_given", pa.string()),
    pa.field("old_surname", pa.string()),
    pa.field("new_given", pa.string()),
    pa.field("new_surname", pa.string()),
    pa.field("birth_date", PARTIAL_DATE),
    pa.field("changed_on", PARTIAL_DATE),
    pa.field("source", pa.string()),  # a word of intake's table of sources
    pa.field("outcome", pa.string()),  # used, unmatched, rejected
    pa.field("rule", pa.string()),  # why it is rejected
    pa.field("records", pa.int32()),  # how many records bear the old or the new name
)
"""The rows of imported lists of name changes: every row sent, and what became of it."""

NAMES_ADDED: Final = _columns(
    pa.field("record_id", pa.string()),
    pa.field("kind", pa.string()),  # one of NAME_KINDS
    pa.field("given", pa.string()),
    pa.field("surname", pa.string()),
    pa.field("source", pa.string()),
    pa.field("changed_on", PARTIAL_DATE),
    pa.field("list_sha256", pa.string()),
    pa.field("row_number", pa.int32()),
)
"""The names that lists of name changes add to records for linking; the records themselves stay as the forces sent
them."""

EVIDENCE: Final = pa.struct(
    [("feature", pa.string()), ("level", pa.string()), ("weight", pa.float64()), ("sentence", pa.string())]
)

STRENGTHS: Final = ("verified", "proposed", "possible")

LINKS: Final = _columns(
    pa.field("left", pa.string()),  # record ids, left < right
    pa.field("right", pa.string()),
    pa.field("weight", pa.float64()),  # bits, prior included
    pa.field("probability", pa.float64()),
    pa.field("strength", pa.string()),  # one of STRENGTHS
    pa.field("guard", pa.string()),  # the guard this link does not pass; such a link is at most possible
    pa.field("evidence", pa.list_(EVIDENCE)),
    pa.field("evidence_hash", pa.string()),  # of compared values and levels, not of weights
)

IDENTITIES: Final = _columns(
    pa.field("national_id", pa.string()),
    pa.field("record_id", pa.string()),
    pa.field("joined_by", pa.string()),  # one of JOINED_BY
    pa.field("joined_to", pa.string()),  # the record it is joined to, null for the founding record
)

JOINED_BY: Final = ("founding", "decided", "verified", "held")
"""``held``: neither verified nor decided now, or on balance too weak to join anew, but one identity in the last release
and not yet looked at by a person."""

LINEAGE_EVENTS: Final = ("founded", "returned", "kept", "split_from", "merged_into", "retired")
"""What can become of a national id in a cycle; the last two end it. One that is not named went on as it was."""

LINEAGE: Final = _columns(
    pa.field("national_id", pa.string()),
    pa.field("event", pa.string()),  # one of LINEAGE_EVENTS
    pa.field("others", pa.list_(pa.string())),  # national ids that records came from or went to
    pa.field("records", pa.list_(pa.string())),  # that the identity holds, or held when its id ended
    pa.field("reason", pa.string()),
    pa.field("cycle", pa.string()),
)
"""The history of the national ids, oldest first: in each release all of its own cycle's rows after those before it."""

FACTS: Final = _columns(
    pa.field("national_id", pa.string()),
    pa.field("record_id", pa.string()),  # null where the fact is of the identity
    pa.field("fact", pa.string()),
    pa.field("value", pa.string()),  # YES, NO, CANNOT_TELL or the fact's grade
    pa.field("reason", pa.string()),
    pa.field("rule", pa.string()),
    pa.field("rule_set", pa.string()),  # the row of the table of rule sets it was judged by, null where none is
    pa.field("day", pa.date32()),  # the day on which it turns: due, last day, review; null where not one day
    pa.field("days", pa.int32()),  # how many days over, null where that is no question or not one number
    pa.field("inputs", pa.list_(pa.string())),  # record ids
)

DECISIONS: Final = _columns(
    pa.field("left", pa.string()),
    pa.field("right", pa.string()),
    pa.field("judgement", pa.string()),  # same, different, cannot_tell
    pa.field("evidence_hash", pa.string()),  # null where a person joined what no link proposed
    pa.field("reviewer", pa.string()),
    pa.field("reason", pa.string()),
    pa.field("decided_at", pa.timestamp("ms", tz="UTC")),
)
"""The state of the decision log: at most one row a pair, the latest judgement not undone."""

CLAIM: Final = pa.struct(
    [
        ("record_id", pa.string()),
        ("force", pa.string()),
        ("status", pa.string()),
        ("status_text", pa.string()),
        ("missing_since", PARTIAL_DATE),
        ("as_of", pa.date32()),
    ]
)

SIGHTING: Final = pa.struct(
    [
        ("record_id", pa.string()),
        ("force", pa.string()),
        ("status", pa.string()),
        ("last_contact", PARTIAL_DATE),
        ("strength", pa.string()),  # of what carries it: verified, decided, held, proposed, possible
    ]
)
"""A record of the same or possibly the same person that says where they are."""

POSSIBLY_SAME: Final = pa.struct(
    [
        ("national_id", pa.string()),
        ("left", pa.string()),
        ("right", pa.string()),
        ("strength", pa.string()),
        ("weight", pa.float64()),
        ("probability", pa.float64()),
        ("sentences", pa.list_(pa.string())),
        ("under_18", pa.string()),  # of the identity beyond, as on its own line
    ]
)

CARRIED: Final = pa.struct(
    [
        ("left", pa.string()),
        ("right", pa.string()),
        ("strength", pa.string()),  # decided, verified, held, proposed, possible
        ("joins", pa.bool_()),  # whether it is one of those that join; the others only stand beside them
        ("weight", pa.float64()),  # bits; null, as the probability, where no link was found
        ("probability", pa.float64()),
        ("judgement", pa.string()),  # of a person, null where none applies
        ("reviewer", pa.string()),
        ("decided_at", pa.timestamp("ms", tz="UTC")),
    ]
)
"""A link between two records of one identity, or a join or decision without one."""

FACT_SAID: Final = pa.struct(
    [
        ("record_id", pa.string()),
        ("fact", pa.string()),
        ("value", pa.string()),
        ("reason", pa.string()),
        ("rule", pa.string()),
        ("day", pa.date32()),
        ("days", pa.int32()),
    ]
)
"""A row of ``FACTS`` as it stands on a line of the list; ``record_id`` null where it is of the person."""

MISSING_LIST: Final = _columns(
    pa.field("national_id", pa.string()),
    pa.field("name", pa.string()),
    pa.field("other_names", pa.list_(pa.string())),
    pa.field("birth_date", PARTIAL_DATE),
    pa.field("sex", pa.string()),
    pa.field("age_band", pa.string()),
    pa.field("under_18", pa.string()),  # NO where every record says so; YES where any does; else CANNOT_TELL
    pa.field("owner_force", pa.string()),  # slug, or CANNOT_TELL
    pa.field("national_status", pa.string()),
    pa.field("claims", pa.list_(CLAIM)),  # open claims, earliest first
    pa.field("records", pa.list_(pa.string())),  # every record of the identity
    pa.field("missing_since", PARTIAL_DATE),  # of the earliest dated open claim; null text: UNDATED
    pa.field("cohort_year", pa.string()),  # or UNDATED
    pa.field("missing_days", pa.int32()),  # null where not one number
    pa.field("length", pa.string()),  # band of how long missing, UNDATED, or CANNOT_TELL
    pa.field("whereabouts_unknown", pa.string()),  # YES, NO, CANNOT_TELL
    pa.field("wanted", pa.string()),
    pa.field("double_claimed", pa.string()),
    pa.field("over_a_decade", pa.string()),
    pa.field("requirement_ended", pa.string()),
    pa.field("suspected_overseas", pa.string()),  # CONFIRMED_KNOWN, STRONG, WEAK, NONE
    pa.field(
        "located_elsewhere", pa.string()
    ),  # YES: a verified or decided record; CANNOT_TELL: one whose dates leave it
    # open; POSSIBLE: by an undecided link only; NO
    pa.field("sightings", pa.list_(SIGHTING)),
    pa.field("carried_by", pa.list_(CARRIED)),
    pa.field("possibly_same_as", pa.list_(POSSIBLY_SAME)),
    pa.field("facts", pa.list_(FACT_SAID)),  # what else is YES, open, or has a reason
    pa.field("risk_level", pa.string()),  # or WITHHELD, UNKNOWN
    pa.field("risk_tool", pa.string()),
    pa.field("risk_assessed_on", PARTIAL_DATE),
    pa.field("offence", pa.string()),
    pa.field("conviction_country", pa.string()),
    pa.field("basis", pa.string()),
)
"""One line per identity holding an open claim; located-elsewhere leads first, then the longest missing."""

CHANGE_KINDS: Final = (
    "new",
    "answered",
    "found",
    "moved",
    "merged",
    "split",
    "corrected",
    "withdrawn",
    "unanswered",
)
"""What can become of a person on the national list since the release before; ``answered`` and ``unanswered`` are
changes of who answered, not of who is missing."""

CHANGES: Final = _columns(
    pa.field("national_id", pa.string()),
    pa.field("kind", pa.string()),  # one of CHANGE_KINDS
    pa.field("people", pa.int32()),  # lines the list has more (1) or fewer (-1) by this row
    pa.field("claims", pa.int32()),  # open claims there are more or fewer by this row
    pa.field("forces", pa.list_(pa.string())),
    pa.field("others", pa.list_(pa.string())),  # national ids merged with or split from
    pa.field("records", pa.list_(pa.string())),  # of the claims concerned
    pa.field("reason", pa.string()),
    pa.field("before", pa.string()),  # what the claims said: status, or start where that changed
    pa.field("after", pa.string()),
)
"""How the national list differs from that of the release before: at most one row a person and kind."""
