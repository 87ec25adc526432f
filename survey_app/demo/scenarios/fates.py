"""What becomes of a contact on its way to an answer."""

from __future__ import annotations

from enum import StrEnum


class Fate(StrEnum):
    """What became of a contact on its way to an answer. The first ten are reasons why nobody was asked."""

    NOT_SAMPLED = "not_sampled"
    NO_ADDRESS = "no_address"
    RECENTLY_ASKED = "recently_asked"
    SAME_CASE = "same_case"
    SENSITIVE = "sensitive"
    OPTED_OUT = "opted_out"
    OPEN_COMPLAINT = "open_complaint"
    DO_NOT_SURVEY = "do_not_survey"
    STAFF = "staff"
    TOO_OLD = "too_old"
    OPTED_OUT_UNSENT = "opted_out_unsent"  # after the draw, before the message
    TOO_OLD_UNSENT = "too_old_unsent"
    FAILED = "failed"
    UNDELIVERABLE = "undeliverable"  # the address does not exist
    UNAVAILABLE = "unavailable"  # the mailbox was full
    STOPPED_BY_NETWORK = "stopped_by_network"
    OPTED_OUT_ASKED = "opted_out_asked"  # by the link in the message
    SILENT = "silent"
    SCANNED = "scanned"  # a mail scanner sent the form: quarantined, never counted
    SATISFIED = "satisfied"
    DISSATISFIED = "dissatisfied"  # or neither: in the base and not in the numerator
    NO_OPINION = "no_opinion"  # answered "I do not know": outside the base


NOT_ASKED = (
    Fate.NOT_SAMPLED,
    Fate.NO_ADDRESS,
    Fate.RECENTLY_ASKED,
    Fate.SAME_CASE,
    Fate.SENSITIVE,
    Fate.OPTED_OUT,
    Fate.OPEN_COMPLAINT,
    Fate.DO_NOT_SURVEY,
    Fate.STAFF,
    Fate.TOO_OLD,
)
RETURNED = (Fate.UNDELIVERABLE, Fate.UNAVAILABLE, Fate.STOPPED_BY_NETWORK)
UNSENT = (Fate.OPTED_OUT_UNSENT, Fate.TOO_OLD_UNSENT, Fate.FAILED)
ANSWERED = (Fate.SATISFIED, Fate.DISSATISFIED, Fate.NO_OPINION)
