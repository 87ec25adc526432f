"""Pins exhibits to elements and takes them off, each with its line in the audit. Nothing here commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from survey_app.actions.models import Improvement
from survey_app.audit.operations import record_act_by
from survey_app.comments.picking import USUAL_QUOTES, pick, too_few
from survey_app.evidence.exhibits import queries
from survey_app.evidence.exhibits.proofs import default_title, exhibit_number
from survey_app.evidence.exhibits.quotes import MOST_QUOTES, QuoteChoice, Quotes
from survey_app.evidence.models import Document, Element, Exhibit, ExhibitKind
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.kernel.periods import Period
from survey_app.measures.address import FigureQuery, is_sensitive, to_id
from survey_app.measures.frozen import figure_of, same_figure
from survey_app.measures.models import FrozenPassport, PublishedEdition
from survey_app.measures.operations import freeze_passport
from survey_app.measures.passport import Passport
from survey_app.measures.queries import measure_called, open_passport
from survey_app.organisation.scope import EVERYTHING, Scope
from survey_app.statistics.suppression import MINIMUM_BASE
from survey_app.statistics.table_suppression import SMALL_BELOW

LONGEST_TITLE, LONGEST_URL = 200, 1_000  # characters
LAST_OF_MONTH = timedelta(days=27)  # a day in every month


def pin_exhibit(
    query: FigureQuery,
    kind: ExhibitKind,
    title: str,
    elements: Sequence[Element],
    *,
    now: datetime,
    by: int | None = None,
    scope: Scope = EVERYTHING,
) -> Exhibit:
    """Freeze a figure and let it stand at these elements; one that is pinned already, unchanged, stands there as well.

    InvalidInput without an element. Refused for a figure on fewer than 10 answers or, of a customer group or language,
    with a count below 5 behind it; for one that a pack could not count again; and to somebody who does not see the
    whole council: the frozen figure would not be the one they see.
    """
    if not elements:
        raise InvalidInput("Choose at least one element.")
    if not scope.is_everything:
        raise Refused("Evidence is the council's: only somebody who sees all services can pin a figure.")
    if kind is ExhibitKind.CHART and is_sensitive(query):
        raise Refused("A chart of one customer group or language would tell small counts by month: pin its figure.")
    passport = open_passport(query, now=now)
    check_provable(passport)
    exhibit = _pinned_already(query, kind, passport)
    if exhibit is None:
        stored: dict[str, Any] = {"figure": to_id(query)}
        if kind is ExhibitKind.CHART:
            stored["trend"] = [part.stored() for part in queries.trend_of(query, now=now)]
        exhibit = Exhibit(
            number=queries.next_exhibit_number(),
            kind=kind,
            title=title.strip() or default_title(query),
            query=stored,
            passport=freeze_passport(query, now=now),
            dated_on=query.last,
            pinned_at=now,
            pinned_by=by,
        )
    return _stand(exhibit, elements, now, by)


def add_improvement(
    improvement: Improvement, elements: Sequence[Element], *, now: datetime, by: int | None = None
) -> Exhibit:
    """Let an improvement stand at elements; its effect is that of the moment in which it is read. Refused for one that
    was dropped or is not made yet."""
    if improvement.dropped_at is not None or improvement.done_on > london_day(now):
        raise Refused("An improvement can be cited once it is made.")
    exhibit = queries.exhibit_for(ExhibitKind.IMPROVEMENT, improvement_id=improvement.id) or _new(
        ExhibitKind.IMPROVEMENT, improvement.title, improvement.done_on, now, by
    )
    exhibit.improvement = improvement
    return _stand(exhibit, elements, now, by)


def add_table(
    edition: PublishedEdition, elements: Sequence[Element], *, now: datetime, by: int | None = None
) -> Exhibit:
    """Let published tables stand at elements, as everybody may read them."""
    year = Period.financial_year_of(edition.first)
    title = f"{measure_called(edition.measure).label}, published tables {year.label}"
    exhibit = queries.exhibit_for(ExhibitKind.TABLE, edition_id=edition.id) or _new(
        ExhibitKind.TABLE, title, edition.last, now, by
    )
    exhibit.edition = edition
    return _stand(exhibit, elements, now, by)


def add_document(
    document: Document,
    title: str,
    dated_on: date,
    elements: Sequence[Element],
    *,
    now: datetime,
    by: int | None = None,
) -> Exhibit:
    """Let an uploaded file stand at elements. The same file under the same title is one exhibit."""
    title = _title(title) or document.name
    exhibit = queries.exhibit_for(ExhibitKind.DOCUMENT, document_id=document.id)
    if exhibit is None or exhibit.title != title:
        exhibit = _new(ExhibitKind.DOCUMENT, title, dated_on, now, by)
    exhibit.document, exhibit.dated_on = document, _day(dated_on, now)
    return _stand(exhibit, elements, now, by)


def add_link(
    url: str, title: str, dated_on: date, elements: Sequence[Element], *, now: datetime, by: int | None = None
) -> Exhibit:
    """Let a page elsewhere stand at elements. InvalidInput for an address that is not https, has no host or carries a
    name and password, and without a title."""
    if not _title(title):
        raise InvalidInput("Give the page a title.")
    exhibit = _new(ExhibitKind.LINK, _title(title), _day(dated_on, now), now, by)
    exhibit.url = checked_url(url)
    return _stand(exhibit, elements, now, by)


def add_quotes(
    choice: QuoteChoice,
    elements: Sequence[Element],
    *,
    chosen: Collection[int] | None = None,
    title: str = "",
    now: datetime,
    by: int | None = None,
) -> Exhibit:
    """Freeze quotes and let them stand at elements: picked by rule, or by hand the comments `chosen`.

    Refused where there are fewer than 10 comments to pick from. InvalidInput for a comment that is none of them.
    """
    comments = queries.quotable_comments(choice)
    if (problem := too_few(len(comments))) is not None:
        raise Refused(problem)
    if chosen is None:
        picked = pick(comments, USUAL_QUOTES, choice.seed)
    else:
        picked = [comment for comment in comments if comment.comment in chosen]
        if not picked or len(picked) != len(set(chosen)):
            raise InvalidInput("Choose quotes from the list.")
        if len(picked) > MOST_QUOTES:
            raise InvalidInput(f"Choose {MOST_QUOTES} quotes or fewer.")
    newest = min(max(each.month for each in picked) + LAST_OF_MONTH, choice.last, london_day(now))
    exhibit = _new(ExhibitKind.QUOTES, _title(title) or f"What residents wrote, {choice.period.title}", newest, now, by)
    exhibit.query = Quotes(choice, chosen is None, len(comments), tuple(picked)).stored()
    return _stand(exhibit, elements, now, by)


def forget_withdrawn_quotes(now: datetime) -> int:
    """Take the words of answers that were withdrawn out of every exhibit; how many exhibits that changed."""
    exhibits = queries.exhibits_of_kind(ExhibitKind.QUOTES)
    standing, changed = queries.standing_quotes(exhibits), 0
    for exhibit in exhibits:
        if standing[exhibit.number] != Quotes.read(exhibit.query):
            exhibit.query = standing[exhibit.number].stored()
            changed += 1
            record_act_by("evidence.quotes withdrawn", exhibit_number(exhibit.number), at=now, by=None)
    db.session.flush()
    return changed


def checked_url(url: str) -> str:
    """An address that may be linked to. InvalidInput says what is wrong with it."""
    found = url.strip()
    try:
        parts = urlsplit(found)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise InvalidInput("This is no address of a page.") from None
    if parts.scheme != "https" or not has_host:
        raise InvalidInput("Link to an address that begins with https://")
    if parts.username or parts.password:
        raise InvalidInput("The address holds a name or a password: take them out.")
    if len(found) > LONGEST_URL or not found.isprintable() or " " in found:
        raise InvalidInput(f"An address has up to {LONGEST_URL} characters, and no spaces in it.")
    return found


def _new(kind: ExhibitKind, title: str, dated_on: date, now: datetime, by: int | None) -> Exhibit:
    number = queries.next_exhibit_number()
    return Exhibit(number=number, kind=kind, title=title, query={}, dated_on=dated_on, pinned_at=now, pinned_by=by)


def _title(title: str) -> str:
    found = " ".join(title.split())
    if len(found) > LONGEST_TITLE:
        raise InvalidInput(f"Use {LONGEST_TITLE} characters or fewer for the title.")
    return found


def _day(day: date, now: datetime) -> date:
    if day > london_day(now):
        raise InvalidInput("The day lies ahead: evidence is dated by the day that it is of.")
    return day


def _stand(exhibit: Exhibit, elements: Sequence[Element], now: datetime, by: int | None) -> Exhibit:
    if not elements:
        raise InvalidInput("Choose at least one element.")
    db.session.add(exhibit)
    for element in elements:
        if element not in exhibit.elements:
            exhibit.elements.append(element)
    after: dict[str, Any] = {"elements": [element.number for element in elements]}
    if exhibit.passport is not None:
        after["passport"] = exhibit.passport.code
    record_act_by("evidence.exhibit pinned", exhibit_number(exhibit.number), at=now, by=by, after=after)
    db.session.flush()
    return exhibit


def pin_again(exhibit: Exhibit, element: Element, *, now: datetime, by: int | None = None) -> None:
    """Undo `unpin`: the exhibit as it is frozen stands at the element again."""
    if element not in exhibit.elements:
        exhibit.elements.append(element)
        after = {"elements": [element.number]}
        record_act_by("evidence.exhibit pinned", exhibit_number(exhibit.number), at=now, by=by, after=after)
        db.session.flush()


def unpin(exhibit: Exhibit, element: Element, *, now: datetime, by: int | None = None) -> None:
    """Take an exhibit off an element. It keeps its number and passport: nobody else ever gets its number."""
    if element in exhibit.elements:
        exhibit.elements.remove(element)
        before = {"elements": [element.number]}
        record_act_by("evidence.exhibit unpinned", exhibit_number(exhibit.number), at=now, by=by, before=before)
        db.session.flush()


def freeze_where_provable(query: FigureQuery, *, now: datetime) -> FrozenPassport | None:
    """A figure's passport frozen for a pack; None where it may not be shown or could not be counted again."""
    try:
        check_provable(open_passport(query, now=now))
    except Refused:
        return None
    return freeze_passport(query, now=now)


def check_provable(passport: Passport) -> None:
    """Refused unless the figure may be shown outside and follows from the counts of its own document."""
    figure = passport.figure
    if figure.suppressed or figure.base < MINIMUM_BASE:
        raise Refused(f"This figure stands on fewer than {MINIMUM_BASE} answers: it cannot be evidence.")
    counts = (*figure.by_value.values(), *figure.outside.values())
    if is_sensitive(figure.query) and any(0 < n < SMALL_BELOW for n in counts):
        raise Refused(
            f"Counts below {SMALL_BELOW} of a customer group or language stand behind it: it cannot be evidence."
        )
    try:
        again = figure_of(passport.document)
    except InvalidInput as problem:
        raise Refused(f"This figure could not be counted again from a pack: {problem}.") from problem
    if (again.numerator, again.base) != (figure.numerator, figure.base):
        raise Refused("No rows stand behind this figure that a pack could prove.")


def _pinned_already(query: FigureQuery, kind: ExhibitKind, passport: Passport) -> Exhibit | None:
    return next(
        (
            exhibit
            for exhibit in queries.exhibits_of(query, kind)
            if same_figure(exhibit.frozen.document, passport.text)
        ),
        None,
    )
