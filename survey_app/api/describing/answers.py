"""What the API answers, shape by shape. A name that ends in an underscore stands without it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from survey_app.api.describing.schema import Says
from survey_app.measures.definitions import Source, Unit
from survey_app.measures.publishing import TableName
from survey_app.organisation.channels import Channel, CustomerKind, Mode

SHARE = Says("Shares run from 0 to 1 and are not rounded.")
LABELS = Literal["positive", "neutral", "negative", "cannot_tell", "waiting_for_review", "not_analysed"]


class Problem(TypedDict):
    """Why something was not done, as RFC 9457 has it."""

    title: str
    status: int
    detail: str
    reference: NotRequired[str | None]
    reasons: NotRequired[list[str]]
    result: NotRequired[str]
    dropped_fields: NotRequired[list[str]]


class Service(TypedDict):
    """A service of the council."""

    code: str
    name: str
    parent: Annotated[str | None, Says("The service above it; null where there is none, or none that the key may see.")]
    valid_from: date | None
    valid_to: Annotated[date | None, Says("A service that has closed keeps its answers.")]


class Services(TypedDict):
    services: list[Service]


class Measure(TypedDict):
    """What a figure is, in words."""

    name: str
    label: str
    unit: Unit
    definition: str
    counts: Source
    version: int
    is_own: Annotated[bool, Says("Whether the council defined it.")]
    lower_is_better: bool


class Measures(TypedDict):
    measures: list[Measure]


class Previous(TypedDict):
    """The same days a year earlier."""

    value: float | None
    base: int
    from_: date
    to: date


class Change(TypedDict):
    """The difference from a year earlier, with its test, allowing for every comparison of the answer."""

    difference: float | None
    low: float | None
    high: float | None
    p_value: float | None
    adjusted_p: float | None
    adjusted_for: int
    verdict: Literal["improved", "fell", "no_change_shown", "not_enough"]
    sentence: str


class CountedFigure(TypedDict):
    """What follows from the counts of a figure alone. What is hidden is null."""

    period: Annotated[str, Says(example="2025/26 Q1")]
    from_: date
    to: date
    where: dict[str, str | list[str]]
    value: Annotated[float | None, SHARE]
    numerator: int | None
    base: int
    low: float | None
    high: float | None
    suppressed: Annotated[bool, Says("It stands on fewer than 10, or would give such a one away.")]
    indicative: Annotated[bool, Says("It stands on fewer than 30.")]
    by_value: dict[str, int]
    outside: dict[str, int]
    passport: Annotated[str, Says("The address of the page that shows what the figure is made of.")]


class Figure(CountedFigure):
    """One figure with all that stands beside it. What is hidden or absent is null."""

    provisional: Annotated[bool, Says("Answers may still come or change.")]
    target: float | None
    comparator: str | None
    target_set_on: date | None
    target_after_seeing: bool
    stretch: float | None
    status: str | None
    previous: Previous
    change: Change | None
    not_compared: str | None
    counted_from: str
    switched: NotRequired[dict[str, Any]]


class Figures(TypedDict):
    """The document of `flask measures show --json`."""

    measure: str
    unit: Unit
    definition: str
    version: int
    is_own: bool
    figures: list[Figure]


class Edition(TypedDict):
    """Tables of a measure and a financial year as they went out to everybody."""

    measure: str
    year: Annotated[str, Says("As an address has it.", example="2025-26")]
    edition: Annotated[int, Says("From 1; the newest replaces those before it.")]
    published_on: date
    passport: Annotated[str, Says("Of the total, as it was frozen.")]


class Editions(TypedDict):
    editions: list[Edition]


class Cell(TypedDict):
    """One cell. Of customer groups only counts are printed, and no shares."""

    table: TableName
    row: str
    column: Annotated[str, Says("Of customer groups: in or out of the numerator; empty for both together.")]
    label: str
    numerator: Annotated[int | None, Says("Null for a count, which stands in base.")]
    base: int | None
    value: Annotated[float | None, SHARE]
    symbol: Annotated[Literal["", "[c]", "[u]"], Says("[c] hidden, [u] on fewer than 30 answers.")]
    since: Annotated[int | None, Says("The edition whose value stands, where it could not be renewed.")]


class Tables(TypedDict):
    """One published edition."""

    measure: str
    label: str
    unit: Unit
    definition: str
    year: str
    from_: date
    to: date
    edition: int
    published_on: date
    passport: str
    cells: list[Cell]


class Move(TypedDict):
    """How many rows went and came since, for one reason."""

    reason: str
    went: int
    came: int


class RunAgain(TypedDict):
    """What counting it again found. The rows then, less those that went, and those that came are the rows now."""

    is_same: bool
    sentence: str
    then: str
    now: str
    rows_then: int
    rows_now: int
    moves: list[Move]
    differences: list[str]


class FrozenFigure(TypedDict):
    """A figure as it was frozen, and whether it is the same now."""

    code: str
    sha256: Annotated[str, Says("Over `document`, written as RFC 8785 has it, in UTF-8.")]
    document: dict[str, Any]
    figure: Annotated[
        CountedFigure | None,
        Says("What follows from the counts: no target and no year before. Null where they are counted otherwise now."),
    ]
    run_again: Annotated[RunAgain | None, Says("Null where there are too many rows and it was not asked for.")]


class Response(TypedDict):
    """One answered survey: no words, nothing of who answered, and its day alone."""

    reference: str
    removed: Literal["no"]
    day: Annotated[date, Says("Of the contact in London; without one, of the answer.")]
    service: str
    channel: Channel | None
    mode: Mode
    language: Annotated[str, Says("In which it was answered.")]
    customer_kind: CustomerKind
    survey: Annotated[str, Says("Its code and version.", example="post-contact@1.0")]
    scores: Annotated[dict[str, int], Says("By the code of the question, where the option has a score.")]
    answers: Annotated[
        dict[str, str | float | list[str]],
        Says("By the code of the question: an option's code, several of them (a ranking in its order), or a number."),
    ]


class RemovedResponse(TypedDict):
    """One that counts no longer: taken back by its person, or held for review. Delete your copy."""

    reference: str
    removed: Literal["yes"]


class Responses(TypedDict):
    responses: list[Response | RemovedResponse]
    next_cursor: Annotated[str | None, Says("Of the page that follows; null on the last.")]


class Mark(TypedDict):
    """A line of a stream that is no row: how many came so far, and where to go on. Without a cursor it is the end."""

    count: int
    next_cursor: str | None


class CommentTheme(TypedDict):
    code: str
    name: str


class Comment(TypedDict):
    """What somebody wrote, with details of people taken out."""

    reference: str
    response: Annotated[str, Says("The reference of the response it belongs to.")]
    day: date
    service: str
    channel: Channel | None
    question: Annotated[str, Says("The code of the question.")]
    asks: Annotated[str | None, Says("What it answers: why, good or improve.")]
    text: str
    language: str
    label: LABELS
    labelled_by: Literal["person", "machine", "nobody"]
    method: Annotated[str, Says("Of the machine.")]
    themes: list[CommentTheme]


class Comments(TypedDict):
    comments: list[Comment]
    suppressed: Annotated[bool, Says("Fewer than 10 comments fit what was asked for: none of them is given out.")]
    next_cursor: str | None


class ContactResult(TypedDict):
    reference: str | None
    result: Literal["accepted", "duplicate", "changed", "rejected"]
    reasons: list[str]


class ContactsTaken(TypedDict):
    """What became of each contact, in their order."""

    read: int
    accepted: int
    duplicate: int
    changed: int
    rejected: int
    dropped_fields: list[str]
    contacts: list[ContactResult]
