"""Which comments a viewer chose to read, as it stands in the page's address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import urlencode

from survey_app.comments.search.asked import Asked, read_asked
from survey_app.comments.search.facts import of_service
from survey_app.comments.search.queries import Wanted
from survey_app.comments.search.synonyms import synonyms
from survey_app.dashboards.addresses import COMMENTS
from survey_app.dashboards.comments.facets import Facet, Option
from survey_app.dashboards.selection import DataDays, Selection, read_selection
from survey_app.kernel.characters import shortened
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.organisation.scope import Scope

LONGEST_SEARCH = 200
Address = Mapping[str, str | Sequence[str]]


class Order(StrEnum):
    NEWEST = "newest"
    CLOSEST = "closest"

    @property
    def words(self) -> str:
        return "newest first" if self is Order.NEWEST else "best match first"


class Arguments(Protocol):
    """The arguments of an address, of which one can stand there several times."""

    def get(self, key: str, /) -> str | None: ...
    def getlist(self, key: str, /) -> list[str]: ...
    def items(self) -> object: ...


@dataclass(frozen=True)
class CommentSelection:
    """The period, what was searched for, and what is ticked."""

    where: Selection
    text: str
    is_exact: bool  # only the words as typed, not others for the same
    order: Order
    ticked: tuple[tuple[Facet, tuple[Option, ...]], ...]

    @property
    def asked(self) -> Asked:
        return read_asked(self.text, {} if self.is_exact else synonyms())

    @property
    def is_everything(self) -> bool:
        """Whether nothing but the period was chosen."""
        return not (self.text or self.ticked)

    @property
    def arguments(self) -> Address:
        found: dict[str, str | Sequence[str]] = {"period": self.where.code}
        if self.text:
            found["text"] = self.text
            if self.is_exact:
                found["exact"] = "yes"
            if self.order is not Order.NEWEST:
                found["order"] = self.order.value
        return found | {facet.name: [option.value for option in options] for facet, options in self.ticked}

    @property
    def for_audit(self) -> dict[str, Any]:
        """What was chosen, without what was searched for: words that somebody typed may name a person."""
        words = {"text": "something"} if self.text else {}
        return {name: value for name, value in self.arguments.items() if name != "order"} | words

    @property
    def url(self) -> str:
        return f"{COMMENTS}?{urlencode(dict(self.arguments), doseq=True)}"

    def with_text(self, text: str) -> CommentSelection:
        return replace(self, text=text)

    def exactly(self, *, is_exact: bool) -> CommentSelection:
        return replace(self, is_exact=is_exact)

    def in_order(self, order: Order) -> CommentSelection:
        return replace(self, order=order)

    def without(self, facet: Facet) -> CommentSelection:
        """The same without the ticks of one group."""
        return replace(self, ticked=tuple(each for each in self.ticked if each[0] != facet))

    def without_ticks(self) -> CommentSelection:
        return replace(self, ticked=())

    def ticked_in(self, facet: Facet) -> tuple[Option, ...]:
        return next((options for other, options in self.ticked if other == facet), ())

    def wanted(self, scope: Scope) -> Wanted:
        """What to ask the search for, within a viewer's scope."""
        groups = [tuple(fact for option in options for fact in option.facts) for _, options in self.ticked]
        if scope.service_ids is not None and "service" not in {facet.name for facet, _ in self.ticked}:
            groups.append(tuple(of_service(number) for number in sorted(scope.service_ids)))
        return Wanted(self.where.period, self.asked, tuple(groups))


def read_comment_selection(args: Arguments, facets: Sequence[Facet], days: DataDays, today: date) -> CommentSelection:
    """The selection of an address. InvalidInput for what cannot be read, NotFound for a service that nobody here may
    see, which looks like one that is not there."""
    text = " ".join((args.get("text") or "").split())
    if len(text) > LONGEST_SEARCH:
        raise InvalidInput(f"Search for {LONGEST_SEARCH} characters or fewer.")
    order = args.get("order") or Order.NEWEST
    if order not in set(Order):
        raise InvalidInput("The order is newest or closest.")
    return CommentSelection(
        where=read_selection({name: args.get(name) or "" for name in ("period", "axis")}, days, today),
        text=text,
        is_exact=args.get("exact") == "yes",
        order=Order(order) if text else Order.NEWEST,
        ticked=tuple((facet, options) for facet in facets if (options := _ticked(args, facet))),
    )


def _ticked(args: Arguments, facet: Facet) -> tuple[Option, ...]:
    found = []
    for value in dict.fromkeys(value for value in args.getlist(facet.name) if value):
        option = facet.option(value)
        if option is None:
            name = shortened(value)
            if facet.name == "service":
                raise NotFound(f"There is no service {name}.")
            raise InvalidInput(f"“{name}” is none of the choices under {facet.legend}.")
        found.append(option)
    return tuple(found)
