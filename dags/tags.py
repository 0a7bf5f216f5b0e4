"""The tags a DAG of this product may carry; a tag that is not here is a typing error."""

from enum import StrEnum


class Tag(StrEnum):
    NATIONAL = "national"
    CYCLE = "cycle"
    SIGN_OFF = "sign-off"
    RESUBMISSION = "resubmission"
    REVIEW = "review"
