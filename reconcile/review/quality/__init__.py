"""How good the review is: pure functions over the judgement log, the queue and the links.

Invariant: a share comes with what it is of and a 95 % interval, and none is given of fewer than ``quality.toml`` says;
no sex is guessed and no origin is ever taken from a name; who answered what is told to nobody but themselves.
"""

from reconcile.review.quality.agreement import Agreement as Agreement
from reconcile.review.quality.agreement import alpha as alpha
from reconcile.review.quality.agreement import cohen as cohen
from reconcile.review.quality.answers import Decided as Decided
from reconcile.review.quality.answers import Given as Given
from reconcile.review.quality.answers import decided as decided
from reconcile.review.quality.answers import first_two as first_two
from reconcile.review.quality.answers import given as given
from reconcile.review.quality.answers import of_judging as of_judging
from reconcile.review.quality.estimates import Share as Share
from reconcile.review.quality.estimates import calibration as calibration
from reconcile.review.quality.estimates import false_joins as false_joins
from reconcile.review.quality.estimates import precision as precision
from reconcile.review.quality.pace import Pace as Pace
from reconcile.review.quality.pace import Waiting as Waiting
from reconcile.review.quality.pace import by_week as by_week
from reconcile.review.quality.pace import seconds as seconds
from reconcile.review.quality.pace import waiting as waiting
from reconcile.review.quality.rates import Rate as Rate
from reconcile.review.quality.rates import rate as rate
from reconcile.review.quality.rates import weighted as weighted
from reconcile.review.quality.reviewers import Others as Others
from reconcile.review.quality.reviewers import among as among
from reconcile.review.quality.reviewers import by_reviewer as by_reviewer
from reconcile.review.quality.reviewers import of_pairs as of_pairs
from reconcile.review.quality.reviewers import with_others as with_others
from reconcile.review.quality.thresholds import numbers as numbers
