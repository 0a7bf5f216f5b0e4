"""The canonical Arrow schemas: the vocabulary every room speaks.

Decides the name, type and meaning of each column that crosses from one stage to another. Invariant: a stage
accepts and returns exactly these schemas; what a force sent but no column here names is not stored.

A date is always a ``PARTIAL_DATE``: the interval of days it can mean, and the text as sent. ``lo`` and ``hi``
are both null where the text is no date. A null struct is a blank.
"""

from typing import Final

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

ABSENT: Final = pa.struct([("field", pa.string()), ("reason", pa.string())])
"""A field the force kept back (withheld) or says it does not know (unknown). Null and unlisted is blank."""

ATTRIBUTE: Final = pa.struct([("name", pa.string()), ("value", pa.string())])

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

OVERSEAS_EVIDENCE: Final = (
    "location_known",
    "travel_return_overdue",
    "border_exit",
    "agency_sighting",
    "deported",
    "believed_abroad",
)
"""What a force says it holds; the grade is derived from it (domain rule D13), never from nationality."""

RECORDS: Final = pa.schema(
    [
        ("record_id", pa.string()),  # "force:local id", unique
        ("force", pa.string()),
        ("local_id", pa.string()),
        ("as_of", pa.date32()),
        ("names", pa.list_(NAME)),  # the current name first
        ("sex", pa.string()),  # M, F, X
        ("birth_date", PARTIAL_DATE),
        ("place_of_birth", pa.string()),
        ("identifiers", pa.list_(IDENTIFIER)),
        ("addresses", pa.list_(ADDRESS)),  # the current address first
        ("status", pa.string()),  # one of STATUSES
        ("status_text", pa.string()),  # the force's own words
        ("missing_since", PARTIAL_DATE),
        ("last_contact", PARTIAL_DATE),
        ("last_notified", PARTIAL_DATE),
        ("overseas_evidence", pa.string()),  # one of OVERSEAS_EVIDENCE
        ("conviction_date", PARTIAL_DATE),
        ("conviction_court", pa.string()),
        ("conviction_country", pa.string()),
        ("offence", pa.string()),
        ("basis", pa.string()),  # conviction, caution, s97_order ...
        ("disposal", pa.string()),  # a row of notification's periods table
        ("sentence_months", pa.int32()),
        ("order_end", PARTIAL_DATE),  # end of a SHPO/SOPO in force
        ("period_end", PARTIAL_DATE),  # as the force computes it, where it sends it
        ("risk_level", pa.string()),  # very_high, high, medium, low
        ("risk_tool", pa.string()),
        ("risk_assessed_on", PARTIAL_DATE),
        ("absent", pa.list_(ABSENT)),
    ]
)

PROVENANCE: Final = pa.schema(
    [
        ("record_id", pa.string()),
        ("force", pa.string()),
        ("extract_sha256", pa.string()),
        ("row_number", pa.int32()),  # 1-based, counted over data rows
    ]
)

QUARANTINE: Final = pa.schema(
    [
        ("force", pa.string()),
        ("extract_sha256", pa.string()),
        ("row_number", pa.int32()),
        ("local_id", pa.string()),
        ("rule", pa.string()),
        ("sentence", pa.string()),  # for the force; names columns, never values
    ]
)

EVIDENCE: Final = pa.struct(
    [("feature", pa.string()), ("level", pa.string()), ("weight", pa.float64()), ("sentence", pa.string())]
)

STRENGTHS: Final = ("verified", "proposed", "possible")

LINKS: Final = pa.schema(
    [
        ("left", pa.string()),  # record ids, left < right
        ("right", pa.string()),
        ("weight", pa.float64()),  # bits, prior included
        ("probability", pa.float64()),
        ("strength", pa.string()),  # one of STRENGTHS
        ("guard", pa.string()),  # the guard this link does not pass, null where it passes all
        ("evidence", pa.list_(EVIDENCE)),
        ("evidence_hash", pa.string()),  # of compared values and levels, not of weights
    ]
)

IDENTITIES: Final = pa.schema(
    [
        ("national_id", pa.string()),
        ("record_id", pa.string()),
        ("joined_by", pa.string()),  # founding, verified, decided
    ]
)

FACTS: Final = pa.schema(
    [
        ("national_id", pa.string()),
        ("fact", pa.string()),
        ("value", pa.string()),  # YES, NO, CANNOT_TELL or the fact's grade
        ("reason", pa.string()),
        ("rule", pa.string()),
        ("inputs", pa.list_(pa.string())),  # record ids
    ]
)

DECISIONS: Final = pa.schema(
    [
        ("left", pa.string()),
        ("right", pa.string()),
        ("judgement", pa.string()),  # same, different, cannot_tell
        ("evidence_hash", pa.string()),  # null where a person joined what no link proposed
        ("reviewer", pa.string()),
        ("reason", pa.string()),
        ("decided_at", pa.timestamp("ms", tz="UTC")),
    ]
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
        ("strength", pa.string()),  # of the link that carries it: verified, decided, proposed, possible
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
    ]
)

MISSING_LIST: Final = pa.schema(
    [
        ("national_id", pa.string()),
        ("name", pa.string()),
        ("other_names", pa.list_(pa.string())),
        ("birth_date", PARTIAL_DATE),
        ("sex", pa.string()),
        ("owner_force", pa.string()),
        ("claims", pa.list_(CLAIM)),  # open claims, earliest first
        ("records", pa.list_(pa.string())),  # every record of the identity
        ("missing_since", PARTIAL_DATE),  # of the earliest dated open claim; null text: UNDATED
        ("whereabouts_unknown", pa.string()),  # YES, NO, CANNOT_TELL
        ("wanted", pa.string()),
        ("double_claimed", pa.string()),
        ("over_a_decade", pa.string()),
        ("requirement_ended", pa.string()),
        ("suspected_overseas", pa.string()),  # CONFIRMED_KNOWN, STRONG, WEAK, NONE
        ("located_elsewhere", pa.string()),  # YES: a verified or decided record; CANNOT_TELL: one whose dates leave it
        # open; POSSIBLE: by an undecided link only; NO
        ("sightings", pa.list_(SIGHTING)),
        ("possibly_same_as", pa.list_(POSSIBLY_SAME)),
        ("risk_level", pa.string()),
        ("risk_tool", pa.string()),
        ("risk_assessed_on", PARTIAL_DATE),
        ("offence", pa.string()),
        ("conviction_country", pa.string()),
        ("basis", pa.string()),
    ]
)
"""One line per identity holding an open claim; located-elsewhere leads first, then the longest missing."""
