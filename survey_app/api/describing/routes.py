"""Every route of the API: what it takes, what it answers, and which keys it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from survey_app.accounts.keys.scopes import KeyScope
from survey_app.api.describing import answers
from survey_app.api.describing.schema import Says
from survey_app.measures.address import DIMENSIONS, PERIODS, SENSITIVE
from survey_app.measures.rules import RULES
from survey_app.organisation.channels import Channel, CustomerKind, Mode

MOST_A_PAGE = 1_000
USUAL_A_PAGE = 100
MOST_PARTS = 3  # of a breakdown
# Customer groups and languages stand in published tables only.
BY = tuple(name for name in (*PERIODS, *DIMENSIONS) if name not in SENSITIVE)
FREE = ("service", "service_alone", "site", "team", "reason")  # codes that a council gives


def _either(words: object) -> str:
    return f"({'|'.join(words)})"  # type: ignore[arg-type]


WHERE = (
    f"^({_either(FREE)}=.{{1,120}}|channel={_either([*Channel])}|mode={_either([*Mode])}"
    f"|customer_kind={_either([*CustomerKind])})$"
)

FIRST = Says("The first London day.", example=date(2025, 4, 1))
LAST = Says("The last London day, included.", example=date(2026, 3, 31))
SERVICE = Says("The code of a service: it, and all below it.", example="waste")
CURSOR = Says("Where to go on: next_cursor of the page before, with the same other arguments.", most=1_000)
LIMIT = Says(f"How many rows a page has, from 1 to {MOST_A_PAGE}.", least=1, most=MOST_A_PAGE, default=USUAL_A_PAGE)


@dataclass(frozen=True)
class Nothing:
    """No arguments."""


@dataclass(frozen=True)
class FiguresAsked:
    """The arguments of `flask measures show`."""

    from_: Annotated[date, FIRST]
    to: Annotated[date, LAST]
    by: Annotated[
        tuple[str, ...],
        Says(
            f"A period (month, quarter, year) and dimensions; {MOST_PARTS} at most.",
            example="month",
            most=MOST_PARTS,
            pattern=f"^{_either(BY)}$",
        ),
    ] = ()
    where: Annotated[
        tuple[str, ...],
        Says("Filters as name=code. A service takes those below it.", example="channel=phone", most=8, pattern=WHERE),
    ] = ()
    rule: Annotated[
        tuple[str, ...],
        Says(
            "Beside each figure what it is by another rule.",
            example="dont_know=in",
            most=3,
            pattern=f"^{_either(RULES)}=(in|out)$",
        ),
    ] = ()


@dataclass(frozen=True)
class TablesAsked:
    edition: Annotated[
        int | None, Says("An edition by its number; without one, the newest.", least=1, most=999_999)
    ] = None


@dataclass(frozen=True)
class FrozenAsked:
    again: Annotated[bool, Says("Count it again however many rows it has.", default=False)] = False


@dataclass(frozen=True)
class ResponsesAsked:
    from_: Annotated[date | None, FIRST] = None
    to: Annotated[date | None, LAST] = None
    service: Annotated[str | None, SERVICE] = None
    survey: Annotated[str | None, Says("The code of a survey.", example="post-contact")] = None
    channel: Channel | None = None
    mode: Mode | None = None
    changed_since: Annotated[
        date | None,
        Says(
            "Only what came, changed or went since this London day began; what went is told as removed.",
            example=date(2026, 3, 31),
        ),
    ] = None
    limit: Annotated[int, LIMIT] = USUAL_A_PAGE
    cursor: Annotated[str | None, CURSOR] = None


@dataclass(frozen=True)
class CommentsAsked:
    from_: Annotated[date | None, FIRST] = None
    to: Annotated[date | None, LAST] = None
    service: Annotated[str | None, SERVICE] = None
    channel: Channel | None = None
    label: Annotated[
        str | None,
        Says(
            "The label of its sentiment.",
            pattern="^(positive|neutral|negative|cannot_tell|waiting_for_review|not_analysed)$",
            example="negative",
        ),
    ] = None
    theme: Annotated[str | None, Says("The code of a theme.", example="waiting-times")] = None
    limit: Annotated[int, LIMIT] = USUAL_A_PAGE
    cursor: Annotated[str | None, CURSOR] = None


@dataclass(frozen=True)
class Route:
    """One route. Without a scope any good key opens it; one that `is_public` needs no key."""

    name: str
    path: str
    summary: str
    answer: Any
    scope: KeyScope | None = None
    asked: type[Any] = Nothing
    words: str = ""
    in_path: Mapping[str, Says] = field(default_factory=dict)
    rows: Any = None  # what a line of its stream holds, where it has one
    is_table: bool = False  # its rows can be had laid flat, as a file
    method: str = "get"
    is_public: bool = False
    is_kept: bool = False  # its answer has an ETag
    may_make_no_sense: bool = False  # arguments that are each right may not fit together: 422

    @property
    def statuses(self) -> list[int]:
        """What else it may be answered with."""
        found = [] if self.is_public else [401, 429]
        found += [403] if self.scope else []
        found += [] if self.method == "post" else [400, 406]
        found += [404] if self.in_path or self.asked is not Nothing else []
        found += [422] if self.may_make_no_sense else []
        return sorted({*found, 500, 503})


ROUTES = (
    Route("openapi", "/openapi.json", "This description", dict[str, Any], is_public=True, is_kept=True),
    Route("services", "/services", "The services that the key may see", answers.Services, is_kept=True),
    Route(
        "measures",
        "/measures",
        "What there are figures of",
        answers.Measures,
        scope=KeyScope.FIGURES_READ,
        is_kept=True,
    ),
    Route(
        "measure",
        "/measures/{name}",
        "Figures, counted now",
        answers.Figures,
        scope=KeyScope.FIGURES_READ,
        asked=FiguresAsked,
        words="As staff of the key's services see them. A figure on fewer than 10 is hidden, and with it what would "
        "give it away within its breakdown. Filters are free, so two answers can be subtracted: keep them inside.",
        in_path={"name": Says("The name of a measure.", example="satisfaction")},
        is_kept=True,
        may_make_no_sense=True,
    ),
    Route(
        "published",
        "/published",
        "The newest published tables",
        answers.Editions,
        scope=KeyScope.FIGURES_PUBLISHED,
        is_kept=True,
    ),
    Route(
        "tables",
        "/published/{measure}/{year}",
        "Published tables of a measure and a financial year",
        answers.Tables,
        scope=KeyScope.FIGURES_PUBLISHED,
        asked=TablesAsked,
        words="A fixed set of cells, safe within a table and against every edition before it. They are for everybody.",
        in_path={
            "measure": Says("The name of a measure.", example="satisfaction"),
            "year": Says("A financial year.", example="2025-26", pattern="^20[0-9]{2}-[0-9]{2}$"),
        },
        is_kept=True,
    ),
    Route(
        "figure",
        "/figures/{code}",
        "A frozen figure, and whether it is the same now",
        answers.FrozenFigure,
        scope=KeyScope.FIGURES_READ,
        asked=FrozenAsked,
        in_path={
            "code": Says(
                "The short code of a passport.", example="p1-80b12caa8cfa0bfd4951", pattern="^p1-[0-9a-f]{20}$"
            )
        },
        is_kept=True,
    ),
    Route(
        "responses",
        "/responses",
        "Answered surveys, one object each",
        answers.Responses,
        scope=KeyScope.RESPONSES_READ,
        asked=ResponsesAsked,
        rows=answers.Response | answers.RemovedResponse,
        is_table=True,
        may_make_no_sense=True,
    ),
    Route(
        "response",
        "/responses/{reference}",
        "One answered survey",
        answers.Response,
        scope=KeyScope.RESPONSES_READ,
        in_path={"reference": Says("Its reference.", example="ACDE34679F", pattern="^[A-Z0-9]{4,20}$")},
    ),
    Route(
        "comments",
        "/comments",
        "Redacted comments of residents and businesses",
        answers.Comments,
        scope=KeyScope.COMMENTS_READ,
        asked=CommentsAsked,
        rows=answers.Comment,
        may_make_no_sense=True,
    ),
    Route(
        "send_contacts",
        "/contacts",
        "Send who got in touch",
        answers.ContactsTaken,
        scope=KeyScope.CONTACTS_WRITE,
        words="In place of a file. One contact, a list of up to 1,000, or an object that holds the list.",
        method="post",
        may_make_no_sense=True,
    ),
)
BY_NAME: Mapping[str, Route] = {route.name: route for route in ROUTES}
